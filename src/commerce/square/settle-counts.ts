// Where Square counts a book, its count is the truth about ours; but a copy that is paid for there and still promised here
// is counted off at Square already. So our figure is Square's, plus those. Ours is read first, then whether Square has heard of all
// that led to it (or refused it), then Square's; and ours again at the end, so that nothing that moved meanwhile is written over.
import { and, eq, lte, sql } from 'drizzle-orm';
import { inventory } from '../../../schema/commerce.ts';
import { squareVariations, stockChecks, stockFindings } from '../../../schema/square.ts';
import type { Db } from '../db.ts';
import { lockVersion, readVersions } from '../stock/counts.ts';
import type { Versioned } from '../stock/counts.ts';
import { takenAlready } from '../taken-already.ts';
import { countsAt } from './counts.ts';
import type { SquareCount } from './counts.ts';
import { doubtOf } from './doubt.ts';
import type { Doubt } from './doubt.ts';
import { booksUnheard } from './send-moves.ts';
import type { ShelfDesk } from './send-moves.ts';
import type { SquareShop } from './square-shop.ts';

/** `later`: something of the book is under way; `promised`: more is promised than Square has. */
export type Settled = 'same' | 'mended' | 'promised' | 'uncounted' | 'later';
type Book = { isbn13: string; variationId: string };

const LATER_MS = 2 * 60_000;
const LEASE_MS = 60_000;
/** A book that was never counted. */
const NOTHING: Omit<Versioned, 'isbn13'> = { onHand: 0, reserved: 0, version: '' };

/** Looks at the books that were called for. @returns how many are settled */
export async function settleChecks(desk: ShelfDesk, limit: number): Promise<number> {
  let settled = 0;
  for (const { storeId, isbn13, calls } of await takeDue(desk, limit)) {
    const outcome = await settleOne(desk, storeId, isbn13).catch((error: unknown) => {
      desk.onError(error);
      return 'later' as const;
    });
    settled += await finish(desk, { storeId, isbn13, calls }, outcome);
  }
  return settled;
}

type Check = { storeId: number; isbn13: string; calls: number };

/** Whoever takes a check has it to himself for a minute. */
async function takeDue({ db, now }: ShelfDesk, limit: number): Promise<Check[]> {
  const due = db
    .select({ storeId: stockChecks.storeId, isbn13: stockChecks.isbn13 })
    .from(stockChecks)
    .where(lte(stockChecks.dueAt, new Date(now())))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(stockChecks)
    .set({ dueAt: new Date(now() + LEASE_MS) })
    .where(sql`(${stockChecks.storeId}, ${stockChecks.isbn13}) in ${due}`)
    .returning({ storeId: stockChecks.storeId, isbn13: stockChecks.isbn13, calls: stockChecks.calls });
}

async function finish({ db, now }: ShelfDesk, { storeId, isbn13, calls }: Check, outcome: Settled): Promise<number> {
  const same = and(eq(stockChecks.storeId, storeId), eq(stockChecks.isbn13, isbn13));
  if (outcome === 'later') {
    await db
      .update(stockChecks)
      .set({ dueAt: new Date(now() + LATER_MS) })
      .where(same);
    return 0;
  }
  const gone = await db
    .delete(stockChecks)
    .where(and(same, eq(stockChecks.calls, calls)))
    .returning();
  if (gone.length === 0)
    await db
      .update(stockChecks)
      .set({ dueAt: new Date(now()) })
      .where(same); // called for again
  return gone.length;
}

async function settleOne(desk: ShelfDesk, storeId: number, isbn13: string): Promise<Settled> {
  const [book] = await desk.db
    .select()
    .from(squareVariations)
    .where(and(eq(squareVariations.storeId, storeId), eq(squareVariations.isbn13, isbn13)));
  const shop = await desk.square(storeId);
  return book && shop ? settleBook(desk, shop, storeId, book) : 'uncounted';
}

/** Compares many books at once, and looks closely only at those with which something is under way. */
export async function settleCounts(
  desk: ShelfDesk,
  shop: SquareShop,
  storeId: number,
  books: readonly Book[],
): Promise<Record<Settled, number>> {
  const found: Record<Settled, number> = { same: 0, mended: 0, promised: 0, uncounted: 0, later: 0 };
  const isbn13s = books.map(({ isbn13 }) => isbn13);
  const before = new Map((await readVersions(desk.db, storeId, isbn13s)).map((one) => [one.isbn13, one]));
  const unheard = new Set(await booksUnheard(desk.db, storeId, isbn13s));
  const readAtMs = desk.now();
  const theirs = await countsAt(
    shop.place,
    books.map(({ variationId }) => variationId),
  );
  for (const book of books) {
    const count = theirs.get(book.variationId);
    const ours = before.get(book.isbn13) ?? { isbn13: book.isbn13, ...NOTHING };
    const isSame = before.has(book.isbn13) && count?.copies === ours.onHand && ours.reserved === 0;
    if (isSame) found.same += 1;
    else if (unheard.has(book.isbn13)) found.later += 1;
    else found[await settleKnown(desk, shop, storeId, { book, ours, count, readAtMs })] += 1;
  }
  return found;
}

type Known = { book: Book; ours: Versioned; count: SquareCount | undefined; readAtMs: number };

/** With nothing under way, the count that was read with all the others is good enough. */
async function settleKnown(desk: ShelfDesk, shop: SquareShop, storeId: number, known: Known) {
  const { book, ours, count, readAtMs } = known;
  if (!count || ours.reserved > 0) return settleBook(desk, shop, storeId, book);
  const doubt = await doubtOf(desk.db, { storeId, isbn13: book.isbn13 }, count, readAtMs);
  return adopt(desk, storeId, { before: ours, theirs: count.copies, target: count.copies, doubt });
}

async function settleBook(desk: ShelfDesk, shop: SquareShop, storeId: number, book: Book): Promise<Settled> {
  const { db, now } = desk;
  const { isbn13, variationId } = book;
  const [before = { isbn13, ...NOTHING }] = await readVersions(db, storeId, [isbn13]);
  if (await isUnheard(db, storeId, isbn13)) return 'later';
  const sold = { db, till: shop.till };
  const taken = await takenAlready(sold, { storeId, isbn13 });
  const readAtMs = now();
  const count = (await countsAt(shop.place, [variationId])).get(variationId);
  if (!count) return 'uncounted';
  const doubt = await doubtOf(db, { storeId, isbn13 }, count, readAtMs);
  if ((await takenAlready(sold, { storeId, isbn13 })) !== taken) return 'later';
  return adopt(desk, storeId, { before, theirs: count.copies, target: count.copies + taken, doubt });
}

async function isUnheard(db: Db, storeId: number, isbn13: string): Promise<boolean> {
  return (await booksUnheard(db, storeId, [isbn13])).length > 0;
}

type Adoption = { before: Versioned; theirs: number; target: number; doubt: Doubt };

/** What cannot be known yet is left as it is, as far as it may be true, and looked at again. */
function adopt(desk: ShelfDesk, storeId: number, { before, theirs, target, doubt }: Adoption): Promise<Settled> {
  const { db, now } = desk;
  const { isbn13 } = before;
  return db.transaction(async (tx) => {
    const fresh = await tx.insert(inventory).values({ storeId, isbn13, onHand: 0 }).onConflictDoNothing().returning();
    const ours = await lockVersion(tx, storeId, isbn13);
    if (!ours || (fresh.length === 0 && ours.version !== before.version)) return 'later';
    if (ours.onHand === target) return 'same';
    const likely = Math.min(Math.max(ours.onHand, target - doubt.fewer), target + doubt.more);
    if (likely === ours.onHand) return 'later';
    const onHand = Math.max(likely, ours.reserved);
    const outcome = onHand === likely ? 'mended' : 'promised';
    if (onHand !== ours.onHand)
      await tx
        .update(inventory)
        .set({ onHand, updatedAt: sql`now()` })
        .where(and(eq(inventory.storeId, storeId), eq(inventory.isbn13, isbn13)));
    const finding = { storeId, isbn13, ours: ours.onHand, theirs, outcome, foundAt: new Date(now()) } as const;
    if (fresh.length === 0) await tx.insert(stockFindings).values(finding); // a book that we never counted differs from nothing
    return likely === target ? outcome : 'later';
  });
}
