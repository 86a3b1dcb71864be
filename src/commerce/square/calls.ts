// What Square said has changed, written down to be looked at soon. Its events come late, twice and in any order, so what
// they say the count is, is never believed: the book is read again.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { squareCatalogues, squareVariations, stockChecks } from '../../../schema/square.ts';
import type { Db } from '../db.ts';

/** Variations that are no book of ours are passed over. */
export async function callForChecks(db: Db, storeId: number, variationIds: string[], dueAt: Date): Promise<void> {
  const rows = await db
    .select({ isbn13: squareVariations.isbn13 })
    .from(squareVariations)
    .where(and(eq(squareVariations.storeId, storeId), inArray(squareVariations.variationId, variationIds)));
  if (rows.length === 0) return;
  await db
    .insert(stockChecks)
    .values(rows.map(({ isbn13 }) => ({ storeId, isbn13, dueAt })))
    .onConflictDoUpdate({
      target: [stockChecks.storeId, stockChecks.isbn13],
      set: { calls: sql`${stockChecks.calls} + 1`, dueAt: sql`least(${stockChecks.dueAt}, excluded.due_at)` },
    });
}

/** The shop's catalogue is to be read again from where it was read last. */
export async function callForReading(db: Db, storeId: number, dueAt: Date): Promise<void> {
  await db
    .insert(squareCatalogues)
    .values({ storeId, dueAt })
    .onConflictDoUpdate({
      target: squareCatalogues.storeId,
      set: { dueAt: sql`coalesce(${squareCatalogues.dueAt}, excluded.due_at)` },
    });
}
