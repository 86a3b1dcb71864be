// Where books are sent. Addresses and names are sealed with the key of the customer who gave them: once that key is
// destroyed nobody can read them, and `open` answers null.
import { and, eq, sql } from 'drizzle-orm';
import { Address } from '../../schema/acts.ts';
import { addresses, customers } from '../../schema/commerce.ts';
import type { Db, Tx } from './db.ts';

/** The two verbs of the vault that are needed here. */
export type Seal = {
  seal: (dataKey: Buffer, text: string) => Buffer;
  open: (dataKey: Buffer, sealed: Buffer) => string;
};
export type AddressBookOptions = {
  db: Db;
  vault: Seal;
  /** The wrapped data key of an actor, or null once it was forgotten. */
  dataKeyOf: (storeId: number, actorKey: string) => Promise<Buffer | null>;
  /** Lets staff find a customer by name; part of the transaction that keeps it. */
  index: (tx: Tx, customer: { storeId: number; actorKey: string; name: string }) => Promise<void>;
};
export type AddressEntry = { storeId: number; id: string; actorKey: string; dataKey: Buffer; address: Address };

export type AddressBook = {
  /** Once per id; the customer's name is kept with it. */
  keep(entry: AddressEntry): Promise<void>;
  /** Null for an address that is not there or whose customer was forgotten. */
  open(address: { storeId: number; id: string }): Promise<Address | null>;
  /** Undoes `keep`. */
  drop(address: { storeId: number; id: string }): Promise<void>;
};

export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { db } = options;
  return {
    keep: (entry) => keep(options, entry),
    open: (ref) => open(options, ref),
    drop: async (ref) => void (await db.delete(addresses).where(is(ref))),
  };
}

function keep({ db, vault, index }: AddressBookOptions, entry: AddressEntry): Promise<void> {
  const { storeId, id, actorKey, dataKey, address } = entry;
  const nameSealed = vault.seal(dataKey, address.name);
  const addressSealed = vault.seal(dataKey, JSON.stringify(address));
  return db.transaction(async (tx) => {
    await tx.insert(addresses).values({ storeId, id, actorKey, addressSealed }).onConflictDoNothing();
    await tx
      .insert(customers)
      .values({ storeId, actorKey, nameSealed })
      .onConflictDoUpdate({
        target: [customers.storeId, customers.actorKey],
        set: { nameSealed, updatedAt: sql`now()` },
      });
    await index(tx, { storeId, actorKey, name: address.name });
  });
}

async function open(
  { db, vault, dataKeyOf }: AddressBookOptions,
  ref: { storeId: number; id: string },
): Promise<Address | null> {
  const [entry] = await db.select().from(addresses).where(is(ref));
  if (!entry) return null;
  const dataKey = await dataKeyOf(entry.storeId, entry.actorKey);
  return dataKey && Address.parse(JSON.parse(vault.open(dataKey, entry.addressSealed)));
}

function is({ storeId, id }: { storeId: number; id: string }) {
  return and(eq(addresses.storeId, storeId), eq(addresses.id, id));
}
