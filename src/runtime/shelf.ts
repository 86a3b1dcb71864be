// Sets aside what cannot be written: the last resort for one item, in a transaction of its own.
import type pg from 'pg';
import { typeOf } from './cause.ts';
import type { Item } from './item.ts';
import type { Vault } from './vault.ts';

/**
 * Keeps an item in the inbox for a person: with `error`'s code, and with its dedupe key, so that a repeated delivery
 * changes nothing. The inbox itself (`wake`) and timers have rows of their own and need no keeping.
 */
export async function shelveItem(deps: { pool: pg.Pool; vault: Vault; now: () => number }, item: Item, error: unknown): Promise<void> {
  const { work, storeId, actorKey, dedupeKey } = item;
  if (work.kind === 'wake' || work.kind === 'timer') throw error;
  const at = new Date(deps.now());
  const payload = deps.vault.sealShared(JSON.stringify(work.envelope));
  await deps.pool.query(
    `WITH seen AS (
       INSERT INTO dedupe (store_id, actor_key, key, at) SELECT $1::int, $2::uuid, $7::text, $6::timestamptz WHERE $7::text IS NOT NULL ON CONFLICT DO NOTHING
     )
     INSERT INTO inbox (store_id, actor_key, state, payload, type, trouble, not_before, created_at)
     VALUES ($1::int, $2::uuid, 'aside', $3, $4, $5, $6::timestamptz, $6::timestamptz)`,
    [storeId, actorKey, payload, typeOf(work.envelope.cause), troubleOf(error), at, dedupeKey],
  );
}

// SQLSTATE or name only: a database's own message may quote what was written.
function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `database refused the rows: ${error.code}` : error.name;
}
