// `PII_KEY_PREVIOUS` to `PII_KEY`: everything that hangs on the master key, sealed and hashed anew beside running processes.
// Killed anywhere it goes on when it is run again: what is done is told from what is not by trying the keys.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { tablesWith } from './key-columns.ts';
import { masterKeys, NOTHING, sum } from './master-keys.ts';
import type { MasterKeys, Tally } from './master-keys.ts';
import { renewTable } from './renew-table.ts';
import type { Renewal } from './renew-table.ts';
import { renewTokens } from './renew-tokens.ts';
import { begin, end } from './rotations.ts';

/** What stands in one table. */
export type Part = { part: string } & Tally;

/** Told after each page: so many rows of a table are through. */
export type Progress = { doing: Renewal['doing']; part: string; rows: number; total: number };

type RotateOptions = {
  pool: Pool;
  newest: Buffer;
  previous: Buffer;
  onProgress?: (progress: Progress) => void;
};

/** Rows that a turn had in hand are done in the next pass; after so many a person has to look. */
const PASSES_MAX = 5;
const BETWEEN_PASSES_MS = 1_000;
// Any constant will do; it must only differ from other advisory locks in the same database.
const ROTATION_LOCK = 7_301_978;

/** Another rotation runs on this database. */
export class RotationUnderWay extends Error {
  override readonly name = 'RotationUnderWay';
}

/** Answers what stands afterwards; `renewed` and `duplicates` are of this run. @throws RotationUnderWay */
export async function rotate({ pool, newest, previous, onProgress }: RotateOptions): Promise<Part[]> {
  const keys = masterKeys(newest, previous);
  return alone(pool, async () => {
    const id = await begin(pool, { both: keys.both, previous });
    const done = new Map<string, Tally>();
    for (let pass = 1; ; pass++) {
      await throwCachesAway(pool);
      for (const { part, ...tally } of await walk({ pool, keys, doing: 'renew' }, onProgress))
        done.set(part, sum(done.get(part) ?? NOTHING, tally));
      const parts = await walk({ pool, keys, doing: 'check' }, onProgress);
      const isDone = parts.every((part) => part.previous === 0);
      if (isDone) await end(pool, id);
      if (isDone || pass === PASSES_MAX) return parts.map((part) => ({ ...part, ...ofThisRun(done.get(part.part)) }));
      await sleep(BETWEEN_PASSES_MS);
    }
  });
}

function ofThisRun({ renewed, duplicates } = NOTHING): Pick<Tally, 'renewed' | 'duplicates'> {
  return { renewed, duplicates };
}

/** What stands in the database under which key; changes nothing. @param previous null: it is gone already */
export function checkKeys({
  pool,
  newest,
  previous,
  onProgress,
}: Omit<RotateOptions, 'previous'> & { previous: Buffer | null }): Promise<Part[]> {
  return walk({ pool, keys: masterKeys(newest, previous), doing: 'check' }, onProgress);
}

async function walk(
  { pool, keys, doing }: { pool: Pool; keys: MasterKeys; doing: Renewal['doing'] },
  onProgress: RotateOptions['onProgress'],
): Promise<Part[]> {
  const works = [
    ...tablesWith('wrapped', 'shared', 'address').map((table) => ({
      part: table.table,
      run: (renewal: Renewal) => renewTable(renewal, table),
    })),
    ...tablesWith('words').map(({ table }) => ({ part: table, run: renewTokens })),
  ];
  const parts: Part[] = [];
  for (const { part, run } of works) {
    const total = await countOf(pool, part);
    let rows = 0;
    const onPage = (more: number) => onProgress?.({ doing, part, rows: (rows += more), total });
    parts.push({ part, ...(await run({ pool, keys, doing, onPage })) });
  }
  return parts;
}

async function countOf(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]?.n ?? 0;
}

async function throwCachesAway(pool: Pool): Promise<void> {
  for (const { table } of tablesWith('cache')) await pool.query(`DELETE FROM ${table}`);
}

async function alone<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [ROTATION_LOCK]);
    if (!rows[0]?.mine) throw new RotationUnderWay('another rotation is under way');
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ROTATION_LOCK]).catch(() => undefined);
    client.release(true); // where it could not be asked, the lock ends with the session
  }
}
