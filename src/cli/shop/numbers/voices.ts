// The two voices of Marty held against each other: of those who heard each one, who wrote again, bought, opted out, and whether
// chance alone explains the difference.
import type pg from 'pg';
import { variantShares } from './counts.ts';
import type { Span } from './counts.ts';
import { compareShares } from './two-shares.ts';
import type { Comparison, Share } from './two-shares.ts';

/** What a voice may bring its hearers to; each customer counts once. */
export const MEASURES = ['wroteAgain', 'bought', 'optedOut'] as const;

/** `shares`: one a variant, in the order of their names; `compared`: the second against the first, null while one has nobody. */
export type VoiceTrial = {
  measure: (typeof MEASURES)[number];
  shares: Array<Share & { variant: string }>;
  compared: Comparison | null;
};

/** Of the days of `span`; three measures, also where nobody heard anything. */
export async function compareVoices(pool: pg.Pool, span: Span): Promise<VoiceTrial[]> {
  const rows = await variantShares(pool, span);
  return MEASURES.map((measure) => {
    const shares = rows.map((row) => ({ variant: row.variant, hits: hitsOf(row)[measure], all: row.customers }));
    const [first, second] = shares;
    return { measure, shares, compared: first && second ? compareShares(first, second) : null };
  });
}

function hitsOf({
  answered: wroteAgain,
  bought,
  opted_out: optedOut,
}: Awaited<ReturnType<typeof variantShares>>[number]): Record<VoiceTrial['measure'], number> {
  return { wroteAgain, bought, optedOut };
}
