// What somebody can do who has a database and a master key that is said to be worth nothing any more.
import type { Pool } from 'pg';
import { derive, tryDecrypt } from '../../src/runtime/sealing.ts';
import { createVault } from '../../src/runtime/vault.ts';

/** Every column of raw bytes, as `table.column`, in the order of the alphabet. */
export async function byteColumns(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** How many values of each column the key opens, or knows as the hash of one of the texts; columns without any are left out. */
export async function openedBy(pool: Pool, key: Buffer, texts: string[] = []): Promise<Record<string, number>> {
  const keys = [derive(key, 'wrap'), derive(key, 'shared')];
  const hashes = new Set(texts.map((text) => createVault(key).lookupHash(text).subarray(0, 16).toString('hex')));
  const opened: Record<string, number> = {};
  for (const name of await byteColumns(pool)) {
    const [table, column] = name.split('.');
    const { rows } = await pool.query<{ value: Buffer }>(
      `SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    const known = rows.filter(
      ({ value }) =>
        keys.some((one) => tryDecrypt(one, value) !== null) || hashes.has(value.subarray(0, 16).toString('hex')),
    );
    if (known.length > 0) opened[name] = known.length;
  }
  return opened;
}
