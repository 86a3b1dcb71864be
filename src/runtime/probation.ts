// Keeps an event whose step kills the process from killing it for ever. A process that has just started may have been killed by
// one: for a while it notes each attempt before it steps, and what has been noted without a commit is tried alone, then after a
// wait, then set aside.
import type pg from 'pg';
import type { Item } from './item.ts';

/** How long a process is careful after its start (ms): longer than providers wait before they send again. */
export const PROBATION_MS = 10 * 60_000;
/** An item that was attempted so often without a commit is set aside. */
export const ATTEMPTS_MAX = 3;

/**
 * How long an item waits before its last attempt and before it is set aside (ms): longer than a live process needs for a commit,
 * and whatever else kills processes as they start has killed this one by then, with the item not in hand.
 */
export const DOUBT_MS = 3_000;

/** `fresh` may share a batch; each of `suspect` goes alone; `doubtful` ones wait, once for each count; `condemned` are not stepped again. */
export type Sorted = { fresh: Item[]; suspect: Item[]; doubtful: Item[]; condemned: Item[] };

export type Probation = {
  /** Sorts a batch by what is noted of its items, and notes the attempt at the fresh ones. */
  sort: (items: readonly Item[]) => Promise<Sorted>;
  /** Notes the attempt at a suspect, right before it. */
  note: (item: Item) => Promise<void>;
  /** Takes back the note of an attempt that ended without a commit, and without a death: another process has the actor in hand. */
  release: (items: readonly Item[]) => Promise<void>;
  /** Forgets what was committed. */
  forget: (items: readonly Item[]) => Promise<void>;
};

export function createProbation(pool: pg.Pool): Probation {
  return {
    sort: (items) => sort(pool, items),
    note: (item) => note(pool, [item]),
    release: (items) => release(pool, items),
    forget: (items) => forget(pool, items),
  };
}

async function sort(pool: pg.Pool, items: readonly Item[]): Promise<Sorted> {
  const { rows } = await pool.query<{ key: string; tries: number }>({
    name: 'read-attempts',
    text: 'SELECT key, tries FROM attempts WHERE key = ANY ($1::text[])',
    values: [items.map(nameOf)],
  });
  const tries = new Map(rows.map((row) => [row.key, row.tries]));
  const sorted: Sorted = { fresh: [], suspect: [], doubtful: [], condemned: [] };
  for (const item of items) sorted[verdictOn(item, tries.get(nameOf(item)) ?? 0)].push(item);
  for (const item of sorted.doubtful) item.doubtedAt = tries.get(nameOf(item)) ?? 0;
  await note(pool, sorted.fresh);
  return sorted;
}

function verdictOn({ doubtedAt }: Item, tries: number): keyof Sorted {
  if (tries === 0) return 'fresh';
  if (tries >= ATTEMPTS_MAX - 1 && doubtedAt !== tries) return 'doubtful';
  return tries >= ATTEMPTS_MAX ? 'condemned' : 'suspect';
}

async function note(pool: pg.Pool, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return;
  await pool.query({
    name: 'note-attempts',
    text: `INSERT INTO attempts (key, tries) SELECT key, 1 FROM unnest($1::text[]) AS key GROUP BY key ORDER BY key
      ON CONFLICT (key) DO UPDATE SET tries = attempts.tries + 1`,
    values: [items.map(nameOf)],
  });
}

// Always in the order of the keys: two young processes never wait for each other in a circle.
const IN_ORDER = '(SELECT key FROM attempts WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE)';

// What is left at none goes with the commit that is sure to follow.
async function release(pool: pg.Pool, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return;
  await pool.query({
    name: 'release-attempts',
    text: `UPDATE attempts SET tries = greatest(tries - 1, 0) WHERE key IN ${IN_ORDER}`,
    values: [items.map(nameOf)],
  });
}

async function forget(pool: pg.Pool, items: readonly Item[]): Promise<void> {
  if (items.length === 0) return;
  await pool.query({
    name: 'forget-attempts',
    text: `DELETE FROM attempts WHERE key IN ${IN_ORDER}`,
    values: [items.map(nameOf)],
  });
}

// The same for each delivery of the same cause.
function nameOf({ storeId, actorKey, work, dedupeKey }: Item): string {
  const cause = {
    event: dedupeKey,
    told: dedupeKey,
    result: 'command' in work ? work.command : null,
    timer: 'token' in work ? work.token : null,
    wake: 'inbox',
  };
  return `${storeId}/${actorKey}/${work.kind}/${cause[work.kind] ?? ''}`;
}
