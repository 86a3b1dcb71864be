// The rows of orders: written by turns, read by staff, API and customers.
import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepOrder } from '../../actors/keep-order.ts';
import { tillIntents } from '../../schema/commerce.ts';
import type { OrderProjection } from '../../schema/order.ts';
import type { Db } from '../../src/commerce/db.ts';
import { openLink } from '../../src/commerce/payment-links.ts';
import { getOrder, listOrders, recentOrders } from '../../src/commerce/orders.ts';
import type { OrderPlace } from '../../src/commerce/orders.ts';
import { addStore } from '../../src/commerce/stores.ts';
import { useDatabase } from '../harness/database.ts';
import { openCounter } from './counter.ts';
import { DUNE, DUNGEON, EMMA, NOON, openShop, shelve } from './shop.ts';

const database = useDatabase();
const customer = randomUUID();
let storeId = 0;

beforeEach(async () => {
  storeId = await openShop(database.db);
});

const dune = { isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899 };
const emma = { isbn13: EMMA, title: '100% Emma', copies: 1, priceCents: 901 };

function projection(given: Partial<OrderProjection> = {}): OrderProjection {
  return {
    orderId: randomUUID(),
    customer,
    state: 'draft',
    fulfillment: 'pickup',
    lines: [dune, emma],
    currency: 'USD',
    totalCents: 4699,
    taxCents: 0,
    shippingCents: 0,
    addressId: null,
    heldUntilMs: null,
    tracking: null,
    concern: null,
    payment: { provider: null, reference: null, status: 'none', url: null },
    ...given,
  };
}

/** Commits these rows as one batch of turns; the n-th happens n minutes after noon. */
async function keep(...rows: OrderProjection[]): Promise<void> {
  const effects = rows.map((params, n) => ({
    storeId,
    actorKey: params.orderId,
    dataKey: null,
    seq: n + 1,
    id: randomUUID(),
    ways: () => [],
    params,
    at: new Date(NOON.getTime() + n * 60_000),
  }));
  await keepOrder.write(database.pool, effects);
}

test('an order shows its newest turn and the time of its first', async () => {
  const order = projection();
  const payment = {
    provider: null,
    reference: 'link-1',
    status: 'awaiting' as const,
    url: 'https://marty.example/till/1',
  };
  await keep(order);
  await keep(order, { ...order, state: 'awaitingPayment', totalCents: 5010, taxCents: 311, payment });
  expect(await getOrder(database.db, storeId, order.orderId)).toEqual({
    id: order.orderId,
    state: 'awaitingPayment',
    customer,
    fulfillment: 'pickup',
    lines: [dune, emma],
    totalCents: 5010,
    currency: 'USD',
    concern: null,
    heldUntil: null,
    tracking: null,
    payment,
    createdAt: '2026-11-20T12:00:00.000Z',
    updatedAt: '2026-11-20T12:01:00.000Z',
  });
});

test('an order names the till that its link came from', async () => {
  await shelve(database.db, storeId, DUNE, 2);
  const order = projection({ lines: [dune], totalCents: 3798 });
  await openLink(openCounter(database.db), { ...order, storeId, revision: 1, fulfillment: 'pickup' });
  await keep(order);
  expect((await getOrder(database.db, storeId, order.orderId))?.payment.provider).toBe('local');
});

test('a till of another store is not named, even where it knows the same order id', async () => {
  const order = projection();
  await keep(order);
  const elsewhere = await addStore(database.db, { ...DUNGEON, slug: 'elsewhere' });
  const intent = { key: 'k', operation: 'link', provider: 'square', orderId: order.orderId, createdAt: NOON } as const;
  await database.db.insert(tillIntents).values({ storeId: elsewhere.id, ...intent });
  expect((await getOrder(database.db, storeId, order.orderId))?.payment.provider).toBeNull();
});

test('an order of another store, or none at all, is not there', async () => {
  const order = projection();
  await keep(order);
  const asked = [getOrder(database.db, storeId + 1, order.orderId), getOrder(database.db, storeId, randomUUID())];
  expect(await Promise.all([...asked, getOrder(database.db, storeId, 'x')])).toEqual([null, null, null]);
});

describe('the list of orders', () => {
  const ids = async (query: { state?: 'paid'; q?: string; before?: OrderPlace; limit?: number }) => {
    const page = await listOrders(database.db, { storeId, limit: 10, ...query });
    return { ids: page.items.map((item) => item.id), next: page.next };
  };

  test('comes newest first, in pages that neither repeat nor skip', async () => {
    const orders = Array.from({ length: 5 }, () => projection());
    await keep(...orders);
    const first = await ids({ limit: 2 });
    const second = await ids({ limit: 2, ...(first.next && { before: first.next }) });
    const third = await ids({ limit: 2, ...(second.next && { before: second.next }) });
    const all = [...first.ids, ...second.ids, ...third.ids];
    expect({ all, end: third.next }).toEqual({
      all: orders.map((order) => order.orderId).toReversed(),
      end: null,
    });
  });

  test.each([
    ['all orders', 'orders_newest', (db: Db) => listOrders(db, { storeId, limit: 2 })],
    ['a state', 'orders_state', (db: Db) => listOrders(db, { storeId, limit: 2, state: 'paid' })],
    ['a customer', 'orders_customer', (db: Db) => recentOrders(db, storeId, customer)],
  ])('of %s is read along %s, however long it is', async (_list, index, ask) => {
    await keep(projection({ state: 'paid' }));
    const asked: Array<{ sql: string; params: unknown[] }> = [];
    await ask(drizzle(database.pool, { logger: { logQuery: (sql, params) => void asked.push({ sql, params }) } }));
    const plan = await planOf(asked[0]);
    expect(plan).toContain(`Index Scan Backward using ${index}`);
    expect(plan).not.toMatch(/Sort|Seq Scan on orders/);
  });

  test('is found by state, title, ISBN and the beginning of an id; a wildcard is just a character', async () => {
    const paid = projection({ state: 'paid', lines: [dune] });
    const draft = projection({ lines: [emma] });
    await keep(paid, draft);
    expect((await ids({ state: 'paid' })).ids).toEqual([paid.orderId]);
    expect((await ids({ q: 'dUn' })).ids).toEqual([paid.orderId]);
    expect((await ids({ q: EMMA })).ids).toEqual([draft.orderId]);
    expect((await ids({ q: paid.orderId.slice(0, 13).toUpperCase() })).ids).toEqual([paid.orderId]);
    expect((await ids({ q: '%' })).ids).toEqual([draft.orderId]);
    expect((await ids({ q: '_____' })).ids).toEqual([]);
  });
});

/** How Postgres would read a table that is too long to sort. */
async function planOf(query: { sql: string; params: unknown[] } | undefined): Promise<string> {
  const client = await database.pool.connect();
  try {
    await client.query(
      'begin; set local enable_seqscan = off; set local enable_sort = off; set local enable_bitmapscan = off',
    );
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${query?.sql}`, query?.params);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('rollback');
    client.release();
  }
}

test("a customer's orders are told in words, newest first, with a link only while it can be paid", async () => {
  const payment = { provider: null, reference: 'l', status: 'awaiting' as const, url: 'https://marty.example/till/1' };
  const waiting = projection({ state: 'awaitingPayment', payment });
  const mailed = projection({ state: 'shipped', fulfillment: 'shipping', tracking: '9400', payment });
  await keep(waiting, mailed, projection({ customer: randomUUID() }));
  const told = await recentOrders(database.db, storeId, customer);
  expect(
    told.map(({ orderId, status, titles, url, tracking }) => ({ orderId, status, titles, url, tracking })),
  ).toEqual([
    { orderId: mailed.orderId, status: 'in the mail', titles: ['Dune', '100% Emma'], url: null, tracking: '9400' },
    {
      orderId: waiting.orderId,
      status: 'waiting to be paid',
      titles: ['Dune', '100% Emma'],
      url: payment.url,
      tracking: null,
    },
  ]);
});
