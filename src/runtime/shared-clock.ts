// One time for all processes of a database. What one writes into a row as a time (a lease, a timer, since when something waits) another
// compares with its own: machines' clocks differ, are set, and stand still while a machine sleeps. The database's is the one that they share.
import type pg from 'pg';
import { z } from 'zod';
import { every } from './clock.ts';
import type { Clock } from './clock.ts';

export type SharedClock = Clock & {
  /** Asks the database no more; time goes on. */
  close: () => Promise<void>;
};

/** How often the database is asked (ms): a third of a lease. For so long a machine that slept is behind, and others take what it claims. */
const LOOK_MS = 2_000;

const Told = z.object({ ms: z.coerce.number() });

/**
 * The database's time, kept going between two looks by a clock that no correction moves (`elapsed`).
 * @throws what the driver throws, where the database cannot be asked for a first time
 */
export async function openSharedClock(
  pool: Pick<pg.Pool, 'query'>,
  base: Clock,
  onError: (error: unknown) => void,
): Promise<SharedClock> {
  let aheadMs = base.now() - base.elapsed();
  async function look(): Promise<void> {
    const askedMs = base.elapsed();
    const { rows } = await pool.query({
      name: 'read-clock',
      text: 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
    });
    const { ms } = Told.parse(rows[0]);
    aheadMs = nearest(aheadMs, ms - base.elapsed(), ms - askedMs);
  }
  await look();
  const close = every(base, LOOK_MS, look, onError);
  return { now: () => Math.floor(base.elapsed() + aheadMs), elapsed: base.elapsed, after: base.after, close };
}

// The answer was true at some moment between question and answer: what agrees with it stays, so that slow answers move nothing.
function nearest(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
