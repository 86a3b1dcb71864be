// Money back: only ever because staff said so, and once per intent; the till keeps the sum under what was paid.
import { createHash } from 'node:crypto';
import { answerIntent, freezeIntent } from './intents.ts';
import type { Counter } from './payment-links.ts';
import { Refund, RefundRequest } from './till.ts';

export type RefundWish = { storeId: number; orderId: string; paymentId: string; amountCents: number };

/** The intent is "this amount of this payment". A provider's payment id may be longer than a key may be: 41 characters. */
export function refundKey({ orderId, paymentId, amountCents }: Omit<RefundWish, 'storeId'>): string {
  const intent = `${orderId}:${paymentId}:${amountCents}`;
  return `r-${createHash('sha256').update(intent).digest('base64url').slice(0, 39)}`;
}

export async function refund({ db, till, now }: Counter, wish: RefundWish, signal?: AbortSignal): Promise<Refund> {
  const { storeId, orderId } = wish;
  const request = RefundRequest.parse({ ...wish, intentKey: refundKey(wish) });
  const draft = { operation: 'refund' as const, provider: till.provider, request, createdAt: new Date(now()) };
  const intent = await freezeIntent(db, { storeId, orderId, key: request.intentKey, ...draft });
  if (intent.response !== null) return Refund.parse(intent.response);
  const answer = await till.refund(RefundRequest.parse(intent.request), signal);
  await answerIntent(db, intent, { response: answer, reference: null });
  return answer;
}
