// What a shop has of its own at outside services. Values are sealed under the master key and leave only opened, to those
// who are about to call the service.
import { and, eq, sql } from 'drizzle-orm';
import { storeKeys } from '../../schema/store-keys.ts';
import type { Vault } from '../runtime/vault.ts';
import type { Db } from './db.ts';

type SharedSeal = Pick<Vault, 'sealShared' | 'openShared'>;
/** Values by the names of the environment's variables. */
export type KeysOfStore = Readonly<Record<string, string>>;

/** Every shop's own keys, by store. */
export async function readStoreKeys(db: Db, vault: SharedSeal): Promise<Map<number, KeysOfStore>> {
  const byStore = new Map<number, Record<string, string>>();
  for (const { storeId, name, valueSealed } of await db.select().from(storeKeys)) {
    byStore.set(storeId, { ...byStore.get(storeId), [name]: vault.openShared(valueSealed) });
  }
  return byStore;
}

/** All of them or none; a name that is there already gets its new value. */
export async function setStoreKeys(db: Db, vault: SharedSeal, storeId: number, keys: KeysOfStore): Promise<void> {
  const rows = Object.entries(keys).map(([name, value]) => ({ storeId, name, valueSealed: vault.sealShared(value) }));
  if (rows.length === 0) return;
  await db
    .insert(storeKeys)
    .values(rows)
    .onConflictDoUpdate({
      target: [storeKeys.storeId, storeKeys.name],
      set: { valueSealed: sql`excluded.value_sealed`, updatedAt: sql`now()` },
    });
}

/** @returns whether there was one */
export async function removeStoreKey(db: Db, storeId: number, name: string): Promise<boolean> {
  const named = and(eq(storeKeys.storeId, storeId), eq(storeKeys.name, name));
  return (await db.delete(storeKeys).where(named).returning({ name: storeKeys.name })).length > 0;
}
