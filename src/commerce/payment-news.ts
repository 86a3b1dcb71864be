// What a till has to say to one order. The same news has the same key, whether it was called in or asked for.
import { and, eq } from 'drizzle-orm';
import { tillIntents } from '../../schema/commerce.ts';
import type { OrderEvent } from '../../schema/order.ts';
import type { Db } from './db.ts';
import type { Payment, Till } from './till.ts';

/** News for one order; the same news has the same `dedupeKey`, however it came. */
export type PaymentNews = {
  storeId: number;
  orderId: string;
  dedupeKey: string;
  event: Extract<OrderEvent, { type: 'payment.completed' | 'payment.failed' }>;
};

/** A payment as a provider told of it; `reference` is its own name of the order. */
export type ToldPayment = { provider: Till['provider']; reference: string; payment: Payment };

/** Null where there is nothing to tell: an order that is not ours, or money that is not settled yet. */
export async function newsOf(db: Db, told: ToldPayment): Promise<PaymentNews | null> {
  const [order] = await db
    .select({ storeId: tillIntents.storeId, orderId: tillIntents.orderId })
    .from(tillIntents)
    .where(and(eq(tillIntents.reference, told.reference), eq(tillIntents.provider, told.provider)))
    .limit(1);
  return order ? paymentNews(order, told.payment) : null;
}

/** Null for money that is not settled yet. */
export function paymentNews(order: { storeId: number; orderId: string }, payment: Payment): PaymentNews | null {
  const { paymentId, status, amountCents } = payment;
  if (status === 'pending') return null;
  const event =
    status === 'completed'
      ? { type: 'payment.completed' as const, paymentId, amountCents }
      : { type: 'payment.failed' as const };
  return { ...order, dedupeKey: `payment:${paymentId}:${status}`, event };
}
