// Our shelf and Square's: imported, moved on either side in any order, through an outage, compared at night.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { releaseStock } from '../../actors/release-stock.ts';
import { orders } from '../../schema/commerce.ts';
import { nightRounds, stockFindings, stockMoves, squareVariations } from '../../schema/square.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { keepShelves, shelfDesk } from '../../src/cli/shop/keep-shelves.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { Shop } from '../../src/cli/shop/open-shop.ts';
import { importFromSquare } from '../../src/cli/shop/square-import.ts';
import { openDb } from '../../src/commerce/db.ts';
import { callForChecks, callForReading } from '../../src/commerce/square/calls.ts';
import { refund } from '../../src/commerce/refunds.ts';
import { sendMoves } from '../../src/commerce/square/send-moves.ts';
import type { ShelfDesk } from '../../src/commerce/square/send-moves.ts';
import { settleChecks } from '../../src/commerce/square/settle-counts.ts';
import { openLink } from '../../src/commerce/payment-links.ts';
import type { LinkWish } from '../../src/commerce/payment-links.ts';
import { FakeSquare } from '../fakes/square.ts';
import { useDatabase } from '../harness/database.ts';
import { Logbook } from '../shop/logbook.ts';
import { asked, run } from './running.ts';
import { DUNE, EMMA, wish } from './shop.ts';

const database = useDatabase();
const MINUTE_MS = 60_000;
let fake: FakeSquare;
let shop: Shop;
let nowMs = 0;
const now = () => nowMs;

beforeAll(async () => {
  fake = await new FakeSquare().start();
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    SQUARE_ACCESS_TOKEN: fake.accessToken,
    SQUARE_LOCATION_ID: fake.locationId,
    SQUARE_BASE_URL: fake.url,
  });
  const piiKey = Buffer.alloc(32, 3);
  await prepare(config, () => undefined);
  shop = await openShop(
    config,
    { sessionSecret: 'a'.repeat(44), piiKey, piiKeyPrevious: null, smobiWebhookSecret: null },
    new Logbook().logger,
  );
});
afterAll(async () => {
  await shop.close(0);
  await fake.stop();
});

const dune = () => variation('v-dune');
function variation(id: string) {
  const found = fake.books.variations.get(id);
  if (!found) throw new Error(`Square has no ${id}`);
  return found;
}

beforeEach(async () => {
  nowMs = Date.parse('2030-06-01T16:00:00.000Z'); // noon in the shop, and later than any row that the database stamps
  fake.isDown = null;
  fake.books.variations.clear();
  fake.books.changes.length = 0;
  fake.outbox.length = 0;
  for (const table of [
    'stock_moves',
    'stock_checks',
    'stock_findings',
    'night_rounds',
    'square_variations',
    'square_catalogues',
  ])
    await database.pool.query(`DELETE FROM ${table}`);
  await database.pool.query('DELETE FROM orders');
  await database.pool.query('DELETE FROM reservations');
  await database.pool.query('DELETE FROM till_intents');
  await database.pool.query('DELETE FROM inventory');
  fake.books.variations.set('v-dune', { id: 'v-dune', upc: DUNE, name: 'Dune', priceCents: 1899, count: 5 });
  fake.books.variations.set('v-emma', { id: 'v-emma', sku: EMMA, name: 'Emma', priceCents: 901, count: 2 });
});

const desk = () => shelfDesk(shop, now);
async function square() {
  const found = await shop.tills.square(1);
  if (!found) throw new Error('the shop has no Square');
  return found;
}
const bring = async (since: string | null = null) =>
  importFromSquare(desk(), await square(), { id: 1, currency: 'USD' }, since);
const counts = async () =>
  Object.fromEntries(
    (await shop.services.stock.counts(1, [DUNE, EMMA])).map(({ isbn13, onHand, reserved }) => [
      isbn13,
      [onHand, reserved],
    ]),
  );
const keep = () => keepShelves(shop, now);
const findings = async () =>
  (await database.db.select().from(stockFindings)).map(({ ours, theirs, outcome }) => [ours, theirs, outcome]);

function later(ms: number): void {
  nowMs += ms;
}

describe('the first import', () => {
  test('brings books, prices, counts and which variation is which book', async () => {
    expect(await bring()).toMatchObject({ books: 2, mended: 2, bad: [] });
    const [book] = await shop.services.catalogue.get(1, [EMMA]);
    expect(book).toMatchObject({ title: 'Emma', priceCents: 901, onHand: 2 });
    const known = await database.db.select().from(squareVariations).where(eq(squareVariations.isbn13, DUNE));
    expect(known).toMatchObject([{ variationId: 'v-dune', isCounted: true }]);
  });

  test('twice changes nothing', async () => {
    await bring();
    expect(await bring()).toMatchObject({ books: 2, added: 0, changed: 0, mended: 0, later: 0 });
    expect(await findings()).toEqual([]);
  });

  test('names what looks like a book and is none, and passes over mugs', async () => {
    fake.books.variations.set('v-mug', { id: 'v-mug', sku: 'MUG', name: 'Mug', priceCents: 900, count: 1 });
    fake.books.variations.set('v-typo', {
      id: 'v-typo',
      upc: '9780441172710',
      name: 'Typo',
      priceCents: 900,
      count: 1,
    });
    fake.books.variations.set('v-free', {
      id: 'v-free',
      upc: '9780141439518',
      name: 'Free',
      priceCents: null,
      count: 1,
    });
    fake.books.variations.set('v-www', { id: 'v-www', upc: '9780141439600', name: 'a.co', priceCents: 1, count: 1 });
    fake.books.variations.set('v-twin', { id: 'v-twin', upc: EMMA, name: 'Emma again', priceCents: 900, count: 1 });
    const { books, bad } = await bring();
    expect(books).toBe(1);
    expect(bad).toEqual([
      { item: '"Typo" (v-typo)', reason: '9780441172710 looks like an ISBN-13, but its last digit is wrong' },
      { item: '"Free" (v-free)', reason: 'has no fixed price' },
      { item: '"a.co" (v-www)', reason: 'holds a web address' },
      { item: '"Emma" (v-emma)', reason: `claims ${EMMA}, and so does another variation` },
      { item: '"Emma again" (v-twin)', reason: `claims ${EMMA}, and so does another variation` },
    ]);
  });

  test('goes through all pages', async () => {
    for (let n = 0; n < 450; n += 1)
      fake.books.variations.set(`m${n}`, { id: `m${n}`, sku: `mug-${n}`, name: 'Mug', priceCents: 1, count: null });
    fake.books.variations.delete('v-dune');
    fake.books.variations.set('v-dune', { id: 'v-dune', upc: DUNE, name: 'Dune', priceCents: 1899, count: 5 });
    expect(await bring()).toMatchObject({ books: 2 });
  });
});

describe('a catalogue that changed', () => {
  test('is read from where it was read last: a new price, a book that is gone', async () => {
    await bring();
    const soon = new Date(Date.now() + 1_000).toISOString();
    Object.assign(dune(), { priceCents: 2099, updatedAt: soon });
    Object.assign(variation('v-emma'), { isDeleted: true, updatedAt: soon });
    await callForReading(database.db, 1, new Date(nowMs));
    fake.heard.length = 0;
    await keep();
    const [book] = await shop.services.catalogue.get(1, [DUNE]);
    expect(book?.priceCents).toBe(2099);
    const known = await database.db.select({ id: squareVariations.variationId }).from(squareVariations);
    expect(known).toEqual([{ id: 'v-dune' }]);
    fake.heard.length = 0;
    await keep();
    expect(fake.heard).toEqual([]);
  });
});

describe('what happens in our shop is told to Square', () => {
  beforeEach(() => bring());

  test('a shelf counted anew, and a difference, in that order', async () => {
    const { stock } = shop.services;
    await stock.adjust({ storeId: 1, isbn13: DUNE, onHand: 9 });
    await stock.adjust({ storeId: 1, isbn13: DUNE, delta: -2 });
    await stock.adjust({ storeId: 1, isbn13: DUNE, delta: 1 });
    await keep();
    expect([dune().count, fake.books.changes.length]).toEqual([8, 3]);
    expect(await counts()).toMatchObject({ [DUNE]: [8, 0] });
    await keep();
    expect(fake.books.changes).toHaveLength(3);
  });

  test('once, through an answer that was lost', async () => {
    fake.breakNext(/changes\/batch-create/, 'lost_answer');
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: 3 });
    await keep();
    later(MINUTE_MS);
    await keep();
    expect([dune().count, fake.books.changes.length]).toEqual([8, 1]);
  });

  test('after an outage, however long: none is lost, and none is told twice', async () => {
    fake.isDown = 503;
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: -1 });
    await shop.services.stock.adjust({ storeId: 1, isbn13: EMMA, onHand: 7 });
    await keep();
    await callForChecks(database.db, 1, ['v-dune'], new Date(nowMs));
    await keep(); // what Square has not heard of is not overwritten by what it says
    expect(await counts()).toEqual({ [DUNE]: [4, 0], [EMMA]: [7, 0] });
    fake.isDown = null;
    await database.pool.query(
      `UPDATE stock_moves SET occurred_at = occurred_at - interval '3 days', due_at = now() - interval '1 minute'`,
    );
    await keep();
    expect([dune().count, variation('v-emma').count]).toEqual([4, 7]);
    expect(fake.books.changes).toHaveLength(2);
  });

  test('what it will never take is set aside for a person, and holds nothing up', async () => {
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: 1 });
    fake.breakNext(/changes\/batch-create/, 400);
    await keep();
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: 1 });
    await keep();
    const moves = await database.db
      .select({ refused: stockMoves.refused })
      .from(stockMoves)
      .orderBy(stockMoves.position);
    expect([moves, dune().count]).toEqual([[{ refused: 'rejected' }, { refused: null }], 6]);
  });
});

/** A copy of Dune is promised to an order, and Square's link for it is open. */
async function sells(): Promise<{ link: { linkId: string }; order: LinkWish }> {
  const reservation = wish(1, [{ isbn13: DUNE, copies: 1 }], { expiresAt: new Date(Date.now() + 3_600_000) });
  await shop.services.stock.reserve(reservation);
  const lines = [{ isbn13: DUNE, title: 'Dune', copies: 1, priceCents: 1899 }];
  const order = {
    storeId: 1,
    orderId: reservation.orderId,
    revision: 1,
    lines,
    fulfillment: 'pickup' as const,
    addressId: null,
  };
  const till = await shop.tills.of(1);
  const answer = await openLink({ ...shop.services, till, now }, order);
  if (!('link' in answer)) throw new Error(answer.refused);
  return { link: answer.link, order };
}

const told = () => callForChecks(database.db, 1, ['v-dune'], new Date(nowMs));

/** The order as staff see it. */
async function stands({ storeId, orderId: id }: LinkWish, state: 'paid' | 'refundPending' | 'refunded'): Promise<void> {
  const sums = { totalCents: 1899, taxCents: 0, shippingCents: 0 };
  const said = { fulfillment: 'pickup', currency: 'USD', paymentStatus: 'paid' } as const;
  const at = { createdAt: new Date(nowMs), updatedAt: new Date(nowMs) };
  await database.db.insert(orders).values({ storeId, id, customerKey: randomUUID(), state, ...sums, ...said, ...at });
}

async function givesBack({ storeId, orderId }: LinkWish, paymentId: string): Promise<void> {
  const till = await shop.tills.of(storeId);
  await refund({ ...shop.services, till, now }, { storeId, orderId, paymentId, amountCents: 1899 });
}

describe('a sale', () => {
  beforeEach(() => bring());

  test('through Square lowers both counts once, whichever of its events comes first', async () => {
    const { link, order } = await sells();
    fake.pay(link.linkId);
    expect(dune().count).toBe(4);
    await told();
    await keep(); // its count came before its money
    expect(await counts()).toMatchObject({ [DUNE]: [5, 1] });
    await shop.services.stock.sell(order);
    expect(await counts()).toMatchObject({ [DUNE]: [4, 0] });
    await told();
    await keep();
    later(5 * MINUTE_MS);
    await keep();
    expect([await counts(), dune().count, fake.books.changes]).toEqual([{ [DUNE]: [4, 0], [EMMA]: [2, 0] }, 4, []]);
    expect(await findings()).toEqual([]);
  });

  test('of a book that Square did not know when its link was made is told to it', async () => {
    const row = { id: 'v-dune', upc: DUNE, name: 'Dune', priceCents: 1899, count: 5 };
    fake.books.variations.delete('v-dune');
    const { link, order } = await sells();
    fake.books.variations.set('v-dune', row);
    fake.pay(link.linkId);
    await shop.services.stock.sell(order);
    await keep();
    expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }]);
  });

  test('that is given up puts the copy back on both shelves', async () => {
    const { link, order } = await sells();
    fake.pay(link.linkId);
    await shop.services.stock.sell(order);
    await shop.services.stock.takeBack(order);
    await keep();
    expect([dune().count, await counts()]).toEqual([5, { [DUNE]: [5, 0], [EMMA]: [2, 0] }]);
  });

  test('that is called off before we made it puts the copy back at Square too, and a late one of ours is none', async () => {
    const { link, order } = await sells();
    fake.pay(link.linkId);
    await shop.services.stock.takeBack(order);
    expect(await shop.services.stock.sell(order)).toBe('sold_out');
    await shop.services.stock.undoSale(order);
    await shop.services.stock.takeBack(order);
    await keep();
    expect([dune().count, await counts()]).toEqual([5, { [DUNE]: [5, 0], [EMMA]: [2, 0] }]);
  });

  test.each<['made' | 'not made']>([['made'], ['not made']])(
    'that broke down, %s, and is made anew once staff let the order through, counts once on both shelves',
    async (before) => {
      const { link, order } = await sells();
      fake.pay(link.linkId);
      if (before === 'made') await shop.services.stock.sell(order);
      await shop.services.stock.undoSale(order);
      const anew = wish(1, [{ isbn13: DUNE, copies: 1 }], { expiresAt: new Date(Date.now() + 3_600_000) });
      await shop.services.stock.reserve({ ...anew, orderId: order.orderId });
      expect(await shop.services.stock.sell(order)).toBe('sold');
      await keep();
      expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }]);
    },
  );

  test.each(['not made', 'made'])(
    'that broke down, %s, is made of the same copies where they are free',
    async (before) => {
      const { link, order } = await sells();
      fake.pay(link.linkId);
      if (before === 'made') await shop.services.stock.sell(order);
      await shop.services.stock.undoSale(order);
      await stands(order, 'paid'); // staff let it through
      expect(await shop.services.stock.sell(order)).toBe('sold');
      expect(await shop.services.stock.sell(order)).toBe('sold');
      await keep();
      expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }]);
    },
  );

  test('whose money goes back before we made it puts the copy back at Square too, once', async () => {
    const { link, order } = await sells();
    const { id: paymentId } = fake.pay(link.linkId);
    await shop.services.stock.release(order);
    await stands(order, 'refundPending');
    for (let times = 0; times < 2; times += 1) await givesBack(order, paymentId);
    await keep();
    expect([dune().count, await counts()]).toEqual([5, { [DUNE]: [5, 0], [EMMA]: [2, 0] }]);
  });

  test.each(['refunded', 'refundPending'] as const)(
    'that we never made puts the copy back at Square too, once, when its order stands as %s',
    async (state) => {
      const { link, order } = await sells();
      fake.pay(link.linkId);
      await shop.services.stock.release(order);
      await stands(order, state);
      const { orderId } = order;
      for (let times = 0; times < 2; times += 1)
        await run(releaseStock, { orderId }, shop.services, asked(1, 'order', orderId));
      await keep();
      expect([dune().count, await counts()]).toEqual([5, { [DUNE]: [5, 0], [EMMA]: [2, 0] }]);
    },
  );

  test('whose money goes back, and not the book, leaves the copy with who has it', async () => {
    const { link, order } = await sells();
    const { id: paymentId } = fake.pay(link.linkId);
    await shop.services.stock.sell(order);
    await stands(order, 'refundPending');
    await givesBack(order, paymentId);
    await keep();
    expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }]);
  });

  test('that stands while a second payment of it goes back is made all the same', async () => {
    const { link, order } = await sells();
    const { id: paymentId } = fake.pay(link.linkId);
    await stands(order, 'paid');
    await givesBack(order, paymentId);
    expect(await shop.services.stock.sell(order)).toBe('sold');
    await keep();
    expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }]);
  });

  test('that Square has made and we not yet takes no copy from the next customer, and hides none that is gone', async () => {
    fake.sellAtCounter(dune(), 3);
    await told();
    await keep();
    fake.pay((await sells()).link.linkId); // staff are to look at it: its copy stays promised here for days
    const next = await sells();
    expect([await counts(), dune().count]).toEqual([{ [DUNE]: [2, 2], [EMMA]: [2, 0] }, 1]);
    await shop.services.stock.release(next.order);
    fake.sellAtCounter(dune());
    await expect(sells()).rejects.toThrow('sold_out');
  });

  test('that Square has made and we not yet counts once, also where staff count the shelf in between', async () => {
    const { link, order } = await sells();
    fake.pay(link.linkId);
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, onHand: 5 }); // the copy is still there
    await keep();
    expect([dune().count, await counts()]).toEqual([4, { [DUNE]: [5, 1], [EMMA]: [2, 0] }]);
    await shop.services.stock.sell(order);
    later(5 * MINUTE_MS);
    await told();
    await keep();
    expect([dune().count, await counts(), await findings()]).toEqual([4, { [DUNE]: [4, 0], [EMMA]: [2, 0] }, []]);
  });

  test('at the counter lowers ours, and a copy that is promised to somebody stays promised', async () => {
    fake.sellAtCounter(dune(), 4);
    await told();
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [1, 0] });
    await sells();
    fake.sellAtCounter(dune());
    await told();
    await keep();
    expect([await counts(), await findings()]).toEqual([
      { [DUNE]: [1, 1], [EMMA]: [2, 0] },
      [
        [5, 1, 'mended'],
        [1, 0, 'promised'],
      ],
    ]);
  });
});

describe('while a book is looked at', () => {
  beforeEach(() => bring());

  /** The work's own way to the database, where one thing after the other happens right before the next statement that fits. */
  function interrupted(...steps: ReadonlyArray<[statement: RegExp, happens: () => Promise<unknown>]>) {
    const due = [...steps];
    const query = async (asked: { text: string }, values?: unknown[]) => {
      if (due[0]?.[0].test(asked.text)) await due.shift()?.[1]();
      return database.pool.query(asked, values);
    };
    const pool = new Proxy(database.pool, {
      get: (real, name): unknown => (name === 'query' ? query : Reflect.get(real, name)),
    });
    return { ...desk(), db: openDb(pool) };
  }
  /** What is asked right after Square has said its count. */
  const COUNTED = /"reservations"."updated_at"/;
  const look = (by: ShelfDesk) => settleChecks(by, 10);

  test('a copy that comes back is not taken off again', async () => {
    const { link, order } = await sells();
    fake.pay(link.linkId);
    await shop.services.stock.sell(order);
    await callForChecks(database.db, 1, ['v-dune'], new Date(nowMs));
    const comesBack = () => shop.services.stock.takeBack(order);
    await look(interrupted([/from "inventory"/, comesBack], [COUNTED, () => sendMoves(desk(), 10)]));
    expect(await counts()).toMatchObject({ [DUNE]: [5, 0] });
    await keep();
    expect([dune().count, await findings()]).toEqual([5, []]);
  });

  test('what Square hears of only after it has counted is not taken off again', async () => {
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: 1 });
    const told = interrupted([/from "stock_moves"/, () => sendMoves(desk(), 10)]);
    await importFromSquare(told, await square(), { id: 1, currency: 'USD' }, null);
    expect([await counts(), dune().count, await findings()]).toEqual([{ [DUNE]: [6, 0], [EMMA]: [2, 0] }, 6, []]);
  });

  test('what staff count on the shelf meanwhile stands', async () => {
    dune().count = 3;
    await callForChecks(database.db, 1, ['v-dune'], new Date(nowMs));
    const recount = async () => {
      await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, onHand: 5 });
      await sendMoves(desk(), 10);
    };
    await look(interrupted([COUNTED, recount]));
    expect([await counts(), await findings()]).toEqual([{ [DUNE]: [5, 0], [EMMA]: [2, 0] }, []]);
    await keep();
    expect(dune().count).toBe(5);
  });
});

describe('what Square cannot know yet', () => {
  beforeEach(() => bring());

  /** A customer took a copy that was kept for them; nobody has rung it up. */
  async function handsOver(): Promise<void> {
    nowMs = Date.now(); // the database says when it was
    const hold = wish(1, [{ isbn13: DUNE, copies: 1 }], { expiresAt: new Date(nowMs + 3_600_000) });
    await shop.services.stock.reserve(hold);
    await shop.services.stock.sell(hold);
  }
  async function looks(): Promise<void> {
    await told();
    await keep();
  }

  test('a copy that was handed over stays off our shelf until the counter has had its time', async () => {
    await handsOver();
    await looks();
    later(9 * MINUTE_MS);
    await looks();
    expect([await counts(), await findings()]).toEqual([{ [DUNE]: [4, 0], [EMMA]: [2, 0] }, []]);
    later(2 * MINUTE_MS);
    await keep(); // without anybody's call
    expect([await counts(), await findings()]).toEqual([{ [DUNE]: [5, 0], [EMMA]: [2, 0] }, [[4, 5, 'mended']]]);
  });

  test('and what comes in at Square meanwhile is ours at once, but for that copy', async () => {
    await handsOver();
    dune().count = 8;
    await looks();
    expect(await counts()).toMatchObject({ [DUNE]: [7, 0] });
    later(11 * MINUTE_MS);
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [8, 0] });
  });

  test('and what the counter sells to others meanwhile leaves our shelf at once', async () => {
    await handsOver();
    fake.sellAtCounter(dune(), 3);
    await looks();
    expect(await counts()).toMatchObject({ [DUNE]: [2, 0] });
    fake.sellAtCounter(dune()); // the copy that was handed over
    await looks();
    expect(await counts()).toMatchObject({ [DUNE]: [1, 0] });
  });

  test('what it was told and does not show at once stays as we have it', async () => {
    await shop.services.stock.adjust({ storeId: 1, isbn13: DUNE, delta: 1 });
    await shop.services.stock.adjust({ storeId: 1, isbn13: EMMA, onHand: 0 });
    await keep();
    dune().count = 5;
    variation('v-emma').count = 2;
    await callForChecks(database.db, 1, ['v-dune', 'v-emma'], new Date(nowMs));
    await keep();
    expect([await counts(), await findings()]).toEqual([{ [DUNE]: [6, 0], [EMMA]: [0, 0] }, []]);
    later(3 * MINUTE_MS);
    await keep();
    expect(await counts()).toEqual({ [DUNE]: [5, 0], [EMMA]: [2, 0] });
  });
});

describe('the night', () => {
  beforeEach(() => bring());
  const threeInTheMorning = Date.parse('2030-11-24T08:10:00.000Z'); // in New York

  test('names and mends what differs, once, however many processes there are', async () => {
    dune().count = 3;
    nowMs = threeInTheMorning;
    await Promise.all([keep(), keep(), keep()]);
    expect([await counts(), await findings()]).toEqual([{ [DUNE]: [3, 0], [EMMA]: [2, 0] }, [[5, 3, 'mended']]]);
    dune().count = 2;
    later(MINUTE_MS);
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [3, 0] });
    nowMs += 24 * 60 * MINUTE_MS;
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [2, 0] });
    const rounds = await database.db.select({ night: nightRounds.night, result: nightRounds.result }).from(nightRounds);
    expect(rounds).toMatchObject([
      { night: '2030-11-24', result: { mended: 1 } },
      { night: '2030-11-25', result: { mended: 1 } },
    ]);
  });

  test('is left alone by day', async () => {
    nowMs = Date.parse('2030-11-24T17:00:00.000Z');
    fake.heard.length = 0;
    await keep();
    expect(fake.heard).toEqual([]);
  });

  test('one that died in the middle is done again an hour later', async () => {
    nowMs = threeInTheMorning;
    fake.breakNext(/catalog\/search/, 400);
    await keep().catch(() => undefined);
    dune().count = 1;
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [5, 0] });
    nowMs += 61 * MINUTE_MS;
    await keep();
    expect(await counts()).toMatchObject({ [DUNE]: [1, 0] });
  });
});
