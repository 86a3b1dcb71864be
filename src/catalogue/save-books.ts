// The only writer of `books`. What changes nothing writes nothing; what changes takes the store's next revision, so
// that every process learns of it.
import { isDeepStrictEqual } from 'node:util';
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { books, catalogueRevisions } from '../../schema/books.ts';
import { stores } from '../../schema/stores.ts';
import type { BookInput } from './book-input.ts';
import type { BookRow } from './read-books.ts';
import { parseTitle } from './title-forms.ts';

/** A transaction of the shop's database. */
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export type Saved = { added: number; changed: number; unchanged: number };

/**
 * Puts books into one store, each ISBN at most once per call, at most 1,000 a call. What an input leaves out stays as
 * it is stored. Locks the store's revision until the transaction ends: two writers of one store wait for each other.
 */
export async function saveBooks(tx: Transaction, storeId: number, inputs: readonly BookInput[]): Promise<Saved> {
  if (inputs.length === 0) return { added: 0, changed: 0, unchanged: 0 };
  const revision = await nextRevision(tx, storeId);
  const currency = await currencyOf(tx, storeId);
  const stored = await readStored(tx, storeId, inputs);
  const rows = inputs.map((input) => merged(stored.get(input.isbn13) ?? blank(storeId, currency), input));
  const news = rows.filter((row) => !isDeepStrictEqual(row, stored.get(row.isbn13)));
  await write(
    tx,
    news.map((row) => ({ ...row, revision })),
  );
  const added = news.filter(({ isbn13 }) => !stored.has(isbn13)).length;
  return { added, changed: news.length - added, unchanged: rows.length - news.length };
}

/** The row lock that orders the writers of a store. */
async function nextRevision(tx: Transaction, storeId: number): Promise<number> {
  const [row] = await tx
    .insert(catalogueRevisions)
    .values({ storeId, revision: 1 })
    .onConflictDoUpdate({
      target: catalogueRevisions.storeId,
      set: { revision: sql`${catalogueRevisions.revision} + 1` },
    })
    .returning();
  if (row === undefined) throw new Error(`catalogue: store ${storeId} has no revision`);
  return row.revision;
}

async function currencyOf(tx: Transaction, storeId: number): Promise<string> {
  const [store] = await tx.select({ currency: stores.currency }).from(stores).where(eq(stores.id, storeId));
  if (store === undefined) throw new Error(`catalogue: there is no store ${storeId}`);
  return store.currency;
}

async function readStored(
  tx: Transaction,
  storeId: number,
  inputs: readonly BookInput[],
): Promise<Map<string, BookRow>> {
  const isbn13s = inputs.map(({ isbn13 }) => isbn13);
  const rows = await tx
    .select()
    .from(books)
    .where(and(eq(books.storeId, storeId), inArray(books.isbn13, isbn13s)));
  return new Map(rows.map((row) => [row.isbn13, row]));
}

function blank(storeId: number, currency: string): BookRow {
  const empty = { year: null, shelf: null, description: null, series: null, seriesNumber: null };
  const lists = { authors: [], subjects: [], moods: [] };
  return { storeId, isbn13: '', title: '', priceCents: 0, currency, age: 'adult', revision: 0, ...empty, ...lists };
}

/** A series in the title's brackets is known as one, unless the input or the store already says otherwise. */
function merged(row: BookRow, input: BookInput): BookRow {
  const { series, seriesNumber } = parseTitle(input.title);
  const fromTitle = row.series === null ? { series, seriesNumber } : {};
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return { ...row, ...fromTitle, ...given };
}

async function write(tx: Transaction, rows: BookRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { storeId: _store, isbn13: _isbn13, ...columns } = BOOK_COLUMNS;
  await tx
    .insert(books)
    .values(rows)
    .onConflictDoUpdate({ target: [books.storeId, books.isbn13], set: columns });
}

/** Every column, as the row that was to be inserted has it. */
const BOOK_COLUMNS = Object.fromEntries(
  Object.entries(getTableColumns(books)).map(([key, column]) => [key, sql.raw(`excluded.${column.name}`)]),
);
