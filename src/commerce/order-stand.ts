// How far an order is with its sale, which decides whether what staff do with it at the till means anything to it yet.
import { and, eq } from 'drizzle-orm';
import { orders } from '../../schema/commerce.ts';
import { actors } from '../../schema/runtime.ts';
import type { Db } from './db.ts';
import { SOLD_STATES, UNSOLD_STATES } from './order-states.ts';
import type { OrderRef } from './till-news.ts';

/** `open`: it may yet be sold; `over`: given up, or its money goes back. */
export type OrderStand = 'open' | 'sold' | 'over';

/** What the row calls paid begins before its copies are sold. */
const BEING_SOLD = ['honouring', 'selling'].map((paid) => JSON.stringify({ paid }));

export async function readStand(db: Db, { storeId, orderId }: OrderRef): Promise<OrderStand> {
  const [row] = await db
    .select({ state: orders.state, value: actors.value })
    .from(orders)
    .leftJoin(actors, and(eq(actors.storeId, orders.storeId), eq(actors.key, orders.id)))
    .where(and(eq(orders.storeId, storeId), eq(orders.id, orderId)));
  if (!row || UNSOLD_STATES.includes(row.state)) return 'open';
  if (!SOLD_STATES.includes(row.state)) return 'over';
  return BEING_SOLD.includes(row.value ?? '') ? 'open' : 'sold';
}
