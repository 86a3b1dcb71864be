// Reads books with their stock. Every query names its store.
import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { books, catalogueRevisions } from '../../schema/books.ts';
import { inventory } from '../../schema/commerce.ts';
import type { Book } from './catalogue.ts';

export type BookRow = typeof books.$inferSelect;

/** In the order asked for, each once; unknown ISBNs are left out. */
export async function readBooks(db: NodePgDatabase, storeId: number, isbn13s: readonly string[]): Promise<Book[]> {
  if (isbn13s.length === 0) return [];
  const rows = await db
    .select({ book: books, onHand: inventory.onHand, reserved: inventory.reserved })
    .from(books)
    .leftJoin(inventory, and(eq(inventory.storeId, books.storeId), eq(inventory.isbn13, books.isbn13)))
    .where(and(eq(books.storeId, storeId), inArray(books.isbn13, [...isbn13s])));
  const byIsbn = new Map(rows.map((row) => [row.book.isbn13, toBook(row.book, row.onHand ?? 0, row.reserved ?? 0)]));
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

function toBook(row: BookRow, onHand: number, reserved: number): Book {
  const { storeId: _store, revision: _revision, ...book } = row;
  return { ...book, onHand: Math.max(0, onHand - reserved), stock: { onHand, reserved } };
}
