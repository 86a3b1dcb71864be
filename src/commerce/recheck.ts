// The last look before a link is asked for: price and copies, first as we have them, then as the till's own catalogue
// does. Where that counts a book, what we have promised of it, but for what it has sold already, must not be more than it has.
import { and, eq, inArray } from 'drizzle-orm';
import { books } from '../../schema/books.ts';
import type { OrderLine } from '../../schema/order.ts';
import type { Db } from './db.ts';
import type { Stock } from './stock/stock.ts';
import { takenAlready } from './taken-already.ts';
import type { ShelfFact, Till } from './till.ts';

type Desk = { db: Db; stock: Stock; till: Till };
type Basket = { storeId: number; orderId: string; lines: OrderLine[] };
/** `by`: whose price has changed. */
export type Unfit =
  { refused: 'sold_out' } | { refused: 'price_changed'; isbn13: string; priceCents: number; by: 'shop' | 'till' };

/** @returns what the till's catalogue says of the books, or why they cannot be sold as agreed */
export async function recheck(
  desk: Desk,
  basket: Basket,
  signal?: AbortSignal,
): Promise<Unfit | { shelf: ShelfFact[] }> {
  const unfit = changed(basket, await readPrices(desk.db, basket), 'shop');
  if (unfit) return unfit;
  if (!(await desk.stock.covers(basket))) return { refused: 'sold_out' };
  const shelf = await lookAtTill(desk, basket, signal);
  if (shelf === null) return { refused: 'sold_out' };
  const prices = new Map(shelf.map(({ isbn13, priceCents }) => [isbn13, priceCents]));
  return changed(basket, prices, 'till') ?? { shelf };
}

/** Null where the till has too few. What it has sold to others to whom it is promised here is looked into only where it may matter. */
async function lookAtTill(desk: Desk, basket: Basket, signal?: AbortSignal): Promise<ShelfFact[] | null> {
  const first = await look(desk, basket, [], signal);
  if (first.short.length === 0) return first.shelf;
  const again = await look(desk, basket, first.short, signal);
  return again.short.length === 0 ? again.shelf : null;
}

/** Promises are read first and the till's counts last, so that what moves meanwhile may only make a book look short. */
async function look(
  desk: Desk,
  { storeId, lines }: Basket,
  takenOf: string[],
  signal?: AbortSignal,
): Promise<{ shelf: ShelfFact[]; short: string[] }> {
  const isbn13s = isbnsOf({ lines });
  const counts = await desk.stock.counts(storeId, isbn13s);
  const promised = new Map(counts.map(({ isbn13, reserved }) => [isbn13, reserved]));
  for (const isbn13 of takenOf) {
    const taken = await takenAlready(desk, { storeId, isbn13 }, signal);
    promised.set(isbn13, (promised.get(isbn13) ?? 0) - taken);
  }
  const shelf = await desk.till.lookUp({ storeId, isbn13s }, signal);
  const short = shelf.filter(({ isbn13, copies }) => copies !== null && copies < (promised.get(isbn13) ?? 0));
  return { shelf, short: short.map(({ isbn13 }) => isbn13) };
}

/** The first line whose price is another; a book without one is none that the shop sells, and at the till no obstacle. */
function changed({ lines }: Basket, prices: Map<string, number>, by: 'shop' | 'till'): Unfit | null {
  for (const { isbn13, priceCents: agreed } of lines) {
    const priceCents = prices.get(isbn13);
    if (priceCents === undefined && by === 'shop') return { refused: 'sold_out' };
    if (priceCents !== undefined && priceCents !== agreed) return { refused: 'price_changed', isbn13, priceCents, by };
  }
  return null;
}

async function readPrices(db: Db, basket: Basket): Promise<Map<string, number>> {
  const rows = await db
    .select({ isbn13: books.isbn13, priceCents: books.priceCents })
    .from(books)
    .where(and(eq(books.storeId, basket.storeId), inArray(books.isbn13, isbnsOf(basket))));
  return new Map(rows.map((row) => [row.isbn13, row.priceCents]));
}

function isbnsOf({ lines }: Pick<Basket, 'lines'>): string[] {
  return [...new Set(lines.map(({ isbn13 }) => isbn13))];
}
