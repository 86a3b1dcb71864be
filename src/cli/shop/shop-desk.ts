// Books, stock and orders as the API shows them.
import type { Book } from '../../catalogue/catalogue.ts';
import { getOrder, listOrders, BadCursor as BadOrderCursor } from '../../commerce/orders.ts';
import type { OrderView } from '../../commerce/orders.ts';
import { OrderState } from '../../../schema/order.ts';
import { BadCursor } from '../../web/deps.ts';
import type { CatalogueDesk, OrderReader, StockDesk } from '../../web/deps.ts';
import type { BookItem, OrderItem } from '../../web/wire/shop.ts';
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
      try {
        const parsed = state === undefined ? undefined : OrderState.parse(state);
        const page = await listOrders(shop.db, { storeId, state: parsed, q, cursor, limit });
        const names = await customerNames(shop, storeId, page.items);
        return { items: page.items.map((order) => orderItem(order, names)), nextCursor: page.nextCursor };
      } catch (error) {
        if (error instanceof BadOrderCursor) throw new BadCursor('not a cursor of this list', { cause: error });
        throw error;
      }
    },
    async show(storeId, id) {
      const order = await getOrder(shop.db, storeId, id);
      return order && orderItem(order, await customerNames(shop, storeId, [order]));
    },
  };
}

async function customerNames({ database, vault }: Shop, storeId: number, orders: readonly OrderView[]): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ key: string; address_sealed: Buffer | null }>(
    'SELECT key, address_sealed FROM actors WHERE store_id = $1 AND key = ANY ($2::uuid[])',
    [storeId, orders.map(({ customer }) => customer)],
  );
  return new Map(rows.map(({ key, address_sealed: sealed }) => [key, sealed ? `customer:${vault.openShared(sealed)}` : `key:${key}`]));
}

function orderItem(order: OrderView, names: ReadonlyMap<string, string>): OrderItem {
  return { ...order, customer: names.get(order.customer) ?? `key:${order.customer}` };
}
