// Books, stock and orders as the API shows them.
import type { Book } from '../../catalogue/catalogue.ts';
import { getOrder, listOrders } from '../../commerce/orders.ts';
import type { OrderView } from '../../commerce/orders.ts';
import type { CatalogueDesk, OrderReader, StockDesk } from '../../web/deps.ts';
import type { BookItem, OrderItem } from '../../web/wire/shop.ts';
import { actorNames } from './actor-names.ts';
import type { Shop } from './open-shop.ts';
import { cursorOf, placeOf } from './place.ts';

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

export function stockDesk({ services: { catalogue, stock } }: Shop): StockDesk {
  return {
    async change(storeId, isbn13, change) {
      const [book] = await catalogue.get(storeId, [isbn13]);
      if (!book) return 'unknown_book';
      const answer = await stock.adjust({ storeId, isbn13, ...change });
      return 'refused' in answer ? 'too_few' : answer;
    },
  };
}

export function orderReader(shop: Shop): OrderReader {
  return {
    async list({ storeId, state, q, cursor, limit }) {
      const before = cursor === undefined ? undefined : placeOf(cursor);
      const { items, next } = await listOrders(shop.db, { storeId, state, q, before, limit });
      const names = await customerNames(shop, storeId, items);
      return { items: items.map((order) => orderItem(order, names)), nextCursor: next && cursorOf(next) };
    },
    async show(storeId, id) {
      const order = await getOrder(shop.db, storeId, id);
      return order && orderItem(order, await customerNames(shop, storeId, [order]));
    },
  };
}

function customerNames(shop: Shop, storeId: number, orders: readonly OrderView[]): Promise<Map<string, string>> {
  const keys = orders.map(({ customer }) => customer);
  return actorNames(shop, storeId, keys);
}

function orderItem(order: OrderView, names: ReadonlyMap<string, string>): OrderItem {
  return { ...order, customer: names.get(order.customer) ?? `customer:${order.customer}` };
}
