// Money that somebody gave back at the till's own desk, as news for its order. A refund that we asked for is none of these,
// also while we have not heard the answer; the order sees to it that each counts once.
import type { Db } from './db.ts';
import { findByReference } from './intents.ts';
import { deskRefundNews, orderBy, paymentNews } from './till-news.ts';
import type { OrderRef, TillNews } from './till-news.ts';
import type { BookedRefund, Payment, Till } from './till.ts';

type Desk = { db: Db; till: Till };

/** All that a payment has to say to its order: that it came, and then, asked of the till, what of it went back at the desk. */
export async function* newsOfPayment({ db, till }: Desk, order: OrderRef, payment: Payment): AsyncGenerator<TillNews> {
  const paid = paymentNews(order, payment);
  if (paid) yield paid;
  for (const refundId of payment.refundIds) {
    if (await findByReference(db, till.provider, 'refund', refundId)) continue;
    const refund = await till.getRefund({ storeId: order.storeId, refundId });
    if (refund && isOfDesk(refund)) yield deskRefundNews(order, refund);
  }
}

/** Of a refund that is none of our intents. Its payment goes first, for the order may not have heard of it. */
export async function newsOfRefund({ db, till }: Desk, storeId: number, refund: BookedRefund): Promise<TillNews[]> {
  if (!isOfDesk(refund)) return [];
  const payment = await till.getPayment({ storeId, paymentId: refund.paymentId });
  const order = payment && (await orderBy(db, till.provider, payment.reference));
  if (!order || order.storeId !== storeId) return [];
  const paid = paymentNews(order, payment);
  return [...(paid ? [paid] : []), deskRefundNews(order, refund)];
}

/** Whether somebody there made it, of a payment. */
export function isOfDesk(refund: BookedRefund): refund is BookedRefund & { paymentId: string } {
  return !refund.isOurs && refund.paymentId !== null;
}
