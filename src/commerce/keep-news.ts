// What every till's webhook does with news of a payment: the order commits it first, then it is noted down. An event
// that was noted down is only counted when it comes again; the same news in another event, the order itself knows.
import { and, eq, sql } from 'drizzle-orm';
import { webhookReceipts } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { settleIntents } from './intents.ts';
import { newsOf } from './payment-news.ts';
import type { PaymentNews, ToldPayment } from './payment-news.ts';

export type NewsDesk = {
  db: Db;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Resolves once the order has committed the event; a throw makes the till call again. */
  deliver: (news: PaymentNews) => Promise<void>;
};
/** One event of a provider. */
export type Told = ToldPayment & { eventId: string; type: string };

/** Does nothing about an order that is not ours, and about money that is not settled yet. */
export async function keepNews({ db, now, deliver }: NewsDesk, told: Told): Promise<void> {
  const news = await newsOf(db, told);
  if (!news) return;
  const { storeId, event } = news;
  const at = new Date(now());
  if (!(await isNoted(db, storeId, told))) {
    await deliver(news);
    if (event.type === 'payment.completed') await settleIntents(db, storeId, told.reference, at);
  }
  await note(db, storeId, told, at);
}

async function isNoted(db: Db, storeId: number, { provider, eventId }: Told): Promise<boolean> {
  const noted = and(
    eq(webhookReceipts.storeId, storeId),
    eq(webhookReceipts.provider, provider),
    eq(webhookReceipts.eventId, eventId),
  );
  return (await db.$count(webhookReceipts, noted)) > 0;
}

async function note(db: Db, storeId: number, { provider, eventId, type }: Told, at: Date): Promise<void> {
  await db
    .insert(webhookReceipts)
    .values({ storeId, provider, eventId, type, firstAt: at, lastAt: at })
    .onConflictDoUpdate({
      target: [webhookReceipts.storeId, webhookReceipts.provider, webhookReceipts.eventId],
      set: { times: sql`${webhookReceipts.times} + 1`, lastAt: at },
    });
}
