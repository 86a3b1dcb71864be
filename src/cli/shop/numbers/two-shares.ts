// Whether two shares differ by more than chance: Fisher's exact test, and how large the difference may be.
// Exact, because shops count in dozens: with 3 sales of 40 the normal curve behind a z test is not there yet.

/** `hits` of `all` customers. */
export type Share = { hits: number; all: number };

/** `difference` is second less first, 0 to 1; `low` and `high` hold it in 95 of 100 such trials; `p` is two-sided. */
export type Comparison = { difference: number; low: number; high: number; p: number };

/** Null where one side has nobody. */
export function compareShares(first: Share, second: Share): Comparison | null {
  if (first.all === 0 || second.all === 0) return null;
  const [a, b] = [first.hits / first.all, second.hits / second.all];
  const [inA, inB] = [wilson(first), wilson(second)];
  const difference = b - a;
  // Newcombe's interval out of the two single ones: it stays within -1 and 1 and holds for small counts.
  const low = difference - Math.hypot(b - inB.low, inA.high - a);
  const high = difference + Math.hypot(inB.high - b, a - inA.low);
  return { difference, low, high, p: fisherP(first, second) };
}

const Z = 1.959964; // 95 %

/** Wilson's interval of one share. */
function wilson({ hits, all }: Share): { low: number; high: number } {
  const share = hits / all;
  const middle = share + Z ** 2 / (2 * all);
  const half = Z * Math.sqrt((share * (1 - share)) / all + Z ** 2 / (4 * all ** 2));
  const scale = 1 + Z ** 2 / all;
  return { low: (middle - half) / scale, high: (middle + half) / scale };
}

/** Two tables as likely as each other come out a hair apart. */
const AS_LIKELY = 1 + 1e-9;

/** How likely a table at least as odd as this one is when both shares are really the same. */
export function fisherP(first: Share, second: Share): number {
  const hits = first.hits + second.hits;
  const logs = logFactorials(first.all + second.all);
  const logChoose = (n: number, k: number) => (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0);
  const whole = logChoose(first.all + second.all, hits);
  const chance = (k: number) => Math.exp(logChoose(first.all, k) + logChoose(second.all, hits - k) - whole);
  const seen = chance(first.hits) * AS_LIKELY;
  let p = 0;
  for (let k = Math.max(0, hits - second.all); k <= Math.min(hits, first.all); k++) {
    const one = chance(k);
    if (one <= seen) p += one;
  }
  return Math.min(1, p);
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = (logs[n - 1] ?? 0) + Math.log(n);
  return logs;
}
