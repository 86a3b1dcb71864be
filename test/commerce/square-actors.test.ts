// The order's actors with Square as the till: success, refusal, a passing failure and the same command twice; after each
// of them Square has one order, one link and one refund per intent.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelPaymentLink } from '../../actors/cancel-payment-link.ts';
import { createPaymentLink } from '../../actors/create-payment-link.ts';
import { refundPayment } from '../../actors/refund-payment.ts';
import { reserveStock } from '../../actors/reserve-stock.ts';
import { sellStock } from '../../actors/sell-stock.ts';
import { tellTill } from '../../actors/tell-till.ts';
import type { Services } from '../../actors/services.ts';
import { PaymentLink } from '../../schema/order.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import type { Till } from '../../src/commerce/till.ts';
import { backoffMs, DEFAULT_RETRY } from '../../src/runtime/perform.ts';
import { FakeSquare } from '../fakes/square.ts';
import type { SquareFault } from '../fakes/square.ts';
import { useDatabase } from '../harness/database.ts';
import { openCounter, tillsOf } from './counter.ts';
import type { TestCounter } from './counter.ts';
import { asked, run, servicesOf, undo } from './running.ts';
import { DUNE, HOUR_MS, NOON, openShop, shelve } from './shop.ts';
import { patienceWith, squareTill } from './square-counter.ts';

const database = useDatabase();
let fake: FakeSquare;
let storeId = 0;
let orderId = '';
let services: Services;
let counter: TestCounter;

const lines = [{ isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899 }];
const wish = () => ({ orderId, revision: 1, lines, fulfillment: 'pickup' as const, addressId: null });
const order = (key = orderId) => asked(storeId, 'order', key);

beforeEach(async () => {
  fake = await new FakeSquare().start();
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  orderId = randomUUID();
  counter = openCounter(database.db);
  openAt(squareTill(fake));
  await run(reserveStock, { orderId, lines, untilMs: NOON.getTime() + HOUR_MS }, services, order());
});
afterEach(() => fake.stop());

function openAt(till: Till): void {
  services = servicesOf(counter, { tills: tillsOf(till), catalogue: createCatalogue({ db: database.db }) });
}

/** The next request of that kind meets this. */
function breakNext(what: RegExp, fault: SquareFault): void {
  openAt(squareTill(fake, patienceWith(fault)));
  fake.breakNext(what, fault);
}

/** How many of each there are at Square, cancelled ones apart. */
function atSquare() {
  const states = [...fake.books.orders.values()].map(({ state }) => state);
  const open = states.filter((state) => state !== 'CANCELED').length;
  return { open, cancelled: states.length - open, links: fake.books.links.size, refunds: fake.books.refunds.size };
}

async function linked() {
  return PaymentLink.parse(await run(createPaymentLink, wish(), services, order()));
}

const FAULTS: SquareFault[] = ['lost_answer', 'hang', 'cut', 'html', 429, 500, 503];

describe('createPaymentLink at Square', () => {
  test('is one order and one link, however often it runs', async () => {
    const link = await linked();
    expect(link).toMatchObject({ totalCents: 3798 + 252, taxCents: 252, shippingCents: 0 });
    expect(await linked()).toEqual(link);
    expect(atSquare()).toEqual({ open: 1, cancelled: 0, links: 1, refunds: 0 });
  });

  test.each(FAULTS)('after %s may pass, and then is one order and one link', async (fault) => {
    breakNext(/payment-links/, fault);
    expect(await run(createPaymentLink, wish(), services, order())).toBe('transient');
    await linked();
    expect(atSquare()).toEqual({ open: 1, cancelled: 0, links: 1, refunds: 0 });
  });

  test('the request that was frozen is sent again, whatever Square’s catalogue says meanwhile', async () => {
    fake.breakNext(/payment-links/, 'lost_answer');
    expect(await run(createPaymentLink, wish(), services, order())).toBe('transient');
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: 3 });
    await linked();
    expect(atSquare()).toEqual({ open: 1, cancelled: 0, links: 1, refunds: 0 });
  });

  test('a book of Square’s catalogue is sold from there: Square counts its copies, and we ours, once', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: 3 });
    const { linkId } = await linked();
    fake.pay(linkId);
    await run(sellStock, { orderId }, services, order());
    expect(fake.books.variations.get('v1')?.count).toBe(1);
    expect(await services.stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 1, reserved: 0 }]);
  });

  test('refuses with Square’s price where that is another, and quotes it from then on', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 2099, count: 3 });
    const refusal = await run(createPaymentLink, wish(), services, order());
    const data = { refused: 'price_changed', isbn13: DUNE, priceCents: 2099, by: 'till' };
    expect(refusal).toEqual({ refused: 'price_changed', data });
    const [book] = await services.catalogue.get(storeId, [DUNE]);
    expect({ title: book?.title, priceCents: book?.priceCents }).toEqual({ title: 'Dune', priceCents: 2099 });
    expect(atSquare()).toEqual({ open: 0, cancelled: 0, links: 0, refunds: 0 });
  });

  test('refuses where Square has fewer copies than are promised', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: 1 });
    expect(await run(createPaymentLink, wish(), services, order())).toEqual({ refused: 'sold_out', data: null });
    expect(atSquare().open).toBe(0);
  });

  test('copies that nobody counts at Square are no obstacle', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: null });
    await linked();
    expect([...fake.books.orders.values()].map((one) => one.line_items)).toEqual([
      [{ catalog_object_id: 'v1', quantity: '2' }],
    ]);
  });

  test.each(['lost_answer', 'cut'] as const)('undone after %s, nothing can be paid any more', async (fault) => {
    breakNext(/payment-links/, fault);
    expect(await run(createPaymentLink, wish(), services, order())).toBe('transient');
    await undo(createPaymentLink, wish(), services, order());
    await undo(createPaymentLink, wish(), services, order());
    expect(await run(createPaymentLink, wish(), services, order())).toEqual({ permanent: 'rejected' });
    expect(atSquare()).toEqual({ open: 0, cancelled: 1, links: 0, refunds: 0 });
  });

  test('undone after Square’s price moved, it is closed by then, and nothing is left to do', async () => {
    const variation = { id: 'v1', upc: DUNE, priceCents: 1899, count: 3 };
    fake.books.variations.set('v1', variation);
    fake.breakNext(/payment-links/, () => void fake.books.variations.set('v1', { ...variation, priceCents: 2099 }));
    await run(createPaymentLink, wish(), services, order());
    await undo(createPaymentLink, wish(), services, order());
    expect(atSquare()).toMatchObject({ open: 0, links: 0 });
  });

  test('a wrong access token is a permanent failure of its own', async () => {
    fake.breakNext(/payment-links/, 401);
    expect(await run(createPaymentLink, wish(), services, order())).toEqual({ permanent: 'unauthorised' });
  });
});

describe('cancelPaymentLink at Square', () => {
  test('closes order and link, also twice', async () => {
    const { linkId } = await linked();
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toEqual({ paid: false });
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toEqual({ paid: false });
    expect(atSquare()).toEqual({ open: 0, cancelled: 1, links: 0, refunds: 0 });
  });

  test('says that it was paid meanwhile', async () => {
    const { linkId } = await linked();
    fake.breakNext(/^PUT/, () => void fake.pay(linkId));
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toBe('transient');
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toEqual({ paid: true });
    expect(atSquare()).toMatchObject({ open: 1, cancelled: 0 });
  });

  test.each(FAULTS)('after %s may pass, and then is closed', async (fault) => {
    const { linkId } = await linked();
    breakNext(/^PUT/, fault);
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toBe('transient');
    expect(await run(cancelPaymentLink, { orderId, linkId }, services, order())).toEqual({ paid: false });
    expect(atSquare()).toEqual({ open: 0, cancelled: 1, links: 0, refunds: 0 });
  });

  test('another order’s link is not closed', async () => {
    const { linkId } = await linked();
    const stranger = randomUUID();
    expect(await run(cancelPaymentLink, { orderId: stranger, linkId }, services, order(stranger))).toEqual({
      permanent: 'rejected',
    });
    expect(atSquare().open).toBe(1);
  });
});

describe('refundPayment at Square', () => {
  async function paid() {
    const { linkId, totalCents: amountCents } = await linked();
    return { orderId, paymentId: fake.pay(linkId).id, amountCents };
  }

  test.each(FAULTS)('after %s may pass, and then pays back once', async (fault) => {
    const wanted = await paid();
    breakNext(/refunds/, fault);
    expect(await run(refundPayment, wanted, services, order())).toBe('transient');
    const refund = await run(refundPayment, wanted, services, order());
    const { orderId: _order, ...money } = wanted;
    expect(refund).toEqual({ refundId: [...fake.books.refunds.keys()][0], status: 'pending', ...money });
    expect(await run(refundPayment, wanted, services, order())).toEqual(refund);
    expect(atSquare().refunds).toBe(1);
  });

  test('never more than was paid', async () => {
    const wanted = await paid();
    const greedy = { ...wanted, amountCents: wanted.amountCents + 1 };
    expect(await run(refundPayment, greedy, services, order())).toEqual({ permanent: 'rejected' });
    expect(atSquare().refunds).toBe(0);
  });
});

test.each([
  ['createPaymentLink', createPaymentLink],
  ['cancelPaymentLink', cancelPaymentLink],
  ['refundPayment', refundPayment],
  ['tellTill', tellTill],
])('%s is still asked for after ten minutes without Square, however soon it refuses each attempt', (_name, actor) => {
  const { retry = DEFAULT_RETRY } = actor.performable;
  const soonest = Array.from({ length: retry.attemptsMax - 1 }, (_, failures) => backoffMs(retry, failures + 1, 0));
  expect(soonest.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(10 * 60_000);
});
