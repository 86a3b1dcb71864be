// "People who bought": what is told, from how many on, and that the price of asking does not grow with the shop.
import { randomUUID } from 'node:crypto';
import { PgDialect } from 'drizzle-orm/pg-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { orderLines, orders } from '../../schema/commerce.ts';
import type { OrderState } from '../../schema/order.ts';
import { boughtTogether, companionsOf } from '../../src/commerce/bought-together.ts';
import { openTwoShops } from '../catalogue/shop.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const isbn = (n: number) => `978${String(n).padStart(10, '0')}`;
const [DUNE, EMMA, BESTSELLER] = [isbn(1), isbn(2), isbn(3)];
const at = new Date('2026-11-01T12:00:00Z');
let [shop, other] = [0, 0];

/** One order for each basket, by a customer of its own unless one is named. */
async function bought(baskets: string[][], over: { customer?: string; state?: OrderState; store?: number } = {}) {
  const { customer, state = 'delivered', store = shop } = over;
  const placed = baskets.map((basket) => ({ id: randomUUID(), customerKey: customer ?? randomUUID(), basket }));
  await database.db.insert(orders).values(
    placed.map(({ id, customerKey }) => ({
      storeId: store,
      id,
      customerKey,
      state,
      fulfillment: 'pickup' as const,
      currency: 'USD',
      totalCents: 100,
      taxCents: 0,
      shippingCents: 0,
      paymentStatus: 'paid',
      createdAt: at,
      updatedAt: at,
    })),
  );
  await database.db.insert(orderLines).values(
    placed.flatMap(({ id, basket }) =>
      basket.map((isbn13, position) => ({
        storeId: store,
        orderId: id,
        position,
        isbn13,
        title: 'a book',
        copies: 1,
        priceCents: 100,
      })),
    ),
  );
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const companions = async () => (await boughtTogether(database.db, shop, DUNE)).map(({ isbn13 }) => isbn13);

beforeAll(async () => {
  ({ shop, other } = await openTwoShops(database.db));
});
beforeEach(async () => {
  await database.pool.query('TRUNCATE orders, order_lines');
  await bought(times(60, [isbn(99)])); // the rest of the town
});

describe('people who bought a book', () => {
  test('two customers are told to nobody, three are', async () => {
    await bought(times(2, [DUNE, EMMA]));
    expect(await companions()).toEqual([]);
    await bought([[DUNE, EMMA]]);
    expect(await boughtTogether(database.db, shop, DUNE)).toEqual([{ isbn13: EMMA, buyers: 3, lift: 21 }]);
  });

  test('one customer who buys again and again is one customer', async () => {
    await bought(times(5, [DUNE, EMMA]), { customer: randomUUID() });
    await bought([[DUNE, EMMA]]);
    expect(await companions()).toEqual([]);
  });

  test('bought on different days by the same customers counts as well', async () => {
    for (const customer of times(3, '').map(() => randomUUID())) await bought([[DUNE], [EMMA]], { customer });
    expect(await companions()).toEqual([EMMA]);
  });

  test.each<OrderState>(['expired', 'cancelled', 'refunded', 'held', 'awaitingPayment'])(
    'an order that is %s was not bought',
    async (state) => {
      await bought(times(3, [DUNE, EMMA]), { state });
      expect(await companions()).toEqual([]);
    },
  );

  test('another shop’s customers are not this shop’s', async () => {
    await bought(times(5, [DUNE, EMMA]), { store: other });
    expect(await companions()).toEqual([]);
  });

  test('what everybody buys is no sign of taste', async () => {
    await bought(times(30, [BESTSELLER]));
    await bought(times(6, [DUNE, BESTSELLER]));
    await bought(times(60, [BESTSELLER, isbn(99)]));
    await bought(times(4, [DUNE, EMMA]));
    expect(await companions()).toEqual([EMMA]);
  });

  test('the surest comes first, not the rarest', async () => {
    await bought(times(20, [DUNE, EMMA]));
    await bought(times(6, [EMMA]));
    await bought(times(6, [DUNE, isbn(7)]));
    const [first, second] = await boughtTogether(database.db, shop, DUNE);
    expect([first?.isbn13, second?.isbn13]).toEqual([EMMA, isbn(7)]);
    expect(second?.lift).toBeGreaterThan(first?.lift ?? 0);
  });
});

test('the newest orders are read by index and their lines one by one, in a shop of any size', async () => {
  await database.pool.query('ANALYZE orders, order_lines'); // as the planner sees a shop that has just opened
  const { sql: text, params } = new PgDialect().sqlToQuery(companionsOf(shop, DUNE));
  const inserted = `SELECT ${shop}, gen_random_uuid(), gen_random_uuid(), 'delivered', 'pickup', 'USD', 1, 0, 0, 'paid',
    now() - n * interval '1 minute', now() FROM generate_series(1, 6000) n`;
  await database.pool.query(
    `INSERT INTO orders (store_id, id, customer_key, state, fulfillment, currency, total_cents, tax_cents, shipping_cents,
       payment_status, created_at, updated_at) ${inserted}`,
  );
  await database.pool.query(
    `INSERT INTO order_lines (store_id, order_id, position, isbn13, title, copies, price_cents)
     SELECT store_id, id, p, '978' || lpad((hashtext(id::text || p) & 1023)::text, 10, '0'), 'a book', 1, 1
     FROM orders, generate_series(0, 0) p WHERE store_id = ${shop} ON CONFLICT DO NOTHING`,
  );
  const planned = async () => {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`,
      params,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  await database.pool.query('ANALYZE orders, order_lines');
  const plan = await planned();
  expect(plan).not.toMatch(/(?:Seq Scan|Bitmap Heap Scan) on order/);
  expect(plan).toMatch(/Index Scan Backward using orders_newest on orders \(actual rows=5000(?:\.00)? loops=1\)/);
  expect(plan).toMatch(/Index Scan using order_lines_\w+pk on order_lines \(actual rows=\S+ loops=5000\)/);
});
