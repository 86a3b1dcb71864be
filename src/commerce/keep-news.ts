// What every till's webhook does with its news: the order commits it first, then it is noted down. An event that was noted
// down is only counted when it comes again; the same news in another event, the order itself knows.
import { and, eq, sql } from 'drizzle-orm';
import { webhookReceipts } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { answerIntent, findByReference, settleIntents } from './intents.ts';
import type { Intent } from './intents.ts';
import { newsOfPayment, newsOfRefund } from './refund-news.ts';
import { readStand } from './order-stand.ts';
import { handOverNews, orderBy, refundNews } from './till-news.ts';
import type { OrderRef, TillNews, ToldHandOver } from './till-news.ts';
import { Link, Refund, RefundRequest } from './till.ts';
import type { BookedRefund, LinkRef, Payment, Till } from './till.ts';

export type NewsDesk = {
  db: Db;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Resolves once the order has committed the event; a throw makes the till call again. */
  deliver: (news: TillNews) => Promise<void>;
  /** A shop's own till, for what an event leaves unsaid. */
  till: (storeId: number) => Promise<Till>;
};
/** One event of a provider, and the stores that its sender may speak of: others are not heard. */
export type Receipt = { provider: Till['provider']; eventId: string; type: string; stores: readonly number[] | 'all' };

/** Does nothing about an order that is not ours, and about money that is not settled yet. */
export async function keepPayment(desk: NewsDesk, receipt: Receipt, told: Payment): Promise<void> {
  const order = await orderBy(desk.db, receipt.provider, told.reference);
  if (!order || told.status === 'pending') return;
  const { storeId } = order;
  await keep(desk, receipt, storeId, async () => {
    const till = await desk.till(storeId);
    for await (const news of newsOfPayment({ ...desk, till }, order, told)) await desk.deliver(news);
    if (told.status === 'completed' && told.reference !== null)
      await settleIntents(desk.db, storeId, told.reference, new Date(desk.now()));
  });
}

/** @param storeId the shop at whose till it was made, for one that we know no answer of; null for none of ours */
export async function keepRefund(
  desk: NewsDesk,
  receipt: Receipt,
  storeId: number | null,
  told: BookedRefund,
): Promise<void> {
  const intent = await findByReference(desk.db, receipt.provider, 'refund', told.refundId);
  if (intent && !mayTell(receipt, intent.storeId)) return;
  if (intent)
    return settleRefund(desk, intent, told, (news) => keep(desk, receipt, news.storeId, () => desk.deliver(news)));
  if (storeId === null) return;
  const news = await newsOfRefund({ ...desk, till: await desk.till(storeId) }, storeId, told);
  if (news.length === 0) return;
  await keep(desk, receipt, storeId, async () => {
    for (const one of news) await desk.deliver(one);
  });
}

/**
 * What a till says of a refund whose answer we have. Its order may not: work that is given up answers to nobody. A failed one is over,
 * and stays so whatever older news says.
 */
export async function settleRefund(
  { db, now }: Pick<NewsDesk, 'db' | 'now'>,
  intent: Intent,
  told: Refund,
  deliver: (news: TillNews) => Promise<void>,
): Promise<void> {
  const { refundId } = told;
  const status = Refund.safeParse(intent.response).data?.status === 'failed' ? 'failed' : told.status;
  const isSettled = status !== 'pending';
  if (isSettled) await answerIntent(db, intent, { response: { refundId, status }, reference: refundId });
  const { paymentId, amountCents } = RefundRequest.parse(intent.request);
  await deliver(refundNews(intent, { refundId, status, paymentId, amountCents, isOurs: true }));
  if (isSettled) await settleIntents(db, intent.storeId, refundId, new Date(now()));
}

/**
 * Does nothing about an order that is not ours. A parcel's number is asked of the till.
 * Throws `NotSoldYet` for one that is paid for and not sold yet: it comes again, for a day at most.
 */
export async function keepHandOver(desk: NewsDesk, receipt: Receipt, told: ToldHandOver): Promise<void> {
  const order = await orderBy(desk.db, told.provider, told.reference);
  const link = Link.safeParse(order?.link).data;
  if (!order || !link || order.fulfillment === null || told.steps.length === 0) return;
  const { storeId, fulfillment } = order;
  await keep(desk, receipt, storeId, async () => {
    const till = await desk.till(storeId);
    await bringSale(desk, till, order, { storeId, ...link });
    for (const step of told.steps) {
      const isParcel = step.did === 'handedOver' && fulfillment === 'shipping';
      const tracking = isParcel ? await till.getTracking({ storeId, ...link }) : null;
      await desk.deliver(handOverNews({ ...order, fulfillment }, step, tracking));
    }
  });
}

/** Events come in any order: an order hears of its money before it hears of what was done with its books, which would mean nothing to it. */
async function bringSale(desk: NewsDesk, till: Till, order: OrderRef, link: LinkRef): Promise<void> {
  if ((await readStand(desk.db, order)) !== 'open') return;
  const { state, payment } = await till.getLink(link);
  if (payment) for await (const news of newsOfPayment({ ...desk, till }, order, payment)) await desk.deliver(news);
  if (state === 'paid' && (await readStand(desk.db, order)) === 'open') throw new NotSoldYet();
}

/** Its copies are being sold just now, or a person is to look at its money first. */
class NotSoldYet extends Error {
  override readonly name = 'NotSoldYet';
}

/** Tells an event of a sender who may speak of this store, unless it was noted down, and then notes it. */
async function keep(desk: NewsDesk, receipt: Receipt, storeId: number, tell: () => Promise<void>): Promise<void> {
  if (!mayTell(receipt, storeId)) return;
  const at = new Date(desk.now());
  if (!(await isNoted(desk.db, storeId, receipt))) await tell();
  await note(desk.db, storeId, receipt, at);
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
