// Keeps the planner's idea of the hot tables fresh while they are young. A plan that was made on an empty table may pick any index,
// and stays until Postgres looks at the table again: autovacuum does, but only once a minute.
import type pg from 'pg';
import { z } from 'zod';
import { every } from './clock.ts';
import type { Clock } from './clock.ts';

/** The tables whose rows turns, claims and sweeps pick by key. */
const HOT = ['actors', 'commands', 'dedupe', 'inbox', 'timers', 'attempts'];
const LOOK_MS = 2_000;
/** A table that has grown by this factor since it was looked at is looked at again; below `FEW` rows any plan does. */
const GROWTH = 4;
const FEW = 200;

/** Starts watching; ANALYZE makes every session plan anew. Several processes may watch: the second finds nothing to do. */
export function watchStatistics(pool: pg.Pool, clock: Clock, onError: (error: unknown) => void): () => Promise<void> {
  return every(clock, LOOK_MS, () => refresh(pool), onError);
}

const Grown = z.object({ name: z.enum(HOT) });

async function refresh(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query({
    name: 'grown-tables',
    text: `SELECT c.relname AS name FROM pg_class c
      WHERE c.oid = ANY ($1::text[]::regclass[]::oid[])
        AND pg_stat_get_live_tuples(c.oid) > greatest($2::bigint, c.reltuples * $3::int)`,
    values: [HOT, FEW, GROWTH],
  });
  for (const { name } of rows.map((row) => Grown.parse(row))) await pool.query(`ANALYZE ${name}`);
}
