// The shelf as one customer sees it in one reply: with the copies that are set aside for them, and with a way to look
// beyond it that ends when the reply does.
import type { Book, Catalogue } from '../catalogue/catalogue.ts';
import type { BookFinder } from '../catalogue/sources/book-finder.ts';
import type { Companion } from '../commerce/bought-together.ts';
import type { Shelf } from './situation.ts';

/** `asideIsbns`: one for each copy that is set aside for them. */
export type ShelfParts = {
  catalogue: Catalogue;
  finder: BookFinder;
  asideIsbns: readonly string[];
  /** What buyers of a book bought too. */
  companions: (storeId: number, isbn13: string) => Promise<readonly Companion[]>;
  signal: AbortSignal;
};

export function shelfFor({ catalogue, finder, asideIsbns, companions, signal }: ShelfParts): Shelf {
  const own = <One extends Book>(book: One): One => {
    const aside = asideIsbns.filter((isbn13) => isbn13 === book.isbn13).length;
    return aside === 0 ? book : { ...book, onHand: book.onHand + aside };
  };
  return {
    match: (storeId, text) => catalogue.match(storeId, text),
    search: async (storeId, query, limit) => (await catalogue.search(storeId, query, limit)).map(own),
    get: async (storeId, isbn13s) => (await catalogue.get(storeId, isbn13s)).map(own),
    async recommend(storeId, wish) {
      const company = wish.likeIsbn === undefined ? [] : await companions(storeId, wish.likeIsbn);
      const boughtToo = new Map(company.map(({ isbn13, lift }) => [isbn13, lift]));
      return (await catalogue.recommend(storeId, { ...wish, boughtToo })).map(own);
    },
    async resolve(storeId, text) {
      const found = await catalogue.resolve(storeId, text);
      if (found.kind === 'one') return { kind: 'one', book: own(found.book) };
      return found.kind === 'several' ? { kind: 'several', books: found.books.map(own) } : found;
    },
    beyond: (storeId, words) => finder.find(storeId, words, signal),
  };
}
