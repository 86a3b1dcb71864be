// The actors of stock and till: success, refusal, a passing failure, and the same command twice.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { cancelPaymentLink } from '../../actors/cancel-payment-link.ts';
import { createPaymentLink } from '../../actors/create-payment-link.ts';
import { joinWaitlist } from '../../actors/join-waitlist.ts';
import { receiveStock } from '../../actors/receive-stock.ts';
import { refundPayment } from '../../actors/refund-payment.ts';
import { releaseStock } from '../../actors/release-stock.ts';
import { reserveStock } from '../../actors/reserve-stock.ts';
import { sellStock } from '../../actors/sell-stock.ts';
import type { Services } from '../../actors/services.ts';
import { books } from '../../schema/books.ts';
import { tillLinks, tillRefunds } from '../../schema/commerce.ts';
import type { Till } from '../../src/commerce/till.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { useDatabase } from '../harness/database.ts';
import { openCounter, press, PUBLIC_URL, tillsOf } from './counter.ts';
import type { TestCounter } from './counter.ts';
import { asked, run, servicesOf, undo } from './running.ts';
import type { Asked } from './running.ts';
import { DUNE, keepOrder, NOON, openShop, shelve } from './shop.ts';

const database = useDatabase();
let storeId = 0;
let orderId = '';
let order: Asked;
let counter: TestCounter;
let services: Services;

const duneTwice = [{ isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899 }];
const reservation = () => ({ orderId, lines: duneTwice, untilMs: NOON.getTime() + 1000 });
const linkInput = () => ({
  orderId,
  revision: 1,
  lines: duneTwice,
  fulfillment: 'shipping' as const,
  addressId: randomUUID(),
});
const counts = async () => (await counter.stock.counts(storeId, [DUNE]))[0];

/** A command of the same order that is not the one before. */
const next = () => asked(storeId, 'order', orderId);

beforeEach(async () => {
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  orderId = randomUUID();
  order = next();
  counter = openCounter(database.db);
  services = servicesOf(counter);
});

/** Services whose database is out of reach. */
function unreachable(): Services {
  const down = () => Promise.reject(new Error('connection refused'));
  return { ...services, stock: { ...counter.stock, reserve: down, release: down, sell: down } };
}

/** A till that does what it is asked and then loses its answer, once. */
function forgetful(till: Till): Till {
  const losing = <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) => {
    let lost = false;
    return async (...args: Args): Promise<Answer> => {
      const answer = await call(...args);
      if (lost) return answer;
      lost = true;
      throw new Error('socket hang up');
    };
  };
  const { createLink, cancelLink, refund } = till;
  return { ...till, createLink: losing(createLink), cancelLink: losing(cancelLink), refund: losing(refund) };
}

describe('reserveStock', () => {
  test('promises the copies, once per command', async () => {
    const first = await run(reserveStock, reservation(), services, order);
    expect(first).toEqual({ reservationId: order.commandId });
    expect(await run(reserveStock, reservation(), services, order)).toEqual(first);
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 3, reserved: 2 });
  });

  test('refuses with the counts that fell short', async () => {
    await counter.stock.adjust({ storeId, isbn13: DUNE, onHand: 1 });
    const short = [{ isbn13: DUNE, onHand: 1, reserved: 0 }];
    expect(await run(reserveStock, reservation(), services, order)).toEqual({ refused: 'sold_out', data: short });
  });

  test('once refused, an attempt that stood still reserves nothing, whatever came in meanwhile', async () => {
    await counter.stock.adjust({ storeId, isbn13: DUNE, onHand: 1 });
    expect(await run(reserveStock, reservation(), services, order)).toMatchObject({ refused: 'sold_out' });
    await counter.stock.adjust({ storeId, isbn13: DUNE, onHand: 9 });
    expect(await run(reserveStock, reservation(), services, order)).toEqual({ permanent: 'rejected' });
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 9, reserved: 0 });
  });

  test('a database out of reach may pass', async () => {
    expect(await run(reserveStock, reservation(), unreachable(), order)).toBe('transient');
  });

  test('undone before it ran, it reserves nothing any more', async () => {
    await undo(reserveStock, reservation(), services, order);
    expect(await run(reserveStock, reservation(), services, order)).toEqual({ permanent: 'rejected' });
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 3, reserved: 0 });
  });

  test('undoing one command leaves what a later one reserved', async () => {
    await run(reserveStock, reservation(), services, order);
    await run(reserveStock, reservation(), services, next());
    await undo(reserveStock, reservation(), services, order);
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 3, reserved: 2 });
  });
});

describe('releaseStock and sellStock', () => {
  beforeEach(() => run(reserveStock, reservation(), services, order));

  test('giving back twice gives back once', async () => {
    expect(await run(releaseStock, { orderId }, services, next())).toEqual({});
    expect(await run(releaseStock, { orderId }, services, next())).toEqual({});
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 3, reserved: 0 });
  });

  test('selling twice sells once', async () => {
    expect(await run(sellStock, { orderId }, services, next())).toEqual({});
    expect(await run(sellStock, { orderId }, services, next())).toEqual({});
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 1, reserved: 0 });
  });

  test('selling what has lapsed and is gone is refused', async () => {
    await run(releaseStock, { orderId }, services, next());
    await counter.stock.adjust({ storeId, isbn13: DUNE, onHand: 1 });
    expect(await run(sellStock, { orderId }, services, next())).toEqual({ refused: 'sold_out', data: null });
  });

  test('a database out of reach may pass', async () => {
    expect(await run(releaseStock, { orderId }, unreachable(), next())).toBe('transient');
    expect(await run(sellStock, { orderId }, unreachable(), next())).toBe('transient');
  });
});

describe('G6 createPaymentLink', () => {
  const totals = { totalCents: 3798 + 252 + 800, taxCents: 252, shippingCents: 800 };
  beforeEach(() => run(reserveStock, reservation(), services, order));

  test('charges goods, tax on goods, and flat shipping; the same link for the same revision', async () => {
    const input = linkInput();
    const answers = [
      await run(createPaymentLink, input, services, next()),
      await run(createPaymentLink, input, services, next()),
    ];
    const [link] = await database.db.select({ id: tillLinks.id }).from(tillLinks);
    const expected = { linkId: link?.id, url: `${PUBLIC_URL}/till/${link?.id}`, ...totals };
    expect(answers).toEqual([expected, expected]);
  });

  test('ten attempts at once make one link', async () => {
    const input = linkInput();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => run(createPaymentLink, input, services, next())),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await database.db.$count(tillLinks)).toBe(1);
  });

  test('refuses when the price has changed, and says the price of now', async () => {
    await database.db.update(books).set({ priceCents: 1999 }).where(eq(books.isbn13, DUNE));
    const data = { refused: 'price_changed', isbn13: DUNE, priceCents: 1999, by: 'shop' };
    expect(await run(createPaymentLink, linkInput(), services, next())).toEqual({ refused: 'price_changed', data });
  });

  test('once refused, it is refused again, and an attempt that stood still in between opens no link', async () => {
    let goesOn = () => {};
    const moved = new Promise<void>((resolve) => (goesOn = resolve));
    const looked = vi.fn<() => void>();
    const slow = {
      ...counter.till,
      lookUp: async (...asked: Parameters<Till['lookUp']>) => {
        const shelf = await counter.till.lookUp(...asked);
        looked();
        await moved;
        return shelf;
      },
    };
    const input = linkInput();
    const stalled = run(createPaymentLink, input, { ...services, tills: tillsOf(slow) }, order);
    await vi.waitFor(() => expect(looked).toHaveBeenCalled());
    await database.db.update(books).set({ priceCents: 1999 }).where(eq(books.isbn13, DUNE));
    const refusal = { refused: 'price_changed', data: expect.objectContaining({ priceCents: 1999 }) };
    expect(await run(createPaymentLink, input, services, order)).toEqual(refusal);
    expect(await run(createPaymentLink, input, services, order)).toEqual(refusal);
    goesOn();
    expect(await stalled).toEqual({ permanent: 'rejected' });
    expect(await database.db.$count(tillLinks)).toBe(0);
  });

  test('a link that another attempt asked for while this one looked stands', async () => {
    const input = linkInput();
    const changed = {
      ...counter.till,
      lookUp: async () => {
        await run(createPaymentLink, input, services, order);
        return [{ isbn13: DUNE, priceCents: 1999, copies: null, catalogId: 'v1' }];
      },
    };
    expect(await run(createPaymentLink, input, { ...services, tills: tillsOf(changed) }, order)).toMatchObject(totals);
    const links = await database.db.select({ state: tillLinks.state }).from(tillLinks);
    expect(links).toEqual([{ state: 'open' }]);
  });

  test('refuses when the copies are neither held nor free', async () => {
    await run(releaseStock, { orderId }, services, next());
    await counter.stock.adjust({ storeId, isbn13: DUNE, onHand: 1 });
    expect(await run(createPaymentLink, linkInput(), services, next())).toEqual({ refused: 'sold_out', data: null });
  });

  test('an answer that got lost is asked for again with the frozen request, whatever the price has become', async () => {
    const input = linkInput();
    const flaky = { ...services, tills: tillsOf(forgetful(counter.till)) };
    expect(await run(createPaymentLink, input, flaky, order)).toBe('transient');
    await database.db.update(books).set({ priceCents: 1999 }).where(eq(books.isbn13, DUNE));
    expect(await run(createPaymentLink, input, flaky, order)).toMatchObject(totals);
    expect(await database.db.$count(tillLinks)).toBe(1);
  });

  test('undone after its answer got lost, the link takes no money', async () => {
    const input = linkInput();
    await run(createPaymentLink, input, { ...services, tills: tillsOf(forgetful(counter.till)) }, order);
    await undo(createPaymentLink, input, services, order);
    const links = await database.db.select({ state: tillLinks.state }).from(tillLinks);
    expect(links).toEqual([{ state: 'cancelled' }]);
    expect(await run(createPaymentLink, input, services, order)).toEqual({ permanent: 'rejected' });
  });

  test('undone before it ran, there is no link and never will be', async () => {
    await undo(createPaymentLink, linkInput(), services, order);
    expect(await run(createPaymentLink, linkInput(), services, order)).toEqual({ permanent: 'rejected' });
    expect(await database.db.$count(tillLinks)).toBe(0);
  });

  test('a hold has no link', () => {
    expect(createPaymentLink.durable.input.safeParse({ ...linkInput(), fulfillment: 'hold' }).success).toBe(false);
  });
});

describe('G6 cancelPaymentLink and refundPayment', () => {
  let linkId = '';
  beforeEach(async () => {
    await run(reserveStock, reservation(), services, order);
    await run(createPaymentLink, linkInput(), services, next());
    const [link] = await database.db.select({ id: tillLinks.id }).from(tillLinks);
    linkId = link?.id ?? '';
  });

  async function payment(): Promise<{ orderId: string; paymentId: string; amountCents: number }> {
    await press(counter, { linkId, url: '', reference: linkId, totalCents: 0, taxCents: 0, shippingCents: 0 });
    const found = (await counter.till.getLink({ storeId, linkId, reference: linkId })).payment;
    return { orderId, paymentId: found?.paymentId ?? '', amountCents: found?.amountCents ?? 0 };
  }

  test('closing a link twice closes it', async () => {
    const flaky = { ...services, tills: tillsOf(forgetful(counter.till)) };
    expect(await run(cancelPaymentLink, { orderId, linkId }, flaky, order)).toBe('transient');
    expect(await run(cancelPaymentLink, { orderId, linkId }, flaky, order)).toEqual({ paid: false });
    expect((await counter.till.getLink({ storeId, linkId, reference: linkId })).state).toBe('cancelled');
  });

  test('closing a link that was paid first says so and leaves the money', async () => {
    await payment();
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order)).toEqual({ paid: true });
  });

  test("another order's link is not closed", async () => {
    const stranger = asked(storeId, 'order', randomUUID());
    expect(await run(cancelPaymentLink, { orderId: stranger.key, linkId }, services, stranger)).toEqual({
      permanent: 'rejected',
    });
    expect((await counter.till.getLink({ storeId, linkId, reference: linkId })).state).toBe('open');
  });

  test('a link that the till does not know cannot be closed', async () => {
    const unknown = { orderId, linkId: randomUUID() };
    expect(await run(cancelPaymentLink, unknown, services, order)).toEqual({ permanent: 'rejected' });
  });

  test('money goes back once, also when the till lost its answer', async () => {
    const paid = await payment();
    const flaky = { ...services, tills: tillsOf(forgetful(counter.till)) };
    expect(await run(refundPayment, paid, flaky, order)).toBe('transient');
    const again = await run(refundPayment, paid, flaky, order);
    const { orderId: _order, ...money } = paid;
    expect(again).toEqual({ refundId: expect.stringMatching(/^refund-r-/), status: 'completed', ...money });
    expect(await run(refundPayment, paid, services, next())).toEqual(again);
    const refunds = await database.db.select({ amountCents: tillRefunds.amountCents }).from(tillRefunds);
    expect(refunds).toEqual([{ amountCents: 4850 }]);
  });

  test('as much of one payment goes back a second time where the first time is known, and once each', async () => {
    const half = { ...(await payment()), amountCents: 2000 };
    const first = await run(refundPayment, half, services, next());
    expect(await run(refundPayment, half, services, next())).toEqual(first);
    const second = await run(refundPayment, { ...half, earlier: ['first'] }, services, next());
    expect(await run(refundPayment, { ...half, earlier: ['first'] }, services, next())).toEqual(second);
    const refunds = await database.db.select({ amountCents: tillRefunds.amountCents }).from(tillRefunds);
    expect(refunds).toEqual([{ amountCents: 2000 }, { amountCents: 2000 }]);
  });

  test('never more than was paid, in one refund or in several', async () => {
    const paid = await payment();
    const greedy = { ...paid, amountCents: paid.amountCents + 1 };
    expect(await run(refundPayment, greedy, services, order)).toEqual({ permanent: 'rejected' });
    expect(await run(refundPayment, { ...paid, amountCents: 1 }, services, next())).toMatchObject({
      status: 'completed',
    });
    expect(await run(refundPayment, paid, services, next())).toEqual({ permanent: 'rejected' });
    expect((await counter.till.getPayment({ storeId, paymentId: paid.paymentId }))?.refundedCents).toBe(1);
  });

  test("another order's payment is not refunded", async () => {
    const paid = { ...(await payment()), orderId: randomUUID() };
    const stranger = asked(storeId, 'order', paid.orderId);
    expect(await run(refundPayment, paid, services, stranger)).toEqual({ permanent: 'rejected' });
  });
});

test('nobody but the order itself moves its stock and money', async () => {
  const customer = asked(storeId, 'customer', randomUUID());
  const other = asked(storeId, 'order', randomUUID());
  const unauthorised = { permanent: 'unauthorised' };
  for (const who of [customer, other]) {
    expect(await run(reserveStock, reservation(), services, who)).toEqual(unauthorised);
    expect(await run(releaseStock, { orderId }, services, who)).toEqual(unauthorised);
    expect(await run(sellStock, { orderId }, services, who)).toEqual(unauthorised);
    expect(await run(createPaymentLink, linkInput(), services, who)).toEqual(unauthorised);
    expect(await run(cancelPaymentLink, { orderId, linkId: 'x' }, services, who)).toEqual(unauthorised);
    expect(await run(refundPayment, { orderId, paymentId: 'x', amountCents: 1 }, services, who)).toEqual(unauthorised);
  }
});

test('the keys that a provider sees are stable and at most 45 characters', () => {
  const input = { ...linkInput(), orderId: '0197a000-0000-7000-8000-000000000001', revision: 99_999 };
  expect(createPaymentLink.durable.key?.(input, '')).toBe('0197a000-0000-7000-8000-000000000001-99999-l');
  const refund = { orderId: input.orderId, paymentId: 'p'.repeat(192), amountCents: 1 };
  expect(refundPayment.durable.key?.(refund, '')).toMatch(/^r-[\w-]{39}$/);
});

test('copies that were ordered in come in once, also when staff say so again after a breakdown', async () => {
  const catalogue = createCatalogue({ db: database.db });
  const input = { ...reservation(), lines: duneTwice };
  const shop = { ...services, catalogue };
  await run(receiveStock, input, shop, order);
  expect(await run(receiveStock, input, shop, next())).toEqual({ reservationId: order.commandId });
  expect(await counts()).toEqual({ isbn13: DUNE, onHand: 5, reserved: 2 });
});

test.each([
  { state: 'ordered', reserved: 2 },
  { state: 'held', reserved: 2 },
  { state: 'ready', reserved: 2 },
  { state: 'cancelled', reserved: 0 },
  { state: 'refundPending', reserved: 0 },
] as const)(
  'an arrival of which nobody heard, of an order that is $state by now: $reserved stay promised',
  async (now) => {
    const shop = { ...services, catalogue: createCatalogue({ db: database.db }) };
    await run(receiveStock, reservation(), shop, order);
    await keepOrder(database.db, storeId, orderId, now.state);
    await undo(receiveStock, reservation(), shop, order);
    expect(await counts()).toEqual({ isbn13: DUNE, onHand: 5, reserved: now.reserved });
  },
);

describe('joinWaitlist', () => {
  const book = { isbn13: DUNE, title: 'Dune' };
  let shop: Services;
  let reader: Asked;
  const standThere = (onHand: number) => counter.stock.adjust({ storeId, isbn13: DUNE, onHand });
  const standing = async () => (await shop.waitlist.of(storeId, reader.key)).map(({ state }) => state);

  beforeEach(async () => {
    await standThere(0);
    shop = { ...services, catalogue: createCatalogue({ db: database.db }) };
    reader = asked(storeId, 'customer', randomUUID());
  });

  test('takes a place in line, once per command', async () => {
    expect([await run(joinWaitlist, book, shop, reader), await run(joinWaitlist, book, shop, reader)]).toEqual([
      null,
      null,
    ]);
    expect(await standing()).toEqual(['waiting']);
  });

  test('given back before it was taken, it is never taken', async () => {
    await undo(joinWaitlist, book, shop, reader);
    expect(await run(joinWaitlist, book, shop, reader)).toEqual({ permanent: 'rejected' });
    expect(await standing()).toEqual([]);
  });

  test('refused since a copy came, what an earlier attempt took is given back, and a stalled one takes nothing', async () => {
    await run(joinWaitlist, book, shop, reader);
    await standThere(1);
    expect(await run(joinWaitlist, book, shop, reader)).toMatchObject({ refused: 'in_stock' });
    await standThere(0);
    expect(await run(joinWaitlist, book, shop, reader)).toEqual({ permanent: 'rejected' });
    expect(await standing()).toEqual(['lapsed']);
  });
});
