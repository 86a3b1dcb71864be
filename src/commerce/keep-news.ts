// What every till's webhook does with its news: the order commits it first, then it is noted down. An event that was noted
// down is only counted when it comes again; the same news in another event, the order itself knows.
import { and, eq, sql } from 'drizzle-orm';
import { webhookReceipts } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { answerIntent, findByReference, settleIntents } from './intents.ts';
import type { Intent } from './intents.ts';
import { handOverNews, orderBy, paymentNews, refundNews } from './till-news.ts';
import type { TillNews, ToldHandOver, ToldPayment } from './till-news.ts';
import { Link, RefundRequest } from './till.ts';
import type { Refund, Till } from './till.ts';

export type NewsDesk = {
  db: Db;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Resolves once the order has committed the event; a throw makes the till call again. */
  deliver: (news: TillNews) => Promise<void>;
};
/** One event of a provider, and the stores that its sender may speak of: others are not heard. */
export type Receipt = { provider: Till['provider']; eventId: string; type: string; stores: readonly number[] | 'all' };

/** Does nothing about an order that is not ours, and about money that is not settled yet. */
export async function keepPayment(desk: NewsDesk, receipt: Receipt, told: ToldPayment): Promise<void> {
  const order = await orderBy(desk.db, told.provider, told.reference);
  const news = order && paymentNews(order, told.payment);
  if (!news) return;
  await keep(desk, receipt, news, async (at) => {
    if (news.event.type === 'payment.completed') await settleIntents(desk.db, news.storeId, told.reference, at);
  });
}

/** Does nothing about a refund that we did not ask for. */
export async function keepRefund(desk: NewsDesk, receipt: Receipt, told: Refund): Promise<void> {
  const intent = await findByReference(desk.db, receipt.provider, 'refund', told.refundId);
  if (!intent) return;
  await settleRefund(desk, intent, told, (news) => keep(desk, receipt, news));
}

/** What a till says of a refund of ours: a failed one is over, so that staff may ask for another. */
export async function settleRefund(
  { db, now }: Pick<NewsDesk, 'db' | 'now'>,
  intent: Intent,
  told: Refund,
  deliver: (news: TillNews) => Promise<void>,
): Promise<void> {
  if (told.status === 'pending') return;
  await answerIntent(db, intent, { response: told, reference: told.refundId });
  const { paymentId, amountCents } = RefundRequest.parse(intent.request);
  const news = refundNews(intent, told, { paymentId, amountCents });
  if (news) await deliver(news);
  await settleIntents(db, intent.storeId, told.refundId, new Date(now()));
}

/** Does nothing about an order that is not ours. A parcel's number is asked of the till. */
export async function keepHandOver(
  desk: NewsDesk & { till: TillOf },
  receipt: Receipt,
  told: ToldHandOver,
): Promise<void> {
  const order = await orderBy(desk.db, told.provider, told.reference);
  const link = Link.safeParse(order?.link).data;
  if (!order || !link || order.fulfillment === null || !mayTell(receipt, order.storeId)) return;
  const { fulfillment } = order;
  const isParcel = told.did === 'handedOver' && fulfillment === 'shipping';
  const till = await desk.till(order.storeId);
  const tracking = isParcel ? await till.getTracking({ storeId: order.storeId, ...link }) : null;
  await keep(desk, receipt, handOverNews({ ...order, fulfillment }, told, tracking));
}
type TillOf = (storeId: number) => Promise<Till>;

async function keep(
  desk: NewsDesk,
  receipt: Receipt,
  news: TillNews,
  after: (at: Date) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  if (!mayTell(receipt, news.storeId)) return;
  const at = new Date(desk.now());
  if (!(await isNoted(desk.db, news.storeId, receipt))) {
    await desk.deliver(news);
    await after(at);
  }
  await note(desk.db, news.storeId, receipt, at);
}

function mayTell({ stores }: Receipt, storeId: number): boolean {
  return stores === 'all' || stores.includes(storeId);
}

async function isNoted(db: Db, storeId: number, { provider, eventId }: Receipt): Promise<boolean> {
  const noted = and(
    eq(webhookReceipts.storeId, storeId),
    eq(webhookReceipts.provider, provider),
    eq(webhookReceipts.eventId, eventId),
  );
  return (await db.$count(webhookReceipts, noted)) > 0;
}

async function note(db: Db, storeId: number, { provider, eventId, type }: Receipt, at: Date): Promise<void> {
  await db
    .insert(webhookReceipts)
    .values({ storeId, provider, eventId, type, firstAt: at, lastAt: at })
    .onConflictDoUpdate({
      target: [webhookReceipts.storeId, webhookReceipts.provider, webhookReceipts.eventId],
      set: { times: sql`${webhookReceipts.times} + 1`, lastAt: at },
    });
}
