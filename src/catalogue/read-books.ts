// Reads books with their stock. Every query names its store.
import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { books, catalogueRevisions } from '../../schema/books.ts';
import { inventory } from '../../schema/commerce.ts';
import { bookDetails } from '../../schema/sources.ts';
import type { Book } from './catalogue.ts';

export type BookRow = typeof books.$inferSelect;

/** In the order asked for, each once; unknown ISBNs are left out. */
export async function readBooks(db: NodePgDatabase, storeId: number, isbn13s: readonly string[]): Promise<Book[]> {
  if (isbn13s.length === 0) return [];
  const rows = await db
    .select({ book: books, onHand: inventory.onHand, reserved: inventory.reserved, details: bookDetails })
    .from(books)
    .leftJoin(inventory, and(eq(inventory.storeId, books.storeId), eq(inventory.isbn13, books.isbn13)))
    .leftJoin(bookDetails, and(eq(bookDetails.isbn13, books.isbn13), gt(bookDetails.expiresAt, sql`now()`)))
    .where(and(eq(books.storeId, storeId), inArray(books.isbn13, [...isbn13s])));
  const byIsbn = new Map(rows.map((row) => [row.book.isbn13, toBook(row)]));
  return [...new Set(isbn13s)].flatMap((isbn13) => byIsbn.get(isbn13) ?? []);
}

/** 0 for a store that has never had a book. */
export async function readRevision(db: NodePgDatabase, storeId: number): Promise<number> {
  const [row] = await db
    .select({ revision: catalogueRevisions.revision })
    .from(catalogueRevisions)
    .where(eq(catalogueRevisions.storeId, storeId));
  return row?.revision ?? 0;
}

/** What changed after a revision, in the order of ISBNs. */
export async function readChangedBooks(db: NodePgDatabase, storeId: number, since: number): Promise<BookRow[]> {
  return db
    .select()
    .from(books)
    .where(and(eq(books.storeId, storeId), gt(books.revision, since)))
    .orderBy(sql`${books.isbn13} collate "C"`);
}

type Found = {
  book: BookRow;
  onHand: number | null;
  reserved: number | null;
  details: typeof bookDetails.$inferSelect | null;
};

/** The shop's own words on a book come before a source's. */
function toBook({ book: row, onHand: counted, reserved: promised, details }: Found): Book {
  const { storeId: _store, revision: _revision, ...book } = row;
  const [onHand, reserved] = [counted ?? 0, promised ?? 0];
  const borrowed = book.description === null ? (details?.description ?? null) : null;
  const coverUrl = details?.coverUrl ?? null;
  return {
    ...book,
    description: book.description ?? borrowed,
    coverUrl,
    credit: borrowed === null && coverUrl === null ? null : (details?.credit ?? null),
    onHand: Math.max(0, onHand - reserved),
    stock: { onHand, reserved },
  };
}
