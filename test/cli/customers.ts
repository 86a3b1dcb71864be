// Customers as the runtime keeps them, under whichever master key, without a shop around them.
import type { Pool } from 'pg';
import type { Vault } from '../../src/runtime/vault.ts';

/** Keys before and after all that the runtime makes. */
export const [FIRST, LAST] = ['00000000-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff'] as const;

/** @param texts their addresses as they are hashed, such as `1/customer/+12015550100` */
export async function bear(pool: Pool, keys: string[], texts: string[], vault: Vault, storeId = 1): Promise<void> {
  await pool.query(
    `INSERT INTO actors (store_id, key, machine, version, address_hash, address_sealed, data_key, seq, status, value, tags, created_at, updated_at)
     SELECT $5::int, key, 'customer', 1, hash, sealed, data_key, 0, 'active', '{}', '[]', now(), now()
     FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[]) AS u (key, hash, sealed, data_key)`,
    [
      keys,
      texts.map((text) => vault.lookupHash(text)),
      texts.map((text) => vault.sealShared(text.slice('1/customer/'.length))),
      texts.map(() => vault.createDataKey()),
      storeId,
    ],
  );
}
