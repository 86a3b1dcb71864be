// What a till says of money that went back, as news for its order: somebody gave it back at the till's own desk, or we asked for it,
// and the answer may have been lost. The order sees to it that each refund counts once.
import type { Db } from './db.ts';
import { answerIntent, intentsOf } from './intents.ts';
import type { Intent } from './intents.ts';
import { orderBy, paymentNews, refundNews } from './till-news.ts';
import type { OrderRef, TillNews } from './till-news.ts';
import { RefundRequest } from './till.ts';
import type { BookedRefund, Payment, Till } from './till.ts';

type Desk = { db: Db; till: Till };
type RefundOfPayment = BookedRefund & { paymentId: string };

/** All that a payment has to say to its order: that it came, and then, asked of the till, what of it went back. */
export async function* newsOfPayment(desk: Desk, order: OrderRef, payment: Payment): AsyncGenerator<TillNews> {
  const paid = paymentNews(order, payment);
  if (paid) yield paid;
  for (const refundId of payment.refundIds) {
    const refund = await desk.till.getRefund({ storeId: order.storeId, refundId });
    if (refund && isOfPayment(refund)) yield await newsOfBooked(desk, order, refund);
  }
}

/** Of a refund in the till's books. Its payment goes first, for the order may not have heard of it. */
export async function newsOfRefund(desk: Desk, storeId: number, refund: BookedRefund): Promise<TillNews[]> {
  if (!isOfPayment(refund)) return [];
  const { db, till } = desk;
  const payment = await till.getPayment({ storeId, paymentId: refund.paymentId });
  const order = payment && (await orderBy(db, till.provider, payment.reference));
  if (!order || order.storeId !== storeId) return [];
  const paid = paymentNews(order, payment);
  return [...(paid ? [paid] : []), await newsOfBooked(desk, order, refund)];
}

function isOfPayment(refund: BookedRefund): refund is RefundOfPayment {
  return refund.paymentId !== null;
}

/** An answer to us that was lost is kept now, so that staff who ask once more ask for the same refund. */
async function newsOfBooked({ db, till }: Desk, order: OrderRef, refund: RefundOfPayment): Promise<TillNews> {
  const { refundId, status, isOurs } = refund;
  const unanswered = isOurs ? await unansweredIntent(db, till.provider, order, refund) : null;
  if (unanswered) await answerIntent(db, unanswered, { response: { refundId, status }, reference: refundId });
  return refundNews(order, refund);
}

async function unansweredIntent(
  db: Db,
  provider: Till['provider'],
  order: OrderRef,
  { refundId, paymentId, amountCents }: RefundOfPayment,
): Promise<Intent | null> {
  const ours = (await intentsOf(db, order, 'refund')).filter((intent) => intent.provider === provider);
  if (ours.some(({ reference }) => reference === refundId)) return null;
  const isAskedFor = ({ response, request }: Intent) => {
    const asked = RefundRequest.safeParse(request).data;
    return response === null && asked?.paymentId === paymentId && asked.amountCents === amountCents;
  };
  return ours.find(isAskedFor) ?? null;
}
