// Where books are sent. Addresses and names are sealed with the key of the customer who gave them: once that key is
// destroyed nobody can read them, and `open` answers null.
import { and, eq, gt, ne, sql } from 'drizzle-orm';
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
/** `id`: its time tells which of a customer's addresses was given last. */
export type AddressEntry = { storeId: number; id: string; actorKey: string; dataKey: Buffer; address: Address };

export type AddressBook = {
  /** Once per id, and never once it was dropped; the name that was given last is kept as the customer's. */
  keep(entry: AddressEntry): Promise<void>;
  /** Null for an address that is not there or whose customer was forgotten. */
  open(address: { storeId: number; id: string }): Promise<Address | null>;
  /** Undoes `keep`, also one that has not happened yet or is on its way: it will keep nothing. */
  drop(address: Pick<AddressEntry, 'storeId' | 'id' | 'actorKey'>): Promise<void>;
};

export function createAddressBook(options: AddressBookOptions): AddressBook {
  const { db } = options;
  return {
    keep: (entry) => keep(options, entry),
    open: (ref) => open(options, ref),
    drop: (ref) => drop(db, ref),
  };
}

function keep({ db, vault, index }: AddressBookOptions, entry: AddressEntry): Promise<void> {
  const { storeId, id, actorKey, dataKey, address } = entry;
  const nameSealed = vault.seal(dataKey, address.name);
  const addressSealed = vault.seal(dataKey, JSON.stringify(address));
  return db.transaction(async (tx) => {
    await lockCustomer(tx, entry);
    const kept = await tx
      .insert(addresses)
      .values({ storeId, id, actorKey, addressSealed })
      .onConflictDoNothing()
      .returning();
    if (kept.length === 0 || (await hasGivenLater(tx, entry))) return;
    await tx
      .update(customers)
      .set({ nameSealed, updatedAt: sql`now()` })
      .where(and(eq(customers.storeId, storeId), eq(customers.actorKey, actorKey)));
    await index(tx, { storeId, actorKey, name: address.name });
  });
}

/** Two addresses of one customer are kept one after the other, so that each sees the other. */
async function lockCustomer(tx: Tx, { storeId, actorKey }: AddressEntry): Promise<void> {
  await tx.insert(customers).values({ storeId, actorKey }).onConflictDoNothing();
  await tx
    .select({ actorKey: customers.actorKey })
    .from(customers)
    .where(and(eq(customers.storeId, storeId), eq(customers.actorKey, actorKey)))
    .for('update');
}

async function hasGivenLater(tx: Tx, { storeId, actorKey, id }: AddressEntry): Promise<boolean> {
  const ofThem = and(eq(addresses.storeId, storeId), eq(addresses.actorKey, actorKey));
  return (await tx.$count(addresses, and(ofThem, gt(addresses.id, id), ne(addresses.addressSealed, DROPPED)))) > 0;
}

/** What stands in place of an address that was dropped, so that none can be kept under its id any more. */
export const DROPPED = Buffer.alloc(0);

async function drop(db: Db, { storeId, id, actorKey }: Parameters<AddressBook['drop']>[0]): Promise<void> {
  await db
    .insert(addresses)
    .values({ storeId, id, actorKey, addressSealed: DROPPED })
    .onConflictDoUpdate({ target: [addresses.storeId, addresses.id], set: { addressSealed: DROPPED } });
}

async function open(
  { db, vault, dataKeyOf }: AddressBookOptions,
  ref: { storeId: number; id: string },
): Promise<Address | null> {
  const [entry] = await db.select().from(addresses).where(is(ref));
  if (!entry || entry.addressSealed.equals(DROPPED)) return null;
  const dataKey = await dataKeyOf(entry.storeId, entry.actorKey);
  return dataKey && Address.parse(JSON.parse(vault.open(dataKey, entry.addressSealed)));
}

function is({ storeId, id }: { storeId: number; id: string }) {
  return and(eq(addresses.storeId, storeId), eq(addresses.id, id));
}
