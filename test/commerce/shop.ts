// A small shop for tests: one store, a few titles, and counts as each test wants them.
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { books } from '../../schema/books.ts';
import { inventory, orders } from '../../schema/commerce.ts';
import type { StockLine } from '../../schema/commerce.ts';
import type { OrderState } from '../../schema/order.ts';
import type { Db } from '../../src/commerce/db.ts';
import type { ReserveRequest } from '../../src/commerce/stock/stock.ts';
import { seedStore } from '../../src/commerce/stores.ts';

export const DUNE = '9780441172719';
export const EMMA = '9780141439587';
export const NOON = new Date('2026-11-20T12:00:00.000Z');
export const HOUR_MS = 3_600_000;

const TITLES = [
  { isbn13: DUNE, title: 'Dune', authors: ['Frank Herbert'], priceCents: 1899 },
  { isbn13: EMMA, title: 'Emma', authors: ['Jane Austen'], priceCents: 901 },
];

// Those that point at others come first. Deleting a few rows is a hundred times faster than truncating.
const TABLES = [
  'waitlist_joins',
  'waitlist',
  'order_lines',
  'orders',
  'reservations',
  'inventory',
  'books',
  'catalogue_revisions',
  'addresses',
  'customers',
  'till_events',
  'till_refunds',
  'till_links',
  'till_intents',
  'webhook_receipts',
  'square_variations',
  'square_catalogues',
  'stock_moves',
  'stock_checks',
  'stock_findings',
  'night_rounds',
  'store_keys',
  'stores',
];

/** Empties the tables of commerce and seeds the store afresh; answers its id. */
export async function openShop(db: Db): Promise<number> {
  await db.execute(sql.raw(TABLES.map((table) => `delete from ${table}`).join(';')));
  const store = await seedStore(db, DUNGEON);
  const shelf = { storeId: store.id, currency: 'USD', revision: 1 };
  await db.insert(books).values(TITLES.map((title) => ({ ...shelf, ...title })));
  return store.id;
}

export const DUNGEON = {
  slug: 'dungeon-books',
  name: 'Dungeon Books',
  timezone: 'America/New_York',
  hours: {
    weekly: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [{ opens: '12:00', closes: '19:00' }] },
    holidays: [],
  },
  phone: null,
  currency: 'USD',
  taxRatePpm: 66_250,
  shippingCents: 800,
};

export async function shelve(db: Db, storeId: number, isbn13: string, onHand: number): Promise<void> {
  await db.insert(inventory).values({ storeId, isbn13, onHand });
}

/** An order of this id as its own row says it stands. */
export async function keepOrder(db: Db, storeId: number, id: string, state: OrderState): Promise<void> {
  const order = { storeId, id, customerKey: randomUUID(), state, fulfillment: 'pickup' as const };
  const money = { currency: 'USD', shippingCents: 0, taxCents: 0, totalCents: 1899 };
  await db.insert(orders).values({ ...order, ...money, paymentStatus: 'none', createdAt: NOON, updatedAt: NOON });
}

/** A new order's wish for these lines; fields given replace the made-up ones. */
export function wish(storeId: number, lines: StockLine[], given: Partial<ReserveRequest> = {}): ReserveRequest {
  const id = randomUUID();
  const expiresAt = new Date(NOON.getTime() + HOUR_MS);
  return { storeId, id, orderId: randomUUID(), lines, expiresAt, key: id, ...given };
}
