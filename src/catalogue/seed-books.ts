// Fills a shop with the demo books. What the shop already knows, sold or priced anew is left alone.
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { books } from '../../schema/books.ts';
import { demoShop } from './demo/demo-shop.ts';
import { saveBooks } from './save-books.ts';
import { setStock } from './set-stock.ts';

/** Returns how many books were new; running it again adds none and changes nothing. */
export async function seedBooks(db: NodePgDatabase, storeId: number): Promise<number> {
  const shop = demoShop();
  const isbn13s = shop.map(({ book }) => book.isbn13);
  return db.transaction(async (tx) => {
    const rows = await tx
      .select({ isbn13: books.isbn13 })
      .from(books)
      .where(and(eq(books.storeId, storeId), inArray(books.isbn13, isbn13s)));
    const known = new Set(rows.map(({ isbn13 }) => isbn13));
    const news = shop.filter(({ book }) => !known.has(book.isbn13));
    await saveBooks(
      tx,
      storeId,
      news.map(({ book }) => book),
    );
    await setStock(
      tx,
      storeId,
      news.map(({ book, onHand }) => ({ isbn13: book.isbn13, onHand })),
    );
    return news.length;
  });
}
