// The key that a customer's words are sealed with.
import type { Database } from '../../runtime/database.ts';

/** The wrapped data key of an actor; null for one that was forgotten or never was. */
export async function dataKeyOf({ pool }: Database, storeId: number, actorKey: string): Promise<Buffer | null> {
  const { rows } = await pool.query<{ data_key: Buffer | null }>(
    'SELECT data_key FROM actors WHERE store_id = $1 AND key = $2',
    [storeId, actorKey],
  );
  return rows[0]?.data_key ?? null;
}
