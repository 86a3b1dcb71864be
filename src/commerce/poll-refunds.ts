// For when a webhook or an answer was lost: looks through what went back at the tills of late, and tells orders what they may not have heard.
// Each refund's payment says whose order it is, whichever of an order's payments that was; most are of none of ours.
import type { Db } from './db.ts';
import { newsOfRefund } from './refund-news.ts';
import type { TillNews } from './till-news.ts';
import type { BookedRefund, Till } from './till.ts';

export type PollRefundsOptions = {
  db: Db;
  till: Till;
  storeId: number;
  /** Refunds that nobody has touched for so long are known. */
  lookBackMs: number;
  /** Refunds, as they stood, that were looked at before: the till is not asked about their payments again. Kept up to date. */
  known: Set<string>;
  now: () => number;
  deliver: (news: TillNews) => Promise<void>;
  /** One that fails does not stop the others, and is looked at again. */
  onError: (error: unknown) => void;
};

/** Whatever was told before, the order knows. @returns of how many refunds an order was told */
export async function pollRefunds(options: PollRefundsOptions): Promise<number> {
  const { till, storeId, lookBackMs, known, now, onError } = options;
  const since = new Date(now() - lookBackMs);
  const found = await till.refundsSince({ storeId, since });
  const standing = new Set(found.map(nameOf));
  for (const name of known) if (!standing.has(name)) known.delete(name);
  let told = 0;
  for (const refund of found) {
    if (known.has(nameOf(refund))) continue;
    try {
      if (await tell(options, refund)) told += 1;
      known.add(nameOf(refund));
    } catch (error) {
      onError(error);
    }
  }
  return told;
}

async function tell({ db, till, storeId, deliver }: PollRefundsOptions, refund: BookedRefund): Promise<boolean> {
  const news = await newsOfRefund({ db, till }, storeId, refund);
  for (const one of news) await deliver(one);
  return news.length > 0;
}

function nameOf({ refundId, status }: BookedRefund): string {
  return `${refundId} ${status}`;
}
