// Money back: only ever because staff said so, and once per intent; the till keeps the sum under what was paid. A refund
// that failed is over: what staff ask for after that is a new intent.
import { createHash } from 'node:crypto';
import type { Db } from './db.ts';
import { answerIntent, findIntent, freezeIntent, settleIntents } from './intents.ts';
import type { Counter } from './payment-links.ts';
import { Refund, RefundRequest, TillRefused } from './till.ts';

/** `earlier`: the refunds by which so much of this payment had gone back when this was asked for, as the order knows. */
export type RefundWish = {
  storeId: number;
  orderId: string;
  paymentId: string;
  amountCents: number;
  earlier?: string[] | undefined;
};

/** How often one payment may fail to go back before a person has to do it by hand. */
const FAILURES_MAX = 20;

/**
 * The intent is "this amount of this payment", after which others of the same amount, and which time it is tried after a failure:
 * 41 characters, however long a provider's payment id is.
 */
export function refundKey(
  { orderId, paymentId, amountCents, earlier = [] }: Omit<RefundWish, 'storeId'>,
  round = 1,
): string {
  const intent = `${orderId}:${paymentId}:${amountCents}`;
  const nth = earlier.length > 0 ? `${intent}:after-${earlier.join()}` : intent;
  const attempt = round === 1 ? nth : `${nth}:${round}`;
  return `r-${createHash('sha256').update(attempt).digest('base64url').slice(0, 39)}`;
}

/** Throws `TillRefused` `not_refundable` where the till or the bank says no. */
export async function refund(
  { db, stock, till, now }: Counter,
  wish: RefundWish,
  signal?: AbortSignal,
): Promise<Refund> {
  const { storeId, orderId } = wish;
  await stock.forgo({ storeId, orderId });
  const request = RefundRequest.parse({ ...wish, intentKey: await currentKey(db, wish) });
  const draft = { operation: 'refund' as const, provider: till.provider, request, createdAt: new Date(now()) };
  const intent = await freezeIntent(db, { storeId, orderId, key: request.intentKey, ...draft });
  if (intent.response !== null) return Refund.parse(intent.response);
  const said = await till.refund(RefundRequest.parse(intent.request), signal);
  const { response } = await answerIntent(db, intent, { response: said, reference: said.refundId });
  const answer = Refund.parse(response);
  if (answer.status !== 'pending') await settleIntents(db, storeId, answer.refundId, new Date(now()));
  if (answer.status === 'failed') throw new TillRefused('not_refundable');
  return answer;
}

/** The first key under which no refund has failed. */
async function currentKey(db: Db, wish: RefundWish): Promise<string> {
  for (let round = 1; round <= FAILURES_MAX; round += 1) {
    const key = refundKey(wish, round);
    const intent = await findIntent(db, { storeId: wish.storeId, key });
    if (Refund.safeParse(intent?.response).data?.status !== 'failed') return key;
  }
  throw new TillRefused('not_refundable');
}
