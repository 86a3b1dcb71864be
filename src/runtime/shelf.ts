// Sets aside what cannot be written: the last resort for one item, in a transaction of its own.
import type pg from 'pg';
import { typeOf } from './cause.ts';
import type { Envelope } from './cause.ts';
import type { Item } from './item.ts';
import { NEVER } from './rows.ts';
import type { Vault } from './vault.ts';

type Shelved = 'aside' | 'duplicate';
type Deps = { pool: pg.Pool; vault: Vault; now: () => number };

/**
 * Keeps an item in the inbox for a person, with `error`'s code. What it came from is used up in the same commit: an event's
 * dedupe key, a result's command, a timer's row; of an inbox that was opened row by row, the first row is the culprit.
 * An event that was taken in before is only a `duplicate`.
 */
export async function shelveItem(deps: Deps, item: Item, error: unknown): Promise<Shelved> {
  switch (item.work.kind) {
    case 'event':
    case 'told':
      return shelveEvent(deps, item, item.work.envelope, error);
    case 'result':
      return shelveResult(deps, item, item.work, error);
    case 'timer':
      return shelveTimer(deps, item, item.work, error);
    case 'wake':
      return shelveWaiting(deps, item, item.work.alone?.position ?? null, error);
  }
}

const INSERT = 'INSERT INTO inbox (store_id, actor_key, state, payload, type, trouble, not_before, created_at)';

/** The parameters $1 to $6 of `INSERT`, in its order but for the state. */
function asideRow({ vault, now }: Deps, { storeId, actorKey }: Item, envelope: Envelope, error: unknown): unknown[] {
  const payload = vault.sealShared(JSON.stringify(envelope));
  return [storeId, actorKey, payload, typeOf(envelope.cause), troubleOf(error), new Date(now())];
}

async function shelveEvent(deps: Deps, item: Item, envelope: Envelope, error: unknown): Promise<Shelved> {
  const { rowCount } = await deps.pool.query(
    `WITH used AS (
       INSERT INTO dedupe (store_id, actor_key, key, at) VALUES ($1::int, $2::uuid, $7, $6::timestamptz) ON CONFLICT DO NOTHING RETURNING 1
     )
     ${INSERT} SELECT $1::int, $2::uuid, 'aside', $3, $4, $5, $6::timestamptz, $6::timestamptz FROM used`,
    [...asideRow(deps, item, envelope, error), item.dedupeKey],
  );
  return rowCount === 0 ? 'duplicate' : 'aside';
}

// Its command is `held`: it must not run again, and tells whether the result still counts when a person tries it again.
async function shelveResult(
  deps: Deps,
  item: Item,
  { command, envelope }: Extract<Item['work'], { kind: 'result' }>,
  error: unknown,
): Promise<Shelved> {
  const { rowCount } = await deps.pool.query(
    `WITH held AS (
       UPDATE commands SET status = 'held', due_at = NULL, owner = NULL WHERE store_id = $1 AND id = $7 AND status IN ('pending', 'running') RETURNING 1
     )
     ${INSERT} SELECT $1::int, $2::uuid, 'aside', $3, $4, $5, $6::timestamptz, $6::timestamptz FROM held`,
    [...asideRow(deps, item, envelope, error), command],
  );
  if (rowCount === 0) throw error;
  return 'aside';
}

// Its row stays, loaded by nobody: when it is gone at the next try, the state was left.
async function shelveTimer(
  deps: Deps,
  item: Item,
  { token, envelope }: Extract<Item['work'], { kind: 'timer' }>,
  error: unknown,
): Promise<Shelved> {
  const { rowCount } = await deps.pool.query(
    `WITH kept AS (UPDATE timers SET held_until = $8 WHERE store_id = $1 AND actor_key = $2 AND token = $7 RETURNING 1)
     ${INSERT} SELECT $1::int, $2::uuid, 'aside', $3, $4, $5, $6::timestamptz, $6::timestamptz FROM kept`,
    [...asideRow(deps, item, envelope, error), token, NEVER],
  );
  if (rowCount === 0) throw error;
  return 'aside';
}

// The row that was read when it went wrong; where the process died before it could say, the first one.
async function shelveWaiting(
  { pool }: Deps,
  { storeId, actorKey }: Item,
  position: number | null,
  error: unknown,
): Promise<Shelved> {
  await pool.query(
    `UPDATE inbox SET state = 'aside', trouble = $4 WHERE store_id = $1 AND state = 'waiting' AND position =
       coalesce($3::bigint, (SELECT min(position) FROM inbox WHERE store_id = $1 AND actor_key = $2 AND state = 'waiting'))`,
    [storeId, actorKey, position, troubleOf(error)],
  );
  return 'aside';
}

/** Sets aside what was sent to a key that nobody has: it would be looked at for ever. */
export async function shelveOrphans(pool: pg.Pool, storeId: number, actorKey: string): Promise<void> {
  await pool.query(
    `UPDATE inbox SET state = 'aside', trouble = 'nobody has this key'
     WHERE store_id = $1 AND actor_key = $2 AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM actors WHERE store_id = $1 AND key = $2)`,
    [storeId, actorKey],
  );
}

// SQLSTATE or name only: a database's own message may quote what was written.
function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `database refused the rows: ${error.code}` : error.name;
}
