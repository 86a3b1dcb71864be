// Who the customers of a page of a list are: one query a page, opened with each customer's own key.
import type { Shop } from './open-shop.ts';

/** `id` as the API names the actor; its key in place of the number, and no name, once the customer was forgotten. */
export type Person = { id: string; phone: string | null; name: string | null };

type Row = {
  key: string;
  machine: string;
  address_sealed: Buffer | null;
  data_key: Buffer | null;
  name_sealed: Buffer | null;
};

/** By actor key; keys that nobody bears are left out. */
export async function peopleOf(
  { database, vault }: Pick<Shop, 'database' | 'vault'>,
  storeId: number,
  keys: readonly string[],
): Promise<Map<string, Person>> {
  const { rows } = await database.pool.query<Row>(
    `SELECT a.key, a.machine, a.address_sealed, a.data_key, c.name_sealed
     FROM actors a LEFT JOIN customers c ON c.store_id = a.store_id AND c.actor_key = a.key
     WHERE a.store_id = $1 AND a.key = ANY ($2::uuid[])`,
    [storeId, keys],
  );
  return new Map(
    rows.map(({ key, machine, address_sealed: address, data_key: dataKey, name_sealed: sealed }) => {
      const phone = address && vault.openShared(address);
      const name = dataKey && sealed ? vault.open(dataKey, sealed) : null;
      return [key, { id: `${machine}:${phone ?? key}`, phone, name }];
    }),
  );
}
