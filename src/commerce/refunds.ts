// Money back: only ever because staff said so, once per payment, and never more than was asked first.
import { createHash } from 'node:crypto';
import { answerIntent, freezeIntent } from './intents.ts';
import type { Counter } from './payment-links.ts';
import { Refund, RefundRequest } from './till.ts';

export type RefundWish = { storeId: number; orderId: string; paymentId: string; amountCents: number };

/** A provider's payment id may be longer than a key may be, so the key is its hash: 41 characters. */
export function refundKey({ orderId, paymentId }: Pick<RefundWish, 'orderId' | 'paymentId'>): string {
  return `r-${createHash('sha256').update(`${orderId}:${paymentId}`).digest('base64url').slice(0, 39)}`;
}

/** `amount_changed`: another amount was asked for this payment before, and that one stands. */
export async function refund(
  { db, till, now }: Counter,
  wish: RefundWish,
  signal?: AbortSignal,
): Promise<Refund | 'amount_changed'> {
  const { storeId, orderId } = wish;
  const request = RefundRequest.parse({ ...wish, intentKey: refundKey(wish) });
  const draft = { operation: 'refund' as const, provider: till.provider, request, createdAt: new Date(now()) };
  const intent = await freezeIntent(db, { storeId, orderId, key: request.intentKey, ...draft });
  const frozen = RefundRequest.parse(intent.request);
  if (frozen.amountCents !== wish.amountCents) return 'amount_changed';
  if (intent.response !== null) return Refund.parse(intent.response);
  const answer = await till.refund(frozen, signal);
  await answerIntent(db, intent, { response: answer, reference: null });
  return answer;
}
