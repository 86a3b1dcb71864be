// What the till calls back with: signed like Square's events, and read as news about one of our orders.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Cents } from '../../schema/acts.ts';
import { meaningOf, PaymentStatus } from './payment-status.ts';
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
        status: PaymentStatus,
        amount_money: z.object({ amount: Cents, currency: z.string().length(3) }),
      }),
    }),
  }),
});
export type TillEvent = z.infer<typeof TillEvent>;

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

/** What the event says, in words that every till shares. */
export function toldBy({ data }: TillEvent): Payment {
  const { id: paymentId, order_id: reference, status, amount_money } = data.object.payment;
  const { amount: amountCents, currency } = amount_money;
  return {
    paymentId,
    reference,
    status: meaningOf(status),
    amountCents,
    currency,
    refundedCents: 0,
    refundIds: [],
  };
}
