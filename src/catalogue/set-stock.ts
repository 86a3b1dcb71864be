// Counts that a list of books brings along. Copies that are promised to somebody are never counted away.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { inventory } from '../../schema/commerce.ts';
import type { Transaction } from './save-books.ts';

export type Count = { isbn13: string; onHand: number };

/** Sets what stands in the shop. Returns the counts that were refused: fewer than are promised. */
export async function setStock(tx: Transaction, storeId: number, counts: readonly Count[]): Promise<Count[]> {
  if (counts.length === 0) return [];
  await tx
    .insert(inventory)
    .values(counts.map((count) => ({ storeId, ...count })))
    .onConflictDoUpdate({
      target: [inventory.storeId, inventory.isbn13],
      set: { onHand: sql`excluded.on_hand`, updatedAt: sql`now()` },
      setWhere: sql`${inventory.onHand} <> excluded.on_hand and ${inventory.reserved} <= excluded.on_hand`,
    });
  const isbn13s = counts.map(({ isbn13 }) => isbn13);
  const rows = await tx
    .select({ isbn13: inventory.isbn13, onHand: inventory.onHand })
    .from(inventory)
    .where(and(eq(inventory.storeId, storeId), inArray(inventory.isbn13, isbn13s)));
  const stands = new Map(rows.map(({ isbn13, onHand }) => [isbn13, onHand]));
  return counts.filter(({ isbn13, onHand }) => stands.get(isbn13) !== onHand);
}
