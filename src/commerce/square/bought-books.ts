// Which books past orders at Square were for. Lines that are no books are passed over, and so are orders that were made by
// text: those we know better ourselves.
import { and, eq, inArray } from 'drizzle-orm';
import { Isbn13 } from '../../../schema/acts.ts';
import { books } from '../../../schema/books.ts';
import { tillIntents } from '../../../schema/commerce.ts';
import { squareVariations } from '../../../schema/square.ts';
import type { Db } from '../db.ts';
import type { Purchase } from '../purchases.ts';
import type { PastOrder } from './past-orders.ts';

const TITLE_CHARS_MAX = 300;

/** In the order of `past`. */
export async function boughtBooks(db: Db, storeId: number, past: readonly PastOrder[]): Promise<Purchase[]> {
  const ours = await ownReferences(
    db,
    storeId,
    past.map(({ orderId }) => orderId),
  );
  const theirs = past.filter(({ orderId }) => !ours.has(orderId));
  const lines = theirs.flatMap(({ atMs, isHandedOver, lines: own }) =>
    own.map((line) => ({ ...line, atMs, isInHand: isHandedOver })),
  );
  const isbns = await isbnsOf(
    db,
    storeId,
    lines.flatMap(({ catalogId }) => catalogId ?? []),
  );
  const named = lines.flatMap(({ catalogId, note, name, ...line }) => {
    const isbn13 = isbns.get(catalogId ?? '') ?? Isbn13.safeParse(note).data;
    return isbn13 === undefined ? [] : [{ ...line, isbn13, title: name ?? '' }];
  });
  const titles = await titlesOf(
    db,
    storeId,
    named.map(({ isbn13 }) => isbn13),
  );
  const purchases = named.map((line) => ({ ...line, title: titles.get(line.isbn13) ?? line.title }));
  return purchases.filter(({ title }) => title !== '' && title.length <= TITLE_CHARS_MAX);
}
async function ownReferences(db: Db, storeId: number, references: string[]): Promise<Set<string>> {
  const { reference } = tillIntents;
  const rows = await db
    .select({ reference })
    .from(tillIntents)
    .where(and(eq(tillIntents.storeId, storeId), inArray(reference, references)));
  return new Set(rows.flatMap((row) => row.reference ?? []));
}

async function isbnsOf(db: Db, storeId: number, variationIds: string[]): Promise<Map<string, string>> {
  const { variationId, isbn13 } = squareVariations;
  const rows = await db
    .select({ variationId, isbn13 })
    .from(squareVariations)
    .where(and(eq(squareVariations.storeId, storeId), inArray(variationId, variationIds)));
  return new Map(rows.map((row) => [row.variationId, row.isbn13]));
}

async function titlesOf(db: Db, storeId: number, isbn13s: string[]): Promise<Map<string, string>> {
  const { isbn13, title } = books;
  const rows = await db
    .select({ isbn13, title })
    .from(books)
    .where(and(eq(books.storeId, storeId), inArray(isbn13, isbn13s)));
  return new Map(rows.map((row) => [row.isbn13, row.title]));
}
