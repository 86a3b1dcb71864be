// How a book that is not on the shelf can be had, as far as it is true: a link, and a special order where the
// wholesaler lists it. (The waiting list is always open.)
import type { Elsewhere } from '../../schema/acts.ts';
import type { BookshopLinks } from './bookshop-links.ts';
import type { Catalogue } from './catalogue.ts';
import { ORDER_DAYS } from './orderable-books.ts';
import type { OrderableBooks } from './orderable-books.ts';
import { shownBook } from './shown-book.ts';

export type ElsewhereDesk = {
  /** Null for a book that neither we nor the wholesaler know and for which no title was given. */
  look(storeId: number, ask: { isbn13: string; title: string | null }): Promise<Elsewhere | null>;
};

export function createElsewhere(parts: {
  catalogue: Pick<Catalogue, 'get'>;
  orderables: OrderableBooks;
  links: BookshopLinks;
}): ElsewhereDesk {
  const { catalogue, orderables, links } = parts;
  return {
    async look(storeId, { isbn13, title }) {
      const [[listed], orderable] = await Promise.all([
        catalogue.get(storeId, [isbn13]),
        orderables.get(storeId, isbn13),
      ]);
      const known = listed ?? orderable ?? (title === null ? null : { title, authors: [] });
      if (known === null) return null;
      const { title: name, authors } = shownBook({ isbn13, priceCents: 0, onHand: 0, ...known });
      const special = orderable && { priceCents: orderable.priceCents, days: ORDER_DAYS };
      const url = await links.linkTo(storeId, isbn13);
      return { isbn13, title: name, authors, url, isAffiliate: links.isAffiliate, special };
    },
  };
}
