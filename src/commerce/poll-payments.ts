// For when a webhook was lost: asks the till about links that nobody has told us more of, and tells their orders.
import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import { tillIntents } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import type { Intent } from './intents.ts';
import { paymentNews } from './payment-news.ts';
import type { PaymentNews } from './payment-news.ts';
import { Link } from './till.ts';
import type { Till } from './till.ts';

export type PollOptions = {
  db: Db;
  till: Till;
  now: () => number;
  deliver: (news: PaymentNews) => Promise<void>;
  /** Links younger than this, or asked about more recently, are left alone. */
  quietMs: number;
  /** At most this many links in one call. */
  limit: number;
  /** One failing link does not stop the others. */
  onError: (error: unknown) => void;
};

/** @returns how many links are settled now: paid, or closed without a payment */
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

function dueIntents({ db, till, now, quietMs, limit }: PollOptions): Promise<Intent[]> {
  const quietSince = new Date(now() - quietMs);
  return db
    .select()
    .from(tillIntents)
    .where(
      and(
        eq(tillIntents.operation, 'link'),
        eq(tillIntents.provider, till.provider),
        isNull(tillIntents.settledAt),
        isNotNull(tillIntents.response),
        lt(tillIntents.createdAt, quietSince),
        or(isNull(tillIntents.checkedAt), lt(tillIntents.checkedAt, quietSince)),
      ),
    )
    .orderBy(asc(sql`coalesce(${tillIntents.checkedAt}, ${tillIntents.createdAt})`))
    .limit(limit);
}

async function ask({ db, till, now, deliver }: PollOptions, intent: Intent): Promise<boolean> {
  const { storeId, orderId, key } = intent;
  await mark(db, intent, { checkedAt: new Date(now()) });
  const { state, payment } = await till.getLink({ storeId, ...Link.parse(intent.response) });
  const news = payment ? paymentNews({ storeId, orderId }, payment) : null;
  if (news) await deliver(news);
  const settled = news?.event.type === 'payment.completed' || (state === 'cancelled' && payment === null);
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
