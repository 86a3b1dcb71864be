// What the brain knows besides the talk itself: the shop, the customer's orders, and which books were shown lately.
import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { bookMentions } from '../../schema/books.ts';
import { orderLines, orders } from '../../schema/commerce.ts';
import { OrderState } from '../../schema/order.ts';
import { stores } from '../../schema/stores.ts';
import { statusWords } from '../commerce/order-status.ts';
import type { OrderFact, OrderFacts, StoreFacts } from './situation.ts';

const ORDERS_MAX = 5;
/** A book is not recommended again for so long. */
export const SHOWN_FOR_MS = 30 * 24 * 60 * 60 * 1000;
/** So many of them are kept in mind. */
export const SHOWN_MAX = 60;

/** Reads the projection that order actors write. */
export function createOrderFacts(db: NodePgDatabase): OrderFacts {
  return {
    recent: async (storeId, customerKey, before) => {
      const mine = and(
        eq(orders.storeId, storeId),
        eq(orders.customerKey, customerKey),
        before && lt(orders.createdAt, before),
      );
      const rows = await db.select().from(orders).where(mine).orderBy(desc(orders.createdAt)).limit(ORDERS_MAX);
      if (rows.length === 0) return [];
      const ofThese = and(
        eq(orderLines.storeId, storeId),
        inArray(
          orderLines.orderId,
          rows.map((row) => row.id),
        ),
      );
      const lines = await db.select().from(orderLines).where(ofThese).orderBy(asc(orderLines.position));
      return rows.map((row) =>
        orderFact(
          row,
          lines.filter((line) => line.orderId === row.id),
        ),
      );
    },
  };
}

function orderFact(row: typeof orders.$inferSelect, lines: (typeof orderLines.$inferSelect)[]): OrderFact {
  const state = OrderState.parse(row.state);
  return {
    orderId: row.id,
    status: statusWords({ state, fulfillment: row.fulfillment }),
    titles: lines.map((line) => line.title),
    isbn13s: lines.map((line) => line.isbn13),
    totalCents: row.totalCents,
    tracking: row.tracking,
  };
}

/** Throws for a store that does not exist. */
export async function storeFacts(db: NodePgDatabase, storeId: number): Promise<StoreFacts> {
  const [store] = await db.select().from(stores).where(eq(stores.id, storeId));
  if (store === undefined) throw new Error(`there is no store ${storeId}`);
  const { name, timezone, hours, phone, place, persona, shippingCents, taxRatePpm } = store;
  return { name, timezone, hours, phone, place, persona, shippingCents, taxRatePpm };
}

/**
 * What Marty showed this customer in the weeks before `beforeMs`, newest first. With the instant of the text that is
 * being answered, a second run of the same reply sees what the first one saw.
 */
export async function shownLately(
  db: NodePgDatabase,
  storeId: number,
  actorKey: string,
  beforeMs: number,
): Promise<string[]> {
  const lately = and(
    eq(bookMentions.storeId, storeId),
    eq(bookMentions.actorKey, actorKey),
    eq(bookMentions.saidBy, 'marty'),
    gt(bookMentions.lastAt, new Date(beforeMs - SHOWN_FOR_MS)),
    lt(bookMentions.lastAt, new Date(beforeMs)),
  );
  const newest = db.select().from(bookMentions).where(lately).orderBy(desc(bookMentions.lastAt)).limit(SHOWN_MAX);
  return (await newest).map((row) => row.isbn13);
}

/** What Marty showed this customer since `sinceMs`. */
export async function shownSince(
  db: NodePgDatabase,
  storeId: number,
  actorKey: string,
  sinceMs: number,
): Promise<string[]> {
  const since = and(
    eq(bookMentions.storeId, storeId),
    eq(bookMentions.actorKey, actorKey),
    eq(bookMentions.saidBy, 'marty'),
    gte(bookMentions.lastAt, new Date(sinceMs)),
  );
  const newest = db.select().from(bookMentions).where(since).orderBy(desc(bookMentions.lastAt)).limit(SHOWN_MAX);
  return (await newest).map((row) => row.isbn13);
}

/** Remembers what a reply shows. */
export async function noteShown(
  db: NodePgDatabase,
  whose: { storeId: number; actorKey: string },
  isbn13s: readonly string[],
  nowMs: number,
): Promise<void> {
  if (isbn13s.length === 0) return;
  const rows = isbn13s.map((isbn13) => ({ ...whose, isbn13, saidBy: 'marty' as const, lastAt: new Date(nowMs) }));
  await db
    .insert(bookMentions)
    .values(rows)
    .onConflictDoUpdate({
      target: [bookMentions.storeId, bookMentions.actorKey, bookMentions.isbn13],
      set: { saidBy: 'marty', times: sql`${bookMentions.times} + 1`, lastAt: sql`excluded.last_at` },
    });
}
