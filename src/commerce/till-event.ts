// What the till calls back with: signed like Square's events, and read as news about one of our orders.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { Cents } from '../../schema/acts.ts';
import { tillIntents } from '../../schema/commerce.ts';
import type { OrderEvent } from '../../schema/order.ts';
import type { Db } from './db.ts';
import type { Payment } from './till.ts';

/** The header that carries the signature. */
export const TILL_SIGNATURE = 'x-till-signature';

/** An event of the local till, in the envelope that Square uses. `order_id` is the till's name of the order. */
export const TillEvent = z.object({
  merchant_id: z.string(),
  event_id: z.uuid(),
  type: z.literal('payment.updated'),
  created_at: z.iso.datetime(),
  data: z.object({
    type: z.literal('payment'),
    id: z.string(),
    object: z.object({
      payment: z.object({
        id: z.string().min(1),
        order_id: z.string().min(1),
        status: z.enum(['APPROVED', 'PENDING', 'COMPLETED', 'CANCELED', 'FAILED']),
        amount_money: z.object({ amount: Cents, currency: z.string().length(3) }),
      }),
    }),
  }),
});
export type TillEvent = z.infer<typeof TillEvent>;

/** What the outside has to say to one order; the same news has the same `dedupeKey`, however it came. */
export type PaymentNews = {
  storeId: number;
  orderId: string;
  dedupeKey: string;
  event: Extract<OrderEvent, { type: 'payment.completed' | 'payment.failed' }>;
};

/** Base64 of HMAC-SHA256 over the called URL, exactly as registered, and the raw body. */
export function signTillEvent({ url, rawBody, secret }: { url: string; rawBody: string; secret: string }): string {
  return createHmac('sha256', secret)
    .update(url + rawBody, 'utf8')
    .digest('base64');
}

/** In constant time; false for a missing signature. */
export function verifyTillSignature(call: {
  url: string;
  rawBody: string;
  secret: string;
  signature: string | null;
}): boolean {
  const expected = Buffer.from(signTillEvent(call));
  const given = Buffer.from(call.signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const STATUS: Record<TillEvent['data']['object']['payment']['status'], Payment['status']> = {
  APPROVED: 'pending',
  PENDING: 'pending',
  COMPLETED: 'completed',
  CANCELED: 'failed',
  FAILED: 'failed',
};

/** Null where there is nothing to tell: an order that is not ours, or money that is not settled yet. */
export async function newsOf(db: Db, event: TillEvent): Promise<PaymentNews | null> {
  const { payment } = event.data.object;
  const order = await findOrder(db, payment.order_id);
  if (!order) return null;
  const { id, status, amount_money } = payment;
  return paymentNews(order, {
    paymentId: id,
    status: STATUS[status],
    amountCents: amount_money.amount,
    refundedCents: 0,
  });
}

export function paymentNews(order: { storeId: number; orderId: string }, payment: Payment): PaymentNews | null {
  const { paymentId, status, amountCents } = payment;
  if (status === 'pending') return null;
  const event =
    status === 'completed'
      ? { type: 'payment.completed' as const, paymentId, amountCents }
      : { type: 'payment.failed' as const };
  return { ...order, dedupeKey: `payment:${paymentId}:${status}`, event };
}

async function findOrder(db: Db, reference: string): Promise<{ storeId: number; orderId: string } | undefined> {
  const [order] = await db
    .select({ storeId: tillIntents.storeId, orderId: tillIntents.orderId })
    .from(tillIntents)
    .where(eq(tillIntents.reference, reference))
    .limit(1);
  return order;
}
