// Writes what customers are found by. A name is indexed in the transaction that keeps it; the ends of numbers, which the
// runtime keeps and does not tell, by a round of housekeeping soon after a customer's first text.
import { sql } from 'drizzle-orm';
import type { AddressBookOptions } from '../../../commerce/address-book.ts';
import type { Vault } from '../../../runtime/vault.ts';
import type { Shop } from '../open-shop.ts';
import { digitsToken, wordTokens } from './tokens.ts';

const PER_ROUND_MAX = 10_000;
/** Rounds look back this far behind the newest customer that was indexed: births do not commit in order. */
const LOOK_BACK_MS = 60 * 60_000;

/** The name of before is no longer found. */
export function nameIndex(vault: Pick<Vault, 'lookupHash'>): AddressBookOptions['index'] {
  return async (tx, { storeId, actorKey, name }) => {
    const tokens = sql.param(wordTokens(vault, storeId, name));
    await tx.execute(
      sql`delete from search_tokens where store_id = ${storeId} and actor_key = ${actorKey} and origin = ${nameOrigin(actorKey)}`,
    );
    await tx.execute(
      sql`insert into search_tokens (store_id, token, actor_key, origin)
          select ${storeId}, token, ${actorKey}, ${nameOrigin(actorKey)} from unnest(${tokens}::bytea[]) as t (token)
          on conflict do nothing`,
    );
  };
}

/** A UUIDv8 beside the customer's own key, which is the origin of their number. */
export function nameOrigin(actorKey: string): string {
  return `${actorKey.slice(0, 14)}8${actorKey.slice(15)}`;
}

/** Indexes the numbers of customers who came lately; answers how many. Several processes may be at it at once. */
export async function indexNumbers({ database: { pool }, vault, stores }: Shop): Promise<number> {
  let indexed = 0;
  for (const { id: storeId } of stores()) {
    const { rows } = await pool.query<{ key: string; address_sealed: Buffer }>(
      `SELECT a.key, a.address_sealed FROM actors a
       WHERE a.store_id = $1 AND a.machine = 'customer' AND a.address_sealed IS NOT NULL AND a.key >= $2::uuid
         AND NOT EXISTS (SELECT FROM search_tokens s WHERE s.store_id = $1 AND s.actor_key = a.key AND s.origin = a.key)
       ORDER BY a.key LIMIT ${PER_ROUND_MAX}`,
      [storeId, await lookFrom(pool, storeId)],
    );
    const tokens = rows.map((row) => digitsToken(vault, storeId, vault.openShared(row.address_sealed)));
    await pool.query(
      `INSERT INTO search_tokens (store_id, token, actor_key, origin)
       SELECT $1, t.token, t.key, t.key FROM unnest($2::bytea[], $3::uuid[]) AS t (token, key) ON CONFLICT DO NOTHING`,
      [storeId, tokens, rows.map(({ key }) => key)],
    );
    indexed += rows.length;
  }
  return indexed;
}

// Keys are UUIDv7: their first 48 bits are the milliseconds of the customer's birth.
async function lookFrom(pool: Shop['database']['pool'], storeId: number): Promise<string> {
  const { rows } = await pool.query<{ key: string }>(
    `SELECT actor_key AS key FROM search_tokens WHERE store_id = $1 AND origin = actor_key ORDER BY actor_key DESC LIMIT 1`,
    [storeId],
  );
  const newestMs = rows[0] ? Number.parseInt(rows[0].key.replaceAll('-', '').slice(0, 12), 16) : 0;
  const hex = Math.max(0, newestMs - LOOK_BACK_MS)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
