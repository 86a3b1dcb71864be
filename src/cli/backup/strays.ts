// What Square knows and a restored store does not: orders that were made after the backup, and money that was given back. Nobody
// but people can say what is to become of them.
import { and, eq, inArray } from 'drizzle-orm';
import { tillIntents } from '../../../schema/commerce.ts';
import type { Db } from '../../commerce/db.ts';
import { ordersTouchedSince } from '../../commerce/square/orders-since.ts';
import type { TouchedOrder } from '../../commerce/square/orders-since.ts';
import type { SquarePlace } from '../../commerce/square/square-shop.ts';

/** `unknown`: no link of ours made it. `refunded`: money went back, and we know of no refund. */
export type Stray = TouchedOrder & { why: 'unknown' | 'refunded' };

/** A link that is being made anew counts as unknown until it is there: asking again later is worth it. */
export async function straysAtSquare(db: Db, place: SquarePlace, storeId: number, since: Date): Promise<Stray[]> {
  const touched = await ordersTouchedSince(place, since);
  const intents = await intentsAbout(db, storeId, touched);
  const known = new Set(intents.flatMap(({ operation, reference }) => (operation === 'link' ? (reference ?? []) : [])));
  const refunded = new Set(intents.flatMap(({ operation, orderId }) => (operation === 'refund' ? orderId : [])));
  return touched.flatMap((order): Stray[] => {
    if (!known.has(order.reference)) return [{ ...order, why: 'unknown' }];
    return order.isRefunded && !refunded.has(order.orderId) ? [{ ...order, why: 'refunded' }] : [];
  });
}

function intentsAbout(db: Db, storeId: number, touched: readonly TouchedOrder[]) {
  const { operation, orderId, reference } = tillIntents;
  const ids = touched.map((order) => order.orderId);
  return db
    .select({ operation, orderId, reference })
    .from(tillIntents)
    .where(and(eq(tillIntents.storeId, storeId), inArray(orderId, ids)));
}
