// How fast a customer may text and still be answered at once. Pure; the chart keeps the times and decides what follows.
import { HEARD_MAX } from '../schema/customer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How many texts of one phone Marty answers in any stretch of such a length. */
const LIMITS = [
  { texts: 10, windowMs: MINUTE_MS },
  { texts: 100, windowMs: HOUR_MS },
] as const;

/** When the next text will be within the limits; `nowMs` if it is already. All in milliseconds since 1970 (UTC). */
export function windowOpensAt(heardAtMs: readonly number[], nowMs: number): number {
  const opens = LIMITS.map(({ texts, windowMs }) => (heardAtMs.at(-texts) ?? nowMs - windowMs) + windowMs);
  return Math.max(nowMs, ...opens);
}

/** The times with one more; those that no limit looks at any longer are forgotten. */
export function withHeard(heardAtMs: readonly number[], nowMs: number): number[] {
  return [...heardAtMs.filter((atMs) => atMs > nowMs - HOUR_MS), nowMs].slice(-HEARD_MAX);
}
