// What people call actors, for lists that hold their keys: one query a page.
import type { Shop } from './open-shop.ts';

/** By key: `customer:+1…`, `order:<uuid>`; the key in place of the id once the actor was forgotten. */
export async function actorNames(
  { database, vault }: Pick<Shop, 'database' | 'vault'>,
  storeId: number,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ key: string; machine: string; address_sealed: Buffer | null }>(
    'SELECT key, machine, address_sealed FROM actors WHERE store_id = $1 AND key = ANY ($2::uuid[])',
    [storeId, keys],
  );
  return new Map(
    rows.map(({ key, machine, address_sealed: sealed }) => [
      key,
      `${machine}:${sealed ? vault.openShared(sealed) : key}`,
    ]),
  );
}
