// The record of rotations (schema/key-rotations.ts): whether one is under way, and the lookup keys of master keys that are gone.
// A rotation is written down before it changes anything, so that whoever kills it anywhere leaves word of it.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { derive } from '../../runtime/sealing.ts';
import type { Sql } from '../../runtime/transactional.ts';
import { createVault } from '../../runtime/vault.ts';
import type { Vault } from '../../runtime/vault.ts';
import { ConfigError } from '../plain-errors.ts';
import { assertFitting } from './fitting.ts';
import type { Keys } from './fitting.ts';

/** The vault of a process: with every key that still counts in this database. @throws ConfigError where they do not fit it */
export async function openVault(pool: Pool, keys: Keys): Promise<Vault> {
  await assertFitting(pool, keys);
  const { piiKey, piiKeyPrevious: previous } = keys;
  const begunAt = previous === null ? await underWaySince(pool) : null;
  if (begunAt !== null) {
    throw new ConfigError([
      `PII_KEY_PREVIOUS: not set, and a rotation that began at ${begunAt.toISOString()} has not ended; set the key of before ` +
        'and run `npm exec marty -- keys rotate` (docs/operations.md, Keys)',
    ]);
  }
  const known = await lookupsOf(pool, createVault(piiKey, { previous }));
  return createVault(piiKey, { previous, formerLookups: known.map(({ lookup }) => lookup) });
}

/** Since when a rotation is not ended; null where there is none. */
export async function underWaySince(pool: Pool): Promise<Date | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    'SELECT min(begun_at) AS at FROM key_rotations WHERE ended_at IS NULL',
  );
  return rows[0]?.at ?? null;
}

/** Writes down that a rotation is under way, or goes on. Answers its id. */
export async function begin(sql: Sql, { both, previous }: { both: Vault; previous: Buffer }): Promise<string> {
  const lookup = derive(previous, 'lookup');
  const known = (await lookupsOf(sql, both)).find((one) => one.lookup.equals(lookup));
  const id = known?.id ?? randomUUID();
  await sql.query(
    `INSERT INTO key_rotations (id, begun_at, lookup_sealed) VALUES ($1, now(), $2)
     ON CONFLICT (id) DO UPDATE SET ended_at = NULL`,
    [id, both.sealShared(lookup.toString('base64'))],
  );
  return id;
}

/** To be called when nothing is under the key of before any more. Its lookup key stays while it may find somebody. */
export async function end(pool: Pool, id: string): Promise<void> {
  await pool.query('UPDATE key_rotations SET ended_at = now() WHERE id = $1', [id]);
  await pool.query(
    `UPDATE key_rotations SET lookup_sealed = NULL WHERE ended_at IS NOT NULL
     AND NOT EXISTS (SELECT FROM actors WHERE address_hash IS NOT NULL AND address_sealed IS NULL)`,
  );
}

/** Keeps the lookup key of a master key that is gone, of which a backup knew. */
export async function adopt(sql: Sql, vault: Vault, lookup: Buffer): Promise<void> {
  if ((await lookupsOf(sql, vault)).some((one) => one.lookup.equals(lookup))) return;
  await sql.query('INSERT INTO key_rotations (id, begun_at, ended_at, lookup_sealed) VALUES ($1, now(), now(), $2)', [
    randomUUID(),
    vault.sealShared(lookup.toString('base64')),
  ]);
}

const Kept = z.object({ id: z.string(), sealed: z.instanceof(Buffer) });

async function lookupsOf(sql: Sql, vault: Pick<Vault, 'openShared'>): Promise<Array<{ id: string; lookup: Buffer }>> {
  const { rows } = await sql.query(
    'SELECT id, lookup_sealed AS sealed FROM key_rotations WHERE lookup_sealed IS NOT NULL ORDER BY begun_at',
  );
  return rows
    .map((row) => Kept.parse(row))
    .map(({ id, sealed }) => ({ id, lookup: Buffer.from(opened(vault, sealed), 'base64') }));
}

function opened(vault: Pick<Vault, 'openShared'>, sealed: Buffer): string {
  try {
    return vault.openShared(sealed);
  } catch {
    throw new ConfigError([
      'PII_KEY: it does not open what key_rotations keeps of the keys before it; set the key that was the newest then as ' +
        'PII_KEY_PREVIOUS, or the whole pair of then (docs/operations.md, Keys)',
    ]);
  }
}
