// The last look before a link is asked for: price and copies, first as we have them, then as the till's own catalogue
// does. Where that counts a book, what we have promised of it must not be more than it has.
import { and, eq, inArray } from 'drizzle-orm';
import { books } from '../../schema/books.ts';
import type { OrderLine } from '../../schema/order.ts';
import type { Db } from './db.ts';
import type { Stock } from './stock/stock.ts';
import type { ShelfFact, Till } from './till.ts';

type Basket = { storeId: number; orderId: string; lines: OrderLine[] };
/** `by`: whose price has changed. */
export type Unfit =
  { refused: 'sold_out' } | { refused: 'price_changed'; isbn13: string; priceCents: number; by: 'shop' | 'till' };

/** @returns what the till's catalogue says of the books, or why they cannot be sold as agreed */
export async function recheck(
  { db, stock, till }: { db: Db; stock: Stock; till: Till },
  basket: Basket,
  signal?: AbortSignal,
): Promise<Unfit | { shelf: ShelfFact[] }> {
  const unfit = changed(basket, await readPrices(db, basket), 'shop');
  if (unfit) return unfit;
  if (!(await stock.covers(basket))) return { refused: 'sold_out' };
  const { storeId } = basket;
  const shelf = await till.lookUp({ storeId, isbn13s: isbnsOf(basket) }, signal);
  const promised = new Map((await stock.counts(storeId, isbnsOf(basket))).map((one) => [one.isbn13, one.reserved]));
  if (shelf.some(({ isbn13, copies }) => copies !== null && copies < (promised.get(isbn13) ?? 0)))
    return { refused: 'sold_out' };
  const prices = new Map(shelf.map(({ isbn13, priceCents }) => [isbn13, priceCents]));
  return changed(basket, prices, 'till') ?? { shelf };
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

function isbnsOf({ lines }: Basket): string[] {
  return [...new Set(lines.map(({ isbn13 }) => isbn13))];
}
