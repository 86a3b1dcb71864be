// Stock: never oversold, never lost, whoever asks how often and at the same time.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { inventory } from '../../schema/commerce.ts';
import type { OrderState } from '../../schema/order.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { Stock } from '../../src/commerce/stock/stock.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNE, EMMA, HOUR_MS, keepOrder, NOON, openShop, shelve, wish } from './shop.ts';

const database = useDatabase();
let storeId = 0;
let stock: Stock;
const counts = () => stock.counts(storeId, [DUNE, EMMA]);
const dune = (onHand: number, reserved: number) => ({ isbn13: DUNE, onHand, reserved });
const emma = (onHand: number, reserved: number) => ({ isbn13: EMMA, onHand, reserved });
const oneDune = [{ isbn13: DUNE, copies: 1 }];

beforeEach(async () => {
  storeId = await openShop(database.db);
  stock = createStock(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  await shelve(database.db, storeId, EMMA, 1);
});

/** The order's row, as its chart keeps it. */
describe('G9 reserving', () => {
  test('promises every line of an order, lines of the same book added up', async () => {
    const request = wish(storeId, [...oneDune, { isbn13: EMMA, copies: 1 }, ...oneDune]);
    expect(await stock.reserve(request)).toEqual({ reservationId: request.id });
    expect(await counts()).toEqual([emma(1, 1), dune(3, 2)]);
  });

  test('promises nothing when one line is short, and says which', async () => {
    const answer = await stock.reserve(wish(storeId, [...oneDune, { isbn13: EMMA, copies: 2 }]));
    expect(answer).toEqual({ refused: 'sold_out', short: [emma(1, 0)] });
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test('a book that was never counted is sold out', async () => {
    const unknown = '9780000000002';
    const answer = await stock.reserve(wish(storeId, [{ isbn13: unknown, copies: 1 }]));
    expect(answer).toEqual({ refused: 'sold_out', short: [{ isbn13: unknown, onHand: 0, reserved: 0 }] });
  });

  test('one key promises once, also when it is asked five times at once', async () => {
    const request = wish(storeId, oneDune);
    const answers = await Promise.all(Array.from({ length: 5 }, () => stock.reserve({ ...request, id: randomUUID() })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await counts()).toEqual([emma(1, 0), dune(3, 1)]);
  });

  test('a new reservation of the same order replaces the one it holds', async () => {
    const first = wish(storeId, [{ isbn13: DUNE, copies: 3 }]);
    await stock.reserve(first);
    const second = wish(storeId, [{ isbn13: DUNE, copies: 2 }], { orderId: first.orderId });
    expect(await stock.reserve(second)).toEqual({ reservationId: second.id });
    expect(await counts()).toEqual([emma(1, 0), dune(3, 2)]);
  });

  test('an order keeps what it holds when its new wish is refused', async () => {
    const first = wish(storeId, oneDune);
    await stock.reserve(first);
    const answer = await stock.reserve(wish(storeId, [{ isbn13: DUNE, copies: 4 }], { orderId: first.orderId }));
    expect(answer).toEqual({ refused: 'sold_out', short: [dune(3, 0)] });
    expect(await counts()).toEqual([emma(1, 0), dune(3, 1)]);
  });

  test('twenty customers at once: the last copy goes to exactly one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => stock.reserve(wish(storeId, [{ isbn13: EMMA, copies: 1 }]))),
    );
    expect(answers.filter((answer) => 'reservationId' in answer)).toHaveLength(1);
    expect(await counts()).toEqual([emma(1, 1), dune(3, 0)]);
  });

  test('baskets named in opposite order never deadlock', async () => {
    const forth = [...oneDune, { isbn13: EMMA, copies: 1 }];
    const requests = Array.from({ length: 20 }, (_, n) => wish(storeId, n % 2 ? forth : forth.toReversed()));
    const answers = await Promise.all(requests.map((request) => stock.reserve(request)));
    expect(answers.filter((answer) => 'reservationId' in answer)).toHaveLength(1);
    expect(await counts()).toEqual([emma(1, 1), dune(3, 1)]);
  });
});

describe('G9 giving back', () => {
  test('an order gives back once, however often it is told to', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    await Promise.all([stock.release(request), stock.release(request), stock.withdraw(request)]);
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test('a reservation that was withdrawn before it was made is never made', async () => {
    const request = wish(storeId, oneDune);
    await stock.withdraw(request);
    expect(await stock.reserve(request)).toEqual({ refused: 'withdrawn' });
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test.each<[OrderState, number]>([
    ['closing', 0],
    ['cancelled', 0],
    ['pickedUp', 0],
    ['paid', 1],
    ['preparing', 1],
    ['ready', 1],
  ])('told late that it is given up, an order that stands at %s keeps %i copies', async (state, kept) => {
    const request = wish(storeId, oneDune);
    await keepOrder(database.db, storeId, request.orderId, state);
    await stock.reserve(request);
    await stock.release(request);
    expect(await counts()).toEqual([emma(1, 0), dune(3, kept)]);
  });

  test('a sold order has nothing to give back', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    await stock.sell(request);
    await stock.withdraw(request);
    await stock.release(request);
    expect(await counts()).toEqual([emma(1, 0), dune(2, 0)]);
  });
});

describe('G9 selling', () => {
  test('lowers what stands in the shop and what is promised, once', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    expect(await Promise.all([stock.sell(request), stock.sell(request)])).toEqual(['sold', 'sold']);
    expect(await counts()).toEqual([emma(1, 0), dune(2, 0)]);
  });

  test('a payment after the lapse is honoured while copies are free', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    await stock.release(request);
    expect(await stock.sell(request)).toBe('sold');
    expect(await counts()).toEqual([emma(1, 0), dune(2, 0)]);
  });

  test('a payment after the lapse is refused when another customer has the last copy', async () => {
    const late = wish(storeId, [{ isbn13: EMMA, copies: 1 }]);
    await stock.reserve(late);
    await stock.release(late);
    await stock.reserve(wish(storeId, [{ isbn13: EMMA, copies: 1 }]));
    expect(await stock.sell(late)).toBe('sold_out');
    expect(await counts()).toEqual([emma(1, 1), dune(3, 0)]);
  });

  test('a sale that was thought to be late has got its copies: the order is promised no more', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    await stock.release(request);
    await stock.sell(request);
    const again = wish(storeId, oneDune, { orderId: request.orderId });
    expect(await stock.reserve(again)).toEqual({ reservationId: request.id });
    expect(await stock.sell(again)).toEqual(await stock.sell(request));
    expect(await counts()).toEqual([emma(1, 0), dune(2, 0)]);
  });

  test('an order that never reserved is sold out', async () => {
    expect(await stock.sell({ storeId, orderId: randomUUID() })).toBe('sold_out');
  });
});

test('an order is covered by what it holds and what is free', async () => {
  const request = wish(storeId, [{ isbn13: EMMA, copies: 1 }]);
  await stock.reserve(request);
  expect(await stock.covers(request)).toBe(true);
  expect(await stock.covers({ ...request, lines: [{ isbn13: EMMA, copies: 2 }] })).toBe(false);
  expect(await stock.covers({ ...request, orderId: randomUUID() })).toBe(false);
});

describe('the sweep', () => {
  const graceMs = HOUR_MS;
  const stuckMs = 24 * HOUR_MS;
  const sweepAt = (hours: number, onError: (error: unknown) => void = (error) => expect(error).toBeNull()) =>
    stock.sweepExpired({ now: new Date(NOON.getTime() + hours * HOUR_MS), graceMs, stuckMs, limit: 100, onError });

  test('one order whose copies cannot be given back does not stop the others', async () => {
    for (const isbn13 of [EMMA, DUNE]) await stock.reserve(wish(storeId, [{ isbn13, copies: 1 }]));
    await database.db.delete(inventory).where(eq(inventory.isbn13, EMMA));
    const errors: unknown[] = [];
    expect(await sweepAt(100, (error) => errors.push(error))).toBe(1);
    expect(errors.map(String)).toEqual([`Error: moved 0 of 1 books of store ${storeId}`]);
    expect(await stock.counts(storeId, [DUNE])).toMatchObject([{ reserved: 0 }]);
  });

  async function reservedBy(state: OrderState | null): Promise<void> {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    if (state === null) return;
    await keepOrder(database.db, storeId, request.orderId, state);
  }

  test.each([
    { state: null, hours: 1.9, released: 0 },
    { state: null, hours: 2.1, released: 1 },
    { state: 'lapsed', hours: 2.1, released: 1 },
    { state: 'awaitingPayment', hours: 2.1, released: 0 },
    { state: 'awaitingPayment', hours: 25.1, released: 1 },
    { state: 'paid', hours: 1000, released: 0 },
  ] as const)('an order in state $state, $hours hours on: $released given back', async ({ state, hours, released }) => {
    await reservedBy(state);
    expect(await sweepAt(hours)).toBe(released);
    expect(await counts()).toEqual([emma(1, 0), dune(3, 1 - released)]);
  });
});

test('the sweep takes nothing from an order that is paid while it waits for its lock', async () => {
  const request = wish(storeId, oneDune);
  await stock.reserve(request);
  await keepOrder(database.db, storeId, request.orderId, 'lapsed');
  const holder = await database.pool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT pg_advisory_xact_lock($1::int, hashtext($2))', [storeId, request.orderId]);
  const limits = { graceMs: HOUR_MS, stuckMs: HOUR_MS, limit: 100 };
  const now = new Date(NOON.getTime() + 100 * HOUR_MS);
  const swept = stock.sweepExpired({ ...limits, now, onError: (error) => expect(error).toBeNull() });
  await vi.waitFor(async () => {
    const waiting = await database.pool.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    expect(waiting.rowCount).toBe(1);
  });
  await holder.query(`UPDATE orders SET state = 'paid' WHERE id = $1`, [request.orderId]);
  await holder.query('COMMIT');
  holder.release();
  expect([await swept, await counts()]).toEqual([0, [emma(1, 0), dune(3, 1)]]);
});

describe('counting the shelf', () => {
  test('a difference and an absolute figure', async () => {
    expect(await stock.adjust({ storeId, isbn13: DUNE, delta: -1 })).toEqual(dune(2, 0));
    expect(await stock.adjust({ storeId, isbn13: DUNE, onHand: 9 })).toEqual(dune(9, 0));
  });

  test('never under what is promised', async () => {
    await stock.reserve(wish(storeId, [{ isbn13: DUNE, copies: 2 }]));
    expect(await stock.adjust({ storeId, isbn13: DUNE, onHand: 1 })).toEqual({
      refused: 'under_reserved',
      counts: dune(3, 2),
    });
    expect(await stock.adjust({ storeId, isbn13: DUNE, delta: -1 })).toEqual(dune(2, 2));
  });

  test('a book that is counted for the first time', async () => {
    const isbn13 = '9780000000002';
    expect(await stock.adjust({ storeId, isbn13, delta: -1 })).toEqual({
      refused: 'under_reserved',
      counts: { isbn13, onHand: 0, reserved: 0 },
    });
    expect(await stock.adjust({ storeId, isbn13, delta: 2 })).toEqual({ isbn13, onHand: 2, reserved: 0 });
  });
});

describe('taking back', () => {
  const sale = async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    expect(await stock.sell(request)).toBe('sold');
    return request;
  };

  test('what was sold stands on the shelf again, once, and is never sold for that order again', async () => {
    const order = await sale();
    expect(await counts()).toEqual([emma(1, 0), dune(2, 0)]);
    await Promise.all([1, 2, 3].map(() => stock.takeBack(order)));
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
    expect(await stock.sell(order)).toBe('sold_out');
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test('what is only promised is given back', async () => {
    const request = wish(storeId, oneDune);
    await stock.reserve(request);
    await stock.takeBack(request);
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test('an order that holds nothing changes nothing', async () => {
    await stock.takeBack(wish(storeId, oneDune));
    expect(await counts()).toEqual([emma(1, 0), dune(3, 0)]);
  });

  test('a new reservation of that order may be sold', async () => {
    const order = await sale();
    await stock.takeBack(order);
    await stock.reserve(wish(storeId, oneDune, { orderId: order.orderId }));
    expect([await stock.sell(order), await counts()]).toEqual(['sold', [emma(1, 0), dune(2, 0)]]);
  });

  test.each([
    { state: 'underReview', onHand: 3 },
    { state: 'refundPending', onHand: 3 },
    { state: 'paid', onHand: 2 },
    { state: 'ready', onHand: 2 },
  ] as const)('a sale of which nobody heard, of an order that is $state by now: $onHand stand there', async (after) => {
    const { orderId } = await sale();
    await keepOrder(database.db, storeId, orderId, after.state);
    await stock.undoSale({ storeId, orderId });
    expect(await counts()).toEqual([emma(1, 0), dune(after.onHand, 0)]);
  });
});
