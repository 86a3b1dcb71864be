// Square's catalogue into our books, prices, stock and the list of which variation is which book. Twice changes nothing:
// of a book that we know only the price is taken over, and its authors and words stay ours.
import { and, eq, inArray, notInArray } from 'drizzle-orm';
import { books } from '../../../schema/books.ts';
import { squareCatalogues, squareVariations } from '../../../schema/square.ts';
import { saveBooks } from '../../catalogue/save-books.ts';
import type { Transaction } from '../../catalogue/save-books.ts';
import { countsAt } from '../../commerce/square/counts.ts';
import { readCatalogue } from '../../commerce/square/read-catalogue.ts';
import type { CataloguePart, SquareBook } from '../../commerce/square/read-catalogue.ts';
import type { ShelfDesk } from '../../commerce/square/send-moves.ts';
import { settleCounts } from '../../commerce/square/settle-counts.ts';
import type { SquareShop } from '../../commerce/square/square-shop.ts';
import type { Store } from '../../../schema/stores.ts';

export type ImportHooks = {
  onRead?: (variations: number) => void;
  /** Once, before the first book is written. */
  onTotal?: (books: number) => void;
  onBooks?: (done: number) => void;
};
export type Imported = {
  books: number;
  added: number;
  changed: number;
  mended: number;
  promised: number;
  later: number;
  uncounted: number;
  bad: CataloguePart['bad'];
};

const BATCH = 200;

/** @param since null: everything, and what is not there any more is forgotten */
export async function importFromSquare(
  desk: ShelfDesk,
  shop: SquareShop,
  store: Pick<Store, 'id' | 'currency'>,
  since: string | null,
  { onRead, onTotal, onBooks }: ImportHooks = {},
): Promise<Imported> {
  const part = await readCatalogue(shop.place, { since, currency: store.currency, ...(onRead && { onPage: onRead }) });
  onTotal?.(part.books.length);
  const total: Imported = { ...EMPTY, books: part.books.length, bad: part.bad };
  for (let from = 0; from < part.books.length; from += BATCH) {
    const batch = part.books.slice(from, from + BATCH);
    await importBatch(desk, shop, store.id, batch, total);
    onBooks?.(from + batch.length);
  }
  await forget(desk, store.id, part, since);
  await desk.db
    .insert(squareCatalogues)
    .values({ storeId: store.id, readUntil: part.readUntil })
    .onConflictDoUpdate({ target: squareCatalogues.storeId, set: { readUntil: part.readUntil } });
  return total;
}

const EMPTY = { added: 0, changed: 0, mended: 0, promised: 0, later: 0, uncounted: 0 };

async function importBatch(
  desk: ShelfDesk,
  shop: SquareShop,
  storeId: number,
  batch: SquareBook[],
  total: Imported,
): Promise<void> {
  const counted = await countsAt(
    shop.place,
    batch.map(({ variationId }) => variationId),
  );
  const seenAt = new Date(desk.now());
  const saved = await desk.db.transaction(async (tx) => {
    const known = await knownAuthors(tx, storeId, batch);
    const inputs = batch.map(({ isbn13, title, priceCents }) => ({
      isbn13,
      priceCents,
      ...(known.get(isbn13) ?? { title, authors: [] }),
    }));
    const isCounted = ({ variationId }: SquareBook) => counted.has(variationId);
    for (const book of batch) await remember(tx, storeId, { ...book, isCounted: isCounted(book), seenAt });
    return saveBooks(tx, storeId, inputs);
  });
  const { mended, promised, later } = await settleCounts(
    desk,
    shop,
    storeId,
    batch.filter(({ variationId }) => counted.has(variationId)),
  );
  total.added += saved.added;
  total.changed += saved.changed;
  total.mended += mended;
  total.promised += promised;
  total.later += later;
  total.uncounted += batch.length - counted.size;
}

async function knownAuthors(tx: Transaction, storeId: number, batch: SquareBook[]) {
  const isbn13s = batch.map(({ isbn13 }) => isbn13);
  const rows = await tx
    .select({ isbn13: books.isbn13, title: books.title, authors: books.authors })
    .from(books)
    .where(and(eq(books.storeId, storeId), inArray(books.isbn13, isbn13s)));
  return new Map(rows.map(({ isbn13, title, authors }) => [isbn13, { title, authors }]));
}

type Seen = { isbn13: string; variationId: string; isCounted: boolean; seenAt: Date };

/** A variation that was another book, and a book that was another variation, are this one now. */
async function remember(tx: Transaction, storeId: number, { isbn13, variationId, isCounted, seenAt }: Seen) {
  await tx
    .delete(squareVariations)
    .where(and(eq(squareVariations.storeId, storeId), eq(squareVariations.variationId, variationId)));
  const set = { variationId, isCounted, seenAt };
  await tx
    .insert(squareVariations)
    .values({ storeId, isbn13, ...set })
    .onConflictDoUpdate({ target: [squareVariations.storeId, squareVariations.isbn13], set });
}

/** Our own count of what Square sells no more stays as it is. */
async function forget({ db }: ShelfDesk, storeId: number, { books: found, gone }: CataloguePart, since: string | null) {
  const ids = found.map(({ variationId }) => variationId);
  const stale =
    since === null ? notInArray(squareVariations.variationId, ids) : inArray(squareVariations.variationId, gone);
  if (since !== null && gone.length === 0) return;
  await db.delete(squareVariations).where(and(eq(squareVariations.storeId, storeId), stale));
}
