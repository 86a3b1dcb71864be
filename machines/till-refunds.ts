// Money that somebody gave back at the till's own desk, as an order keeps it. Each refund counts once, by its name, in whatever
// order the till tells of it; one that the bank would not take stays known, with nothing, so that late news of it counts no more.
import type { OrderContext, TillRefund } from '../schema/order.ts';

type Money = Pick<OrderContext, 'payment' | 'extraPayment' | 'tillRefunds'>;

/** What of the order's own payment has not gone back there. Cents. */
export function owedCents({ payment, tillRefunds }: Money): number {
  if (payment === null) return 0;
  const own = tillRefunds.filter(({ paymentId }) => paymentId === payment.paymentId);
  return payment.amountCents - own.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

/** What a refund of this name has lowered; 0 for one that failed, null for one that we have not heard of. */
export function countedCents({ tillRefunds }: Money, { refundId }: Pick<TillRefund, 'refundId'>): number | null {
  return tillRefunds.find((one) => one.refundId === refundId)?.amountCents ?? null;
}

/** A refund that was not known: of a second payment, so much less is left to give back. */
export function withRefund(order: Money, { refundId, paymentId, amountCents }: TillRefund): Partial<OrderContext> {
  const { extraPayment: extra } = order;
  const tillRefunds = [...order.tillRefunds, { refundId, paymentId, amountCents }];
  if (extra?.paymentId !== paymentId) return { tillRefunds };
  const leftCents = extra.amountCents - amountCents;
  if (leftCents <= 0) return { tillRefunds, extraPayment: null, concern: null };
  return { tillRefunds, extraPayment: { paymentId, amountCents: leftCents } };
}

/** What it had lowered is owed again. */
export function withFailedRefund(order: Money, { refundId, paymentId }: TillRefund): Partial<OrderContext> {
  const others = order.tillRefunds.filter((one) => one.refundId !== refundId);
  const tillRefunds = [...others, { refundId, paymentId, amountCents: 0 }];
  const backCents = countedCents(order, { refundId }) ?? 0;
  if (backCents === 0 || paymentId === order.payment?.paymentId) return { tillRefunds };
  const leftCents = order.extraPayment?.paymentId === paymentId ? order.extraPayment.amountCents : 0;
  return { tillRefunds, extraPayment: { paymentId, amountCents: leftCents + backCents } };
}
