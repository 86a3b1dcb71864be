// `marty numbers ab`: the two variants of Marty's words, held against each other.
import { variantShares } from '../shop/numbers/counts.ts';
import { compareShares } from '../shop/numbers/two-shares.ts';
import type { Comparison, Share } from '../shop/numbers/two-shares.ts';
import type { Shop } from '../shop/open-shop.ts';
import { durationMs } from './duration.ts';
import { storeOf, UsageError, withShop } from './with-shop.ts';

export type AbFlags = { last: string; store?: string; json?: boolean };

type Measure = {
  measure: 'wrote again' | 'bought' | 'opted out';
  shares: Record<string, Share>;
  compared: Comparison | null;
};
export type AbReport = { from: string; to: string; variants: string[]; measures: Measure[] };

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
  const rows = await variantShares(shop.database.pool, { storeId, from, to, timezone });
  const measure = (name: Measure['measure'], hitsOf: (row: (typeof rows)[number]) => number): Measure => {
    const shares = rows.map((row): [string, Share] => [row.variant, { hits: hitsOf(row), all: row.customers }]);
    const [first, second] = shares;
    return {
      measure: name,
      shares: Object.fromEntries(shares),
      compared: first && second ? compareShares(first[1], second[1]) : null,
    };
  };
  const measures = [
    measure('wrote again', (row) => row.answered),
    measure('bought', (row) => row.bought),
    measure('opted out', (row) => row.opted_out),
  ];
  return { from, to, variants: rows.map(({ variant }) => variant), measures };
}

function dayOf(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(ms);
}

const CAUTION = `p is the chance of a difference at least so large if both voices did the same (Fisher's exact test, two-sided); the range holds the true
difference in 95 of 100 trials. Both are for one look on a day that was settled before the trial began: whoever looks every day and stops when p is
small finds differences that are not there (10 looks at 5 % come to about 20 %), and of three measures one is small by chance three times as often.`;

function inWords({ from, to, variants, measures }: AbReport): string {
  const lines = measures.map(({ measure, shares, compared }) => {
    const each = Object.entries(shares).map(
      ([variant, { hits, all }]) => `${variant} ${hits} of ${all} (${percent(all === 0 ? 0 : hits / all)})`,
    );
    const difference = compared
      ? `${variants[1]} less ${variants[0]}: ${percent(compared.difference)} (${percent(compared.low)} to ${percent(compared.high)}), p ${compared.p.toFixed(3)}`
      : 'nothing to compare yet';
    return `${measure}: ${each.join(', ') || 'nobody'}; ${difference}`;
  });
  return [`${from} to ${to}, customers who heard a line of each voice`, ...lines, '', CAUTION].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
