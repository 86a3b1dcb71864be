// Forgets an actor: its data key is destroyed, which makes all that was sealed with it unreadable; a backup from before still has
// the key, so it must not be kept longer than the shop promises. Its turns stay numbered and countable; whoever sends to its
// address afterwards meets another actor.
import type pg from 'pg';
import type { AnyEventObject } from 'xstate';
import type { Envelope } from './cause.ts';
import { uuidAt } from './ids.ts';
import { inTransaction } from './transaction.ts';
import type { Sql } from './transactional.ts';
import type { Vault } from './vault.ts';

/** What forgetting needs, and what is to happen in the same commit. */
export type ForgetOptions = {
  pool: pg.Pool;
  vault: Vault;
  now: () => number;
  /** Leaves an heir at the address, known by the keyed hash alone until the address is used again; this is its first event. */
  heirHears?: AnyEventObject | undefined;
  /** Rows of the application that change in the same commit. @param heir its key */
  alongside?: (tx: Sql, heir: string | null) => Promise<void>;
};

/** The key of the heir, or null without one. */
export type Forgotten = { heir: string | null };

/**
 * Waits for the turn under way and ends everything of the actor: timers, inbox, commands. A command that runs meanwhile
 * is aborted and its result dropped; what it did is not undone, since its input cannot be read any more.
 * Null when there is no such actor, or it was forgotten before.
 */
export function forgetActor(options: ForgetOptions, storeId: number, key: string): Promise<Forgotten | null> {
  return inTransaction(options.pool, (tx) => forget(options, tx, storeId, key));
}

type Row = { machine: string; version: number; address_hash: Buffer | null; data_key: Buffer | null };

async function forget(
  options: ForgetOptions,
  tx: pg.PoolClient,
  storeId: number,
  key: string,
): Promise<Forgotten | null> {
  const { rows } = await tx.query<Row>(
    'SELECT machine, version, address_hash, data_key FROM actors WHERE store_id = $1 AND key = $2 FOR UPDATE',
    [storeId, key],
  );
  const [row] = rows;
  if (!row?.data_key) return null;
  const at = new Date(options.now());
  await tx.query(
    `UPDATE actors SET data_key = NULL, address_hash = NULL, address_sealed = NULL, snapshot = NULL, status = 'forgotten',
       trouble = NULL, value = '{}', standing = NULL, tags = '[]', updated_at = $3 WHERE store_id = $1 AND key = $2`,
    [storeId, key, at],
  );
  await tx.query('DELETE FROM timers WHERE store_id = $1 AND actor_key = $2', [storeId, key]);
  await tx.query('DELETE FROM inbox WHERE store_id = $1 AND actor_key = $2', [storeId, key]);
  await tx.query(
    `UPDATE commands SET status = 'cancelled', due_at = NULL, finished_at = $3
     WHERE store_id = $1 AND actor_key = $2 AND status IN ('pending', 'running', 'held')`,
    [storeId, key, at],
  );
  const { heirHears: event } = options;
  const heir = event && row.address_hash ? await bearHeir(options, tx, storeId, row, event, at) : null;
  await options.alongside?.({ query: (text, values) => tx.query(text, values) }, heir);
  return { heir };
}

/** What still names a forgotten actor. */
const TRACES = ['timers', 'inbox', 'commands', 'dedupe', 'events'] as const;

/** Deletes the rows that a forgotten actor leaves, its journal included: for actors that never stood for anybody. */
export async function eraseForgotten(pool: pg.Pool, storeId: number, key: string): Promise<void> {
  const { rowCount } = await pool.query(
    `DELETE FROM actors WHERE store_id = $1 AND key = $2 AND status = 'forgotten'`,
    [storeId, key],
  );
  if (rowCount === 0) return;
  for (const table of TRACES)
    await pool.query(`DELETE FROM ${table} WHERE store_id = $1 AND actor_key = $2`, [storeId, key]);
}

async function bearHeir(
  { vault }: ForgetOptions,
  tx: pg.PoolClient,
  storeId: number,
  row: Row,
  event: AnyEventObject,
  at: Date,
): Promise<string> {
  const key = uuidAt(at.getTime());
  await tx.query(
    `INSERT INTO actors (store_id, key, machine, version, address_hash, data_key, seq, status, value, tags, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 0, 'active', '{}', '[]', $7, $7)`,
    [storeId, key, row.machine, row.version, row.address_hash, vault.createDataKey(), at],
  );
  const envelope: Envelope = { cause: { kind: 'event', event }, source: 'forget', correlationId: key };
  await tx.query(
    `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at)
     VALUES ($1, $2, 'waiting', $3, $4, $5, $5)`,
    [storeId, key, vault.sealShared(JSON.stringify(envelope)), event.type, at],
  );
  return key;
}
