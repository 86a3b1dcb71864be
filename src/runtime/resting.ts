// Where actors stand, for those who look for them by it. A turn only notes that its actor has moved (null): an index on what
// changes with every turn would have Postgres write all of the row's indexes anew each time. Who rests is written down later.
import type pg from 'pg';
import { every } from './clock.ts';
import type { Clock } from './clock.ts';

const LOOK_MS = 60_000;
/** Rows in one statement, and statements in one look: after a busy hour the next looks go on. */
const SETTLED_AT_ONCE = 500;
const ROUNDS_MAX = 20;
/** How long after the hour of its last turn an actor rests (ms): whoever talks at the turn of the hour goes on moving. */
const QUIET_MS = 5 * 60_000;

/** Where the actor of a row stands: its state value, or that of its region `conversation`, as JSON. @param row the row's name in the statement */
export function standingSql(row: string): string {
  return `coalesce(${row}.standing, ${movedTo(row)})`;
}

/** Whether the actor of a row stands in one of these places. The index tells those who rest; those of the last hour are looked at one by one. */
export function standsInSql(row: string, standings: string): string {
  return `(${row}.standing = ANY (${standings}) OR (${row}.standing IS NULL AND ${movedTo(row)} = ANY (${standings})))`;
}

/** The same of a row that has moved. */
export function movedTo(row: string): string {
  return `coalesce(${row}.value::jsonb -> 'conversation', ${row}.value::jsonb)::text`;
}

/** Starts writing down who rests; several processes may, each takes what no other is looking at. */
export function watchResting(pool: pg.Pool, clock: Clock, onError: (error: unknown) => void): () => Promise<void> {
  return every(clock, LOOK_MS, () => settle(pool, clock), onError);
}

async function settle(pool: pg.Pool, clock: Clock): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { rowCount } = await pool.query({
      name: 'settle-resting',
      text: `UPDATE actors a SET standing = ${movedTo('a')}
        FROM (SELECT store_id, key FROM actors
              WHERE standing IS NULL AND active_hour < date_trunc('hour', $1::timestamptz at time zone 'UTC')
              ORDER BY active_hour LIMIT ${SETTLED_AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED) r
        WHERE a.store_id = r.store_id AND a.key = r.key`,
      values: [new Date(clock.now() - QUIET_MS)],
    });
    if ((rowCount ?? 0) < SETTLED_AT_ONCE) return;
  }
}
