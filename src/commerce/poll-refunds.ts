// For when a webhook was lost: looks through what went back at the tills of late, and tells paid orders what they may not have
// heard. An order that does not know of its payment yet hears of both together (poll-payments.ts).
import { and, eq, inArray } from 'drizzle-orm';
import { orders } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { isOfDesk } from './desk-refunds.ts';
import { deskRefundNews } from './till-news.ts';
import type { TillNews } from './till-news.ts';
import type { Till } from './till.ts';

export type PollRefundsOptions = {
  db: Db;
  till: Till;
  storeId: number;
  /** Refunds that nobody has touched for so long are known. */
  lookBackMs: number;
  now: () => number;
  deliver: (news: TillNews) => Promise<void>;
};

/** Whatever was told before, the order knows. @returns how much was told */
export async function pollRefunds({
  db,
  till,
  storeId,
  lookBackMs,
  now,
  deliver,
}: PollRefundsOptions): Promise<number> {
  const since = new Date(now() - lookBackMs);
  const found = (await till.refundsSince({ storeId, since })).filter(isOfDesk);
  const ours = await ordersOf(db, storeId, [...new Set(found.map(({ paymentId }) => paymentId))]);
  const news = found.flatMap((refund) => {
    const orderId = ours.get(refund.paymentId);
    return orderId === undefined ? [] : [deskRefundNews({ storeId, orderId }, refund)];
  });
  for (const one of news) await deliver(one);
  return news.length;
}

/** By payment; most of what a shop gives back is not ours. */
async function ordersOf(db: Db, storeId: number, paymentIds: string[]): Promise<Map<string, string>> {
  if (paymentIds.length === 0) return new Map();
  const rows = await db
    .select({ paymentId: orders.paymentReference, orderId: orders.id })
    .from(orders)
    .where(and(eq(orders.storeId, storeId), inArray(orders.paymentReference, paymentIds)));
  return new Map(rows.flatMap(({ paymentId, orderId }) => (paymentId === null ? [] : [[paymentId, orderId] as const])));
}
