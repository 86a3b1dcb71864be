// Everything that the shop knows of one customer, in clear, for the customer who asks for it.
import { and, asc, eq, inArray, ne } from 'drizzle-orm';
import { threadSummaries } from '../../../schema/brain.ts';
import { addresses, customers, orderLines, orders } from '../../../schema/commerce.ts';
import { DROPPED } from '../../commerce/address-book.ts';
import { notes } from '../../../schema/desk.ts';
import { consents, messages } from '../../../schema/messages.ts';
import { archiveOf } from './actor-desk.ts';
import { dataKeyOf } from './data-key.ts';
import type { Shop } from './open-shop.ts';

const TURNS_A_PAGE = 1_000;

/** Times are ISO 8601 once it is JSON, money is cents. Null for a phone that nobody knows, or that was forgotten. */
export async function customerFile(shop: Shop, storeId: number, phone: string) {
  const actorKey = await shop.runtime.find({ storeId, machine: 'customer', id: phone });
  const dataKey = actorKey === null ? null : await dataKeyOf(shop.database, storeId, actorKey);
  if (actorKey === null || dataKey === null) return null;
  const open = (sealed: Buffer | null) => sealed && shop.vault.open(dataKey, sealed);
  const whose = { storeId, actorKey };
  return {
    phone,
    ...(await personOf(shop, whose, open)),
    texts: await textsOf(shop, whose, open),
    consents: await consentsOf(shop, whose, open),
    notes: await notesOf(shop, whose, open),
    orders: await ordersOf(shop, whose),
    waitsFor: await waitsOf(shop, whose),
    journal: await journalOf(shop, whose),
  };
}

type Whose = { storeId: number; actorKey: string };
type Open = (sealed: Buffer | null) => string | null;

async function personOf({ db }: Shop, { storeId, actorKey }: Whose, open: Open) {
  const [person] = await db
    .select()
    .from(customers)
    .where(and(eq(customers.storeId, storeId), eq(customers.actorKey, actorKey)));
  const places = await db
    .select()
    .from(addresses)
    .where(and(eq(addresses.storeId, storeId), eq(addresses.actorKey, actorKey), ne(addresses.addressSealed, DROPPED)));
  const [memory] = await db
    .select()
    .from(threadSummaries)
    .where(and(eq(threadSummaries.storeId, storeId), eq(threadSummaries.actorKey, actorKey)));
  return {
    name: open(person?.nameSealed ?? null),
    /** Square's name of them, and what they bought by other ways than by text, as Square told of it. */
    squareId: open(person?.squareIdSealed ?? null),
    boughtAtShop: boughtOf(open(person?.pastOrdersSealed ?? null)),
    addresses: places.map(({ addressSealed }): unknown => JSON.parse(open(addressSealed) ?? 'null')),
    remembered: open(memory?.summarySealed ?? null),
  };
}

function boughtOf(json: string | null): unknown {
  return json === null ? [] : JSON.parse(json);
}

async function textsOf({ db }: Shop, { storeId, actorKey }: Whose, open: Open) {
  const mine = and(eq(messages.storeId, storeId), eq(messages.actorKey, actorKey));
  const rows = await db.select().from(messages).where(mine).orderBy(asc(messages.id));
  return rows.map(({ bodySealed, at, direction, by, channel, status }) => {
    return { at, direction, by, channel, status, text: open(bodySealed) };
  });
}

async function consentsOf({ db }: Shop, { storeId, actorKey }: Whose, open: Open) {
  const mine = and(eq(consents.storeId, storeId), eq(consents.actorKey, actorKey));
  const rows = await db.select().from(consents).where(mine).orderBy(asc(consents.at));
  return rows.map(({ at, change, source, channel, told, wordsSealed }) => {
    return { at, change, source, channel, told, words: open(wordsSealed) };
  });
}

async function notesOf({ db }: Shop, { storeId, actorKey }: Whose, open: Open) {
  const mine = and(eq(notes.storeId, storeId), eq(notes.actorKey, actorKey));
  const rows = await db.select().from(notes).where(mine).orderBy(asc(notes.id));
  return rows.map(({ at, bodySealed }) => ({ at, text: open(bodySealed) }));
}

async function ordersOf({ db }: Shop, { storeId, actorKey }: Whose) {
  const mine = and(eq(orders.storeId, storeId), eq(orders.customerKey, actorKey));
  const rows = await db.select().from(orders).where(mine).orderBy(asc(orders.createdAt));
  const ids = rows.map(({ id }) => id);
  const lines = await db
    .select()
    .from(orderLines)
    .where(and(eq(orderLines.storeId, storeId), inArray(orderLines.orderId, ids)));
  return rows.map(({ storeId: _store, customerKey: _key, concern: _concern, ...order }) => {
    const own = lines.filter(({ orderId }) => orderId === order.id);
    return {
      ...order,
      lines: own.map(({ isbn13, title, copies, priceCents }) => ({ isbn13, title, copies, priceCents })),
    };
  });
}

async function waitsOf({ services }: Shop, { storeId, actorKey }: Whose) {
  const entries = await services.waitlist.of(storeId, actorKey);
  return entries.map(({ isbn13, title, state, joinedAt, until }) => ({ isbn13, title, state, joinedAt, until }));
}

async function journalOf(shop: Shop, { storeId, actorKey }: Whose) {
  const archive = archiveOf(shop);
  const turns: Array<{ seq: number; at: Date; source: string; event: unknown }> = [];
  for (;;) {
    const page = await archive.history(storeId, actorKey, turns.at(-1)?.seq ?? 0, TURNS_A_PAGE);
    turns.push(...page.map(({ seq, at, source, event }) => ({ seq, at, source, event })));
    if (page.length < TURNS_A_PAGE) return turns;
  }
}
