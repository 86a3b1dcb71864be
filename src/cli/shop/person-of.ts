// Who one customer is, in clear, for the moment in which an outside service has to be asked about them.
import type { CustomerRef, Person } from '../../commerce/square/customer-desk.ts';
import type { Database } from '../../runtime/database.ts';
import type { Vault } from '../../runtime/vault.ts';

type Row = { address_sealed: Buffer | null; data_key: Buffer | null };

/** Null for a customer who was forgotten or never was. */
export async function personOf(
  { database: { pool }, vault }: { database: Database; vault: Pick<Vault, 'openShared'> },
  { storeId, actorKey }: CustomerRef,
): Promise<Person | null> {
  const { rows } = await pool.query<Row>(
    `SELECT address_sealed, data_key FROM actors WHERE store_id = $1 AND key = $2 AND machine = 'customer'`,
    [storeId, actorKey],
  );
  const { address_sealed: address, data_key: dataKey } = rows[0] ?? { address_sealed: null, data_key: null };
  return address && dataKey && { phone: vault.openShared(address), dataKey };
}
