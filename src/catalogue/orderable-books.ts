// Books that the wholesaler can send, from its last stock file: found by ISBN or by the words of title and author.
import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { orderableBooks } from '../../schema/elsewhere.ts';
import { wordsOf } from './fold.ts';

/** Prices in cents; `available` copies as of the file, perhaps 0. */
export type OrderableBook = { isbn13: string; title: string; authors: string[]; priceCents: number; available: number };

/** How long an order with the wholesaler takes at most, as a rule. Days. */
export const ORDER_DAYS = 7;

const FOUND_MAX = 10;
const BOOK = {
  isbn13: orderableBooks.isbn13,
  title: orderableBooks.title,
  authors: orderableBooks.authors,
  priceCents: orderableBooks.priceCents,
  available: orderableBooks.available,
};

export type OrderableBooks = {
  /** Null: not in the file, or none left there. */
  get(storeId: number, isbn13: string): Promise<OrderableBook | null>;
  /** Books with copies left that have all of these words in title or author; at most 10, in no order of merit. */
  find(storeId: number, words: string): Promise<OrderableBook[]>;
};

export function createOrderableBooks(db: NodePgDatabase): OrderableBooks {
  const inStore = (storeId: number) => and(eq(orderableBooks.storeId, storeId), sql`${orderableBooks.available} > 0`);
  return {
    async get(storeId, isbn13) {
      const which = and(inStore(storeId), eq(orderableBooks.isbn13, isbn13));
      const [book = null] = await db.select(BOOK).from(orderableBooks).where(which);
      return book;
    },
    async find(storeId, words) {
      const said = wordsOf(words).filter((word) => word !== 'by');
      if (said.length === 0) return [];
      const has = sql`to_tsvector('simple', ${orderableBooks.words}) @@ plainto_tsquery('simple', ${said.join(' ')})`;
      return db
        .select(BOOK)
        .from(orderableBooks)
        .where(and(inStore(storeId), has))
        .orderBy(sql`length(${orderableBooks.title})`)
        .limit(FOUND_MAX);
    },
  };
}

/** What a text is held against. */
export function searchWords({ title, authors }: Pick<OrderableBook, 'title' | 'authors'>): string {
  return wordsOf([title, ...authors].join(' ')).join(' ');
}
