// The shops themselves: seeded from the environment once, added and listed by `marty stores`.
import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { StoreHours, stores } from '../../schema/stores.ts';
import type { Store } from '../../schema/stores.ts';
import type { Db } from './db.ts';

/** A shop as it is opened. `taxRatePpm`: millionths, 6.625 % is 66250. `phone`: E.164, or null. */
export const NewStore = z.object({
  slug: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens')
    .max(40),
  name: z.string().min(1).max(80),
  timezone: z.string().refine(isTimezone, 'an IANA time zone such as America/New_York'),
  hours: StoreHours,
  phone: z.e164().nullable(),
  place: z.string().min(1).max(120).nullable().default(null),
  contact: z.string().min(1).max(60).nullable().default(null),
  persona: z.string().min(1).max(20_000).nullable().default(null),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD'),
  taxRatePpm: z.int().min(0).max(1_000_000),
  shippingCents: z.int().min(0).max(100_000),
  merchantId: z.string().min(1).max(64).nullable().default(null),
});
export type NewStore = z.input<typeof NewStore>;

/** Opens the first shop, or brings it up to date when its configuration changed; its version grows only then. */
export async function seedStore(db: Db, config: NewStore): Promise<Store> {
  const wanted = NewStore.parse(config);
  const known = await findStore(db, wanted.slug);
  if (!known) return addStore(db, wanted);
  if (sameConfig(known, wanted)) return known;
  const changed = { ...wanted, version: known.version + 1 };
  const [store] = await db.update(stores).set(changed).where(eq(stores.id, known.id)).returning();
  return must(store);
}

/** Throws when the slug, phone or merchant id is another shop's. */
export async function addStore(db: Db, config: NewStore): Promise<Store> {
  const wanted = NewStore.parse(config);
  await db.insert(stores).values(wanted).onConflictDoNothing({ target: stores.slug });
  const store = must(await findStore(db, wanted.slug));
  if (!sameConfig(store, wanted)) throw new Error(`there is already another store "${wanted.slug}"`);
  return store;
}

/** By id; at most a few. */
export function listStores(db: Db): Promise<Store[]> {
  return db.select().from(stores).orderBy(asc(stores.id));
}

/** Throws for a store that does not exist. */
export async function getStore(db: Db, id: number): Promise<Store> {
  const [store] = await db.select().from(stores).where(eq(stores.id, id));
  return must(store);
}

async function findStore(db: Db, slug: string): Promise<Store | undefined> {
  const [store] = await db.select().from(stores).where(eq(stores.slug, slug));
  return store;
}

/** Whether a shop is as it is wanted. */
export function sameConfig(store: Store, wanted: NewStore): boolean {
  return JSON.stringify(NewStore.parse(store)) === JSON.stringify(NewStore.parse(wanted));
}

function must(store: Store | undefined): Store {
  if (!store) throw new Error('there is no such store');
  return store;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
