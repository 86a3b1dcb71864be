// For when a webhook was lost: asks the tills about links, and refunds under way, that nobody has told us more of, and
// tells their orders.
import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { tillIntents } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import type { Intent } from './intents.ts';
import { newsOfPayment } from './refund-news.ts';
import type { TillNews } from './till-news.ts';
import { settleRefund } from './keep-news.ts';
import { Link, Refund } from './till.ts';
import type { Till } from './till.ts';
import type { Tills } from './tills.ts';

export type PollOptions = {
  db: Db;
  tills: Tills;
  now: () => number;
  deliver: (news: TillNews) => Promise<void>;
  /** What is younger than this, or asked about more recently, are left alone. */
  quietMs: number;
  /** At most this many in one call. */
  limit: number;
  /** One that fails does not stop the others. */
  onError: (error: unknown) => void;
};

/** @returns how many are settled now: links paid, or closed without a payment; refunds that went through, or did not */
export async function pollPayments(options: PollOptions): Promise<number> {
  const settled: boolean[] = [];
  for (const intent of await dueIntents(options)) settled.push(await ask(options, intent).catch(failed(options)));
  return settled.filter(Boolean).length;
}

function failed({ onError }: PollOptions): (error: unknown) => false {
  return (error) => {
    onError(error);
    return false;
  };
}

function dueIntents({ db, now, quietMs, limit }: PollOptions): Promise<Intent[]> {
  const quietSince = new Date(now() - quietMs);
  return db
    .select()
    .from(tillIntents)
    .where(
      and(
        isNull(tillIntents.settledAt),
        isNotNull(tillIntents.response),
        lt(tillIntents.createdAt, quietSince),
        or(isNull(tillIntents.checkedAt), lt(tillIntents.checkedAt, quietSince)),
      ),
    )
    .orderBy(asc(sql`coalesce(${tillIntents.checkedAt}, ${tillIntents.createdAt})`))
    .limit(limit);
}

async function ask(options: PollOptions, intent: Intent): Promise<boolean> {
  const { db, tills, now } = options;
  await mark(db, intent, { checkedAt: new Date(now()) });
  const till = await tills.of(intent.storeId);
  if (till.provider !== intent.provider) return false; // the shop has changed its till since
  return intent.operation === 'refund' ? askRefund(options, till, intent) : askLink(options, till, intent);
}

async function askRefund(options: PollOptions, till: Till, intent: Intent): Promise<boolean> {
  const { refundId } = Refund.parse(intent.response);
  const refund = await till.getRefund({ storeId: intent.storeId, refundId });
  if (!refund || refund.status === 'pending') return false;
  await settleRefund(options, intent, refund, options.deliver);
  return true;
}

async function askLink({ db, now, deliver }: PollOptions, till: Till, intent: Intent): Promise<boolean> {
  const { storeId, orderId, key } = intent;
  const { state, payment } = await till.getLink({ storeId, ...Link.parse(intent.response) });
  if (payment) for await (const news of newsOfPayment({ db, till }, { storeId, orderId }, payment)) await deliver(news);
  const settled = payment?.status === 'completed' || (state === 'cancelled' && payment?.status !== 'pending');
  if (settled) await mark(db, { storeId, key }, { settledAt: new Date(now()) });
  return settled;
}

async function mark(
  db: Db,
  { storeId, key }: Pick<Intent, 'storeId' | 'key'>,
  set: { checkedAt: Date } | { settledAt: Date },
): Promise<void> {
  await db
    .update(tillIntents)
    .set(set)
    .where(and(eq(tillIntents.storeId, storeId), eq(tillIntents.key, key)));
}
