// Two shops in one database, for tests of the catalogue.
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { stores } from '../../schema/stores.ts';

export const CLOSED = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };

/** Empties the shelves and opens two shops; the second one takes euros. */
export async function openTwoShops(db: NodePgDatabase): Promise<{ shop: number; other: number }> {
  await db.execute(sql`truncate stores, books, catalogue_revisions, inventory restart identity cascade`);
  const store = (slug: string, currency: string) => ({
    slug,
    name: slug,
    timezone: 'America/New_York',
    hours: { weekly: CLOSED, holidays: [] },
    currency,
    taxRatePpm: 0,
    shippingCents: 0,
  });
  const rows = await db
    .insert(stores)
    .values([store('dungeon-books', 'USD'), store('kerker', 'EUR')])
    .returning({ id: stores.id });
  const [shop, other] = rows.map(({ id }) => id);
  if (shop === undefined || other === undefined) throw new Error('the shops were not opened');
  return { shop, other };
}
