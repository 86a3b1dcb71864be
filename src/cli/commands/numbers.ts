// `marty numbers ab`: the two variants of Marty's words, held against each other.
import { compareVoices } from '../shop/numbers/voices.ts';
import type { VoiceTrial } from '../shop/numbers/voices.ts';
import type { Shop } from '../shop/open-shop.ts';
import { durationMs } from './duration.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

export type AbFlags = { last: string; store?: string; json?: boolean };

export type AbReport = { from: string; to: string; trials: VoiceTrial[] };

const DAY_MS = 24 * 60 * 60_000;

export async function runNumbersAb(flags: AbFlags): Promise<void> {
  await withShop(async (shop) => {
    const report = await abOf(shop, flags, Date.now());
    console.log(flags.json ? JSON.stringify(report, null, 2) : inWords(report));
  });
}

/** Days are the shop's own, today included. @throws UsageError */
export async function abOf(shop: Shop, flags: AbFlags, nowMs: number): Promise<AbReport> {
  const lastMs = durationMs(flags.last);
  if (lastMs === null || lastMs < DAY_MS)
    throw new UsageError(`--last is a number of days such as 28d, not "${flags.last}".`);
  const { id: storeId, timezone } = storeOf(shop, flags.store);
  const [from, to] = [dayOf(nowMs - lastMs + DAY_MS, timezone), dayOf(nowMs, timezone)];
  return { from, to, trials: await compareVoices(shop.database.pool, { storeId, from, to, timezone }) };
}

function dayOf(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(ms);
}

const CAUTION = `p is the chance of a difference at least so large if both voices did the same (Fisher's exact test, two-sided); the range holds the true
difference in 95 of 100 trials. Both are for one look on a day that was settled before the trial began: whoever looks every day and stops when p is
small finds differences that are not there (10 looks at 5 % come to about 20 %), and of three measures one is small by chance three times as often.`;

const NAMES: Record<VoiceTrial['measure'], string> = {
  wroteAgain: 'wrote again',
  bought: 'bought',
  optedOut: 'opted out',
};

function inWords({ from, to, trials }: AbReport): string {
  const head = `${from} to ${to}, customers who heard a line of each voice`;
  return [head, ...trials.map(trialInWords), '', CAUTION].join('\n');
}

function trialInWords({ measure, shares, compared }: VoiceTrial): string {
  const each = shares.map(({ variant, hits, all }) => `${variant} ${hits} of ${all} (${percent(hits / all)})`);
  const [first, second] = shares;
  const difference =
    compared && first && second
      ? `${second.variant} less ${first.variant}: ${percent(compared.difference)} (${percent(compared.low)} to ${percent(compared.high)}), p ${compared.p.toFixed(3)}`
      : 'nothing to compare yet';
  return `${NAMES[measure]}: ${each.join(', ') || 'nobody'}; ${difference}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
