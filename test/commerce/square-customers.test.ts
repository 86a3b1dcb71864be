// A customer at Square: looked for by number, given a record with their first purchase and never before, remembered for a
// day, and forgotten when they ask for it. Real actors and client, Square faked.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPaymentLink } from '../../actors/create-payment-link.ts';
import { reserveStock } from '../../actors/reserve-stock.ts';
import type { Services } from '../../actors/services.ts';
import { customers, orders, tillIntents } from '../../schema/commerce.ts';
import { squareVariations } from '../../schema/square.ts';
import { readPurchases } from '../../src/commerce/purchases.ts';
import { createCustomerDesk } from '../../src/commerce/square/customer-desk.ts';
import type { CustomerDesk, Person } from '../../src/commerce/square/customer-desk.ts';
import type { SquareShop } from '../../src/commerce/square/square-shop.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { FakeSquare } from '../fakes/square.ts';
import type { SquareFault } from '../fakes/square.ts';
import { useDatabase } from '../harness/database.ts';
import { openCounter, tillsOf } from './counter.ts';
import { asked, run, servicesOf, undo } from './running.ts';
import { DUNE, EMMA, HOUR_MS, NOON, openShop, shelve } from './shop.ts';
import { squareShop } from './square-counter.ts';

const database = useDatabase();
const vault = createVault(Buffer.alloc(32, 9));
const PHONE = '+12015550123';
const DAY_MS = 24 * HOUR_MS;
const TITLES: Record<string, string> = { [DUNE]: 'Dune', [EMMA]: 'Emma' };

let fake: FakeSquare;
let storeId = 0;
let actorKey = '';
let nowMs = 0;
let person: Person | null;
let square: SquareShop;
let desk: CustomerDesk;
let services: Services;

beforeEach(async () => {
  fake = await new FakeSquare().start();
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 9);
  nowMs = NOON.getTime();
  actorKey = randomUUID();
  person = { phone: PHONE, dataKey: vault.createDataKey() };
  desk = createCustomerDesk({
    db: database.db,
    vault,
    personOf: () => Promise.resolve(person),
    square: () => Promise.resolve(square),
    now: () => nowMs,
    onError: () => undefined,
  });
  openAt(60_000);
});
afterEach(() => fake.stop());

/** Calls of Square are given up after so long. */
function openAt(timeoutMs: number): void {
  square = squareShop(fake, { timeoutMs, customers: desk });
  services = servicesOf(openCounter(database.db), { tills: tillsOf(square.till), customers: desk });
}

const who = () => ({ storeId, actorKey });
const look = () => desk.look(who());
const bought = () => readPurchases(database.db, vault, { ...who(), dataKey: person?.dataKey ?? Buffer.alloc(0) });
const asks = (what: RegExp) => fake.heard.filter((one) => what.test(one)).length;
const SEARCH = /customers\/search/;
const MAKE = /^POST \/v2\/customers$/;

/** Square has Dune and Emma in its catalogue, and we know it. */
async function listBooks(): Promise<void> {
  for (const isbn13 of [DUNE, EMMA]) {
    const variationId = `v-${isbn13}`;
    fake.books.variations.set(variationId, {
      id: variationId,
      upc: isbn13,
      name: 'As Square has it',
      priceCents: 1899,
      count: 9,
    });
    await database.db.insert(squareVariations).values({ storeId, isbn13, variationId, isCounted: true, seenAt: NOON });
  }
}

/** An order of this customer, ready for its link; `buys` asks for it once. */
async function order() {
  const orderId = randomUUID();
  const lines = [{ isbn13: DUNE, title: 'Dune', copies: 1, priceCents: 1899 }];
  await database.db.insert(orders).values({
    storeId,
    id: orderId,
    customerKey: actorKey,
    state: 'draft',
    fulfillment: 'pickup',
    currency: 'USD',
    totalCents: 1899,
    taxCents: 0,
    shippingCents: 0,
    paymentStatus: 'none',
    createdAt: NOON,
    updatedAt: NOON,
  });
  const me = asked(storeId, 'order', orderId);
  await run(reserveStock, { orderId, lines, untilMs: NOON.getTime() + HOUR_MS }, services, me);
  const wish = { orderId, revision: 1, lines, fulfillment: 'pickup' as const, addressId: null };
  return {
    orderId,
    buys: (attempt = 1) => run(createPaymentLink, wish, services, { ...me, attempt }),
    undo: () => undo(createPaymentLink, wish, services, me),
  };
}

function atSquare() {
  return [...fake.books.orders.values()].map(({ reference_id, customer_id, state }) => [
    reference_id,
    customer_id,
    state,
  ]);
}
const records = () => [...fake.books.customers.values()];

describe('who buys by text', () => {
  test('gets a record at Square with their first purchase, and the next one names the same', async () => {
    const [first, second] = [await order(), await order()];
    await first.buys();
    await second.buys();
    const [record] = records();
    expect(records()).toEqual([{ id: record?.id, phone_number: PHONE, reference_id: actorKey }]);
    expect(atSquare()).toEqual([
      [first.orderId, record?.id, 'DRAFT'],
      [second.orderId, record?.id, 'DRAFT'],
    ]);
    expect([asks(SEARCH), asks(MAKE)]).toEqual([1, 1]);
  });

  test('whom the counter knows by exactly that number gets no second record; the oldest of several counts', async () => {
    fake.addCustomer('+12015550124');
    const known = fake.addCustomer(PHONE);
    fake.addCustomer(PHONE);
    await (await order()).buys();
    expect([atSquare().map(([, id]) => id), records().length]).toEqual([[known.id], 3]);
  });

  test('that Square knew nobody an hour ago is not believed when somebody buys', async () => {
    await look();
    const known = fake.addCustomer(PHONE);
    await (await order()).buys();
    expect([atSquare().map(([, id]) => id), asks(MAKE)]).toEqual([[known.id], 0]);
  });

  test('a record is looked for again after a day', async () => {
    await (await order()).buys();
    nowMs += DAY_MS;
    await (await order()).buys();
    expect([asks(SEARCH), records().length]).toEqual([2, 1]);
  });

  const FAULTS: SquareFault[] = ['lost_answer', 'hang', 'cut', 429, 500];
  test.each(FAULTS)('is given one record and one order through %s, asked for with the same key', async (fault) => {
    if (fault === 'hang') openAt(2_000);
    const { buys, orderId } = await order();
    for (const on of fault === 'hang' ? [MAKE] : [SEARCH, MAKE, /payment-links/]) {
      fake.breakNext(on, fault);
      expect(await buys()).toBe('transient');
    }
    await buys();
    expect([records().length, atSquare()]).toEqual([1, [[orderId, records()[0]?.id, 'DRAFT']]]);
  });

  test('the customer is frozen with the request: what Square calls them later changes nothing of it', async () => {
    const { buys, orderId } = await order();
    fake.breakNext(/payment-links/, 'lost_answer');
    await buys();
    const [made] = records();
    await database.db.update(customers).set({ squareIdSealed: null }).where(eq(customers.actorKey, actorKey));
    fake.addCustomer(PHONE);
    await buys();
    expect(atSquare()).toEqual([[orderId, made?.id, 'DRAFT']]);
  });

  test('a record that was deleted at Square since costs no sale', async () => {
    await (await order()).buys();
    fake.books.customers.clear();
    const { buys, orderId } = await order();
    await buys();
    await buys();
    expect(atSquare().slice(1)).toEqual([[orderId, undefined, 'DRAFT']]);
  });

  test('a number that Square will not take costs no sale', async () => {
    person = person && { ...person, phone: '+1' };
    const { buys, orderId } = await order();
    await buys();
    expect([records(), atSquare()]).toEqual([[], [[orderId, undefined, 'DRAFT']]]);
  });

  test('a directory that is down costs no sale: after six attempts the order goes without', async () => {
    const { buys, orderId } = await order();
    fake.breakNext(SEARCH, 500);
    expect(await buys(6)).toBe('transient');
    fake.breakNext(SEARCH, 500);
    await buys(7);
    expect(atSquare()).toEqual([[orderId, undefined, 'DRAFT']]);
  });

  test('an order that waited for Square through an outage names its customer all the same', async () => {
    await listBooks();
    const known = fake.addCustomer(PHONE);
    const { buys, orderId } = await order();
    fake.isDown = 503;
    expect(await buys(40)).toBe('transient');
    fake.isDown = null;
    await buys(41);
    expect(atSquare()).toEqual([[orderId, known.id, 'DRAFT']]);
  });

  test('keys of Square have at most 45 characters, and nothing that is kept in clear names the record', async () => {
    await (await order()).buys();
    const [intent] = await database.db.select().from(tillIntents);
    const [row] = await database.db.select().from(customers);
    expect(intent?.key.length).toBeLessThanOrEqual(44);
    expect(JSON.stringify([intent, row])).not.toContain(records()[0]?.id);
    expect(JSON.stringify(intent)).not.toContain(PHONE);
  });

  test('an order of who was forgotten meanwhile is not made', async () => {
    const { buys, undo: callOff } = await order();
    fake.breakNext(/payment-links/, 'cut');
    await buys();
    person = null;
    expect(await buys()).toEqual({ permanent: 'rejected' });
    await expect(callOff()).rejects.toThrow('no_customer');
    expect(atSquare()).toEqual([]);
  });
});

describe('who only asks', () => {
  test('is looked for by number once a day, and no record is made', async () => {
    await Promise.all([look(), look()]);
    nowMs += DAY_MS - 1;
    await look();
    expect([asks(SEARCH), records()]).toEqual([1, []]);
    nowMs += 1;
    await look();
    expect(asks(SEARCH)).toBe(2);
  });

  test('is known by the books that they bought at the counter, newest first, by our titles', async () => {
    await listBooks();
    const reader = fake.addCustomer(PHONE);
    const [first] = [DUNE, EMMA].map((isbn13) => {
      const sold = fake.books.sellAtCounter('L1', [{ catalog_object_id: `v-${isbn13}`, quantity: '1' }], reader.id);
      sold.created_at = `2026-11-0${isbn13 === DUNE ? 1 : 2}T10:00:00.000Z`;
      sold.closed_at = sold.created_at;
      return sold;
    });
    expect(first?.line_items[0]?.name).toBe('As Square has it');
    await look();
    const day = (isbn13: string) => Date.parse(`2026-11-0${isbn13 === DUNE ? 1 : 2}T10:00:00.000Z`);
    const facts = [EMMA, DUNE].map((isbn13) => ({ isbn13, title: TITLES[isbn13], atMs: day(isbn13), isInHand: true }));
    expect(await bought()).toEqual(facts);
  });

  test('not by coffee, by what went back, by what nobody paid, by a stranger’s, or by what we sold ourselves', async () => {
    await listBooks();
    const reader = fake.addCustomer(PHONE);
    const dune = { catalog_object_id: `v-${DUNE}`, quantity: '1' };
    const sell = (line: object, to = reader.id) => fake.books.sellAtCounter('L1', [{ ...dune, ...line }], to);
    fake.books.sellAtCounter('L1', [{ name: 'Coffee', quantity: '1', note: 'oat milk' }], reader.id);
    sell({}).refunds = [{ id: 'refund-1' }];
    delete sell({}).tenders;
    sell({}, fake.addCustomer('+12015550124').id);
    await (await order()).buys();
    await look();
    expect(await bought()).toEqual([]);
  });

  test('a book that Square’s catalogue does not have is known by the ISBN on its line', async () => {
    const reader = fake.addCustomer(PHONE);
    fake.books.sellAtCounter('L1', [{ name: 'Emma, used', quantity: '1', note: EMMA }], reader.id);
    await look();
    expect(await bought()).toMatchObject([{ isbn13: EMMA, title: 'Emma' }]);
  });

  test('a look that failed is tried again with the next text, and what was known stays known', async () => {
    await listBooks();
    const reader = fake.addCustomer(PHONE);
    fake.books.sellAtCounter('L1', [{ catalog_object_id: `v-${DUNE}`, quantity: '1' }], reader.id);
    await look();
    nowMs += DAY_MS;
    fake.books.sellAtCounter('L1', [{ catalog_object_id: `v-${EMMA}`, quantity: '1' }], reader.id);
    fake.breakNext(/orders\/search/, 'cut');
    await expect(look()).rejects.toThrow('unreachable');
    expect((await bought()).length).toBe(1);
    await look();
    await look();
    expect([asks(/orders\/search/), (await bought()).length]).toEqual([3, 2]);
  });

  test('what Square refuses is asked again after ten minutes', async () => {
    fake.breakNext(SEARCH, 403);
    await expect(look()).rejects.toThrow('unauthorised');
    nowMs += 10 * 60_000 - 1;
    await look();
    expect(asks(SEARCH)).toBe(1);
    nowMs += 1;
    await look();
    expect(asks(SEARCH)).toBe(2);
  });

  test('a look that never comes back is taken over after ten minutes, and takes nothing away when it fails at last', async () => {
    fake.breakNext(SEARCH, 'hang');
    const gaveUp = new AbortController();
    const stalled = desk.look(who(), gaveUp.signal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(asks(SEARCH)).toBe(1), 20_000);
    await look();
    expect(asks(SEARCH)).toBe(1);
    nowMs += 10 * 60_000;
    await look();
    const end = new Error('at last');
    gaveUp.abort(end);
    expect(await stalled).toBe(end);
    await look();
    expect(asks(SEARCH)).toBe(2);
  });

  test('two who look at once ask once, also where it fails', async () => {
    fake.breakNext(SEARCH, 500);
    const looks = await Promise.allSettled([look(), look()]);
    expect(looks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(asks(SEARCH)).toBe(1);
  });
});

describe('who is forgotten', () => {
  test('loses the record that Marty made, also through a lost answer', async () => {
    await (await order()).buys();
    fake.breakNext(/^DELETE/, 'lost_answer');
    await expect(desk.forget(who())).rejects.toThrow('unreachable');
    expect([await desk.forget(who()), records()]).toEqual(['deleted', []]);
  });

  test('keeps the record that the shop had before: that is for the shop to delete', async () => {
    fake.addCustomer(PHONE);
    await (await order()).buys();
    expect([await desk.forget(who()), records().length]).toEqual(['stays', 1]);
  });

  test('has none to lose where Square knows nobody by their number', async () => {
    expect(await desk.forget(who())).toBe('none');
  });
});
