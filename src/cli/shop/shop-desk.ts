// Books as the API shows them.
import type { Book } from '../../catalogue/catalogue.ts';
import type { CatalogueDesk } from '../../web/deps.ts';
import type { BookItem } from '../../web/wire/shop.ts';
import type { Shop } from './open-shop.ts';

export function catalogueDesk({ services: { catalogue } }: Shop): CatalogueDesk {
  return {
    search: async (storeId, query, limit) => (await catalogue.search(storeId, query, limit)).map(bookItem),
    match: (storeId, text) => catalogue.match(storeId, text),
    async put(storeId, isbn13, draft) {
      const { created } = await catalogue.put(storeId, { isbn13, ...draft });
      const [book] = await catalogue.get(storeId, [isbn13]);
      if (!book) throw new Error('a book that was just put on the shelf is gone');
      return { created, book: bookItem(book) };
    },
  };
}

function bookItem({ isbn13, title, authors, year, priceCents, stock }: Book): BookItem {
  return { isbn13, title, authors, year, priceCents, ...stock };
}
