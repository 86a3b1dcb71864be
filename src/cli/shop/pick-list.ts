// What to take off the shelves: the books of every order that is paid or held and not yet ready, by shelf and title.
import { z } from 'zod';
import type { OrderState } from '../../../schema/order.ts';
import type { PickList } from '../../web/wire/stock.ts';
import type { Shop } from './open-shop.ts';
import { peopleOf } from './people.ts';

const TO_PICK: readonly OrderState[] = ['paid', 'preparing', 'held'];
const ORDERS_MAX = 500;

const Row = z.object({
  order_id: z.string(),
  customer_key: z.string(),
  fulfillment: z.string(),
  isbn13: z.string(),
  title: z.string(),
  copies: z.number(),
  authors: z.array(z.string()).nullable(),
  shelf: z.string().nullable(),
});

/** The oldest orders first; `truncated` where there are more than 500. */
export async function pickList(shop: Shop, storeId: number): Promise<PickList> {
  const { rows: raw } = await shop.database.pool.query(
    `WITH waiting AS (
       SELECT id, customer_key, fulfillment, created_at FROM orders WHERE store_id = $1 AND state = ANY ($2)
       ORDER BY created_at, id LIMIT $3)
     SELECT w.id AS order_id, w.customer_key, w.fulfillment, l.isbn13, l.title, l.copies, b.authors, b.shelf
     FROM waiting w JOIN order_lines l ON l.store_id = $1 AND l.order_id = w.id
     LEFT JOIN books b ON b.store_id = $1 AND b.isbn13 = l.isbn13
     ORDER BY b.shelf NULLS LAST, l.title, l.isbn13, w.created_at`,
    [storeId, TO_PICK, ORDERS_MAX + 1],
  );
  const rows = raw.map((row) => Row.parse(row));
  const ids = [...new Set(rows.map(({ order_id: id }) => id))];
  const people = await peopleOf(
    shop,
    storeId,
    rows.map(({ customer_key: key }) => key),
  );
  const books = new Map<string, PickList['books'][number]>();
  for (const { order_id: orderId, customer_key: customerKey, fulfillment, copies, ...about } of rows) {
    const { isbn13, title, authors, shelf } = about;
    const book = books.get(isbn13) ?? { isbn13, title, authors: authors ?? [], shelf, copies: 0, orders: [] };
    const person = people.get(customerKey);
    const customer = person?.id ?? `customer:${customerKey}`;
    book.copies += copies;
    book.orders.push({ orderId, copies, fulfillment, customer, customerKey, name: person?.name ?? null });
    books.set(isbn13, book);
  }
  return { books: [...books.values()], truncated: ids.length > ORDERS_MAX };
}
