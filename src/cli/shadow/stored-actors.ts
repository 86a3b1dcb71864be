// Every actor that is stored, for what reads them all before a build serves: pages of them, in the order of their keys.
import type { Archived } from '../shop/actor-desk.ts';

/** `snapshot`: as it is stored, JSON. */
export type StoredActor = { storeId: number; key: string; machine: string; version: number; snapshot: string };

/** Of one store, or of all. */
export type Whose = { storeId: number | null };

export async function countStored({ database }: Pick<Archived, 'database'>, { storeId }: Whose): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(
    'SELECT count(*) FROM actors WHERE snapshot IS NOT NULL AND ($1::int IS NULL OR store_id = $1)',
    [storeId],
  );
  return Number(rows[0]?.count ?? 0);
}

/** At most `PAGE` of them are in memory at a time. */
export async function* storedActors(
  { database }: Pick<Archived, 'database'>,
  { storeId }: Whose,
): AsyncGenerator<StoredActor> {
  let after = { storeId: -1, key: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const { rows } = await database.pool.query<StoredActor>(
      `SELECT store_id AS "storeId", key, machine, version, snapshot FROM actors
       WHERE snapshot IS NOT NULL AND ($3::int IS NULL OR store_id = $3) AND (store_id, key) > ($1, $2::uuid)
       ORDER BY store_id, key LIMIT ${PAGE}`,
      [after.storeId, after.key, storeId],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last;
  }
}
const PAGE = 500;
