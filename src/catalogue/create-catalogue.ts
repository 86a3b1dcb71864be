// The catalogue over Postgres: words are compared in memory (`Shelves`), prices and stock are always read fresh.
import type { Book, Catalogue, CatalogueOptions, Recommendation, Resolution, Wish } from './catalogue.ts';
import { BookInput } from './book-input.ts';
import { nameBooks } from './matcher.ts';
import { readBooks } from './read-books.ts';
import { picksFor, varied, type Pick } from './recommend.ts';
import { saveBooks } from './save-books.ts';
import { Shelves } from './shelves.ts';

const SEARCH_MAX = 100;
const SEARCH_DEFAULT = 20;
const RECOMMEND_MAX = 10;
const RECOMMEND_DEFAULT = 3;
/** How many of the best picks are looked up in the stock before what is sold out is offered. */
const STOCKED_AMONG = 200;

/** One a process; it keeps titles in memory and learns of changes by other processes at each call. */
export function createCatalogue({ db }: CatalogueOptions): Catalogue {
  const shelves = new Shelves(db);
  const get = (storeId: number, isbn13s: readonly string[]): Promise<Book[]> => readBooks(db, storeId, isbn13s);

  return {
    get,
    async search(storeId, query, limit = SEARCH_DEFAULT) {
      const { search } = await shelves.of(storeId);
      return get(storeId, search.find(query, bounded(limit, SEARCH_MAX)));
    },
    async match(storeId, text) {
      const { titles } = await shelves.of(storeId);
      return nameBooks(titles, text).matches;
    },
    async resolve(storeId, text): Promise<Resolution> {
      const { titles } = await shelves.of(storeId);
      const { matches, certain } = nameBooks(titles, text);
      const books = await get(
        storeId,
        matches.map(({ isbn13 }) => isbn13),
      );
      const [first] = books;
      if (first === undefined) return { kind: 'none' };
      return certain ? { kind: 'one', book: first } : { kind: 'several', books };
    },
    async recommend(storeId, wish) {
      const { rows } = await shelves.of(storeId);
      const picks = picksFor(rows, wish).slice(0, STOCKED_AMONG);
      const books = await get(
        storeId,
        picks.map(({ row }) => row.isbn13),
      );
      return chosen(books, picks, wish);
    },
    async put(storeId, input) {
      const book = BookInput.parse(input);
      const { added } = await db.transaction((tx) => saveBooks(tx, storeId, [book]));
      return { created: added === 1 };
    },
  };
}

function chosen(books: Book[], picks: Pick[], wish: Wish): Recommendation[] {
  const whyOf = new Map(picks.map(({ row, why }) => [row.isbn13, why]));
  const affordable = books.filter(({ priceCents }) => priceCents <= (wish.priceMaxCents ?? Infinity));
  const fitting = wish.cheapestFirst ? affordable.sort((a, b) => a.priceCents - b.priceCents) : affordable;
  const inStock = fitting.filter(({ onHand }) => onHand > 0);
  const soldOut = fitting.filter(({ onHand }) => onHand === 0);
  const limit = bounded(wish.limit ?? RECOMMEND_DEFAULT, RECOMMEND_MAX);
  const isOneOrder = wish.author !== undefined || wish.cheapestFirst === true;
  const ordered = isOneOrder ? inStock : varied(inStock, inStock.length);
  return [...ordered, ...soldOut].slice(0, limit).map((book) => ({ ...book, why: whyOf.get(book.isbn13) ?? [] }));
}

function bounded(limit: number, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(limit)));
}
