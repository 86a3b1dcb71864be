// Square's events as they come over HTTP: signed, twice, late, out of order, and about orders of somebody else.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { WebhooksHelper } from 'square';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { orders, webhookReceipts } from '../../schema/commerce.ts';
import { actors } from '../../schema/runtime.ts';
import type { OrderState } from '../../schema/order.ts';
import { intentsOf } from '../../src/commerce/intents.ts';
import { openLink } from '../../src/commerce/payment-links.ts';
import type { TillNews } from '../../src/commerce/till-news.ts';
import { pollPayments } from '../../src/commerce/poll-payments.ts';
import { refund } from '../../src/commerce/refunds.ts';
import { SQUARE_SIGNATURE, squareWebhookRoutes } from '../../src/commerce/square/webhook.ts';
import type { SquareSigner } from '../../src/commerce/square/webhook.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { Link } from '../../src/commerce/till.ts';
import { FakeSquare } from '../fakes/square.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import type { SquareEvent } from '../fakes/square/webhooks.ts';
import { useDatabase } from '../harness/database.ts';
import { linkWish, tillsOf } from './counter.ts';
import { DUNE, NOON, openShop, shelve } from './shop.ts';
import { squareTill } from './square-counter.ts';

const database = useDatabase();
const url = 'https://marty.example/webhook/square';
let fake: FakeSquare;
let storeId = 0;
let orderId = '';
let link: Link;
let heard: TillNews[] = [];
let shopIsDown = false;
let nowMs = NOON.getTime();

beforeEach(async () => {
  fake = await new FakeSquare().start();
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  heard = [];
  shopIsDown = false;
  nowMs = NOON.getTime();
  const wish = linkWish(storeId);
  orderId = wish.orderId;
  const answer = await openLink(counter(), wish);
  if (!('link' in answer)) throw new Error(`no link: ${answer.refused}`);
  link = answer.link;
});
afterEach(() => fake.stop());

const now = () => nowMs;
const counter = () => ({
  db: database.db,
  customers: { forOrder: () => Promise.resolve(null) },
  stock: createStock(database.db),
  till: squareTill(fake),
  tills: tillsOf(squareTill(fake)),
  now,
});
const deliver = (news: TillNews): Promise<void> => {
  if (shopIsDown) return Promise.reject(new Error('the shop is down'));
  heard.push(news);
  return Promise.resolve();
};

const signedBy = (webhookSignatureKey: string | null) => ({
  storeId,
  locationId: fake.locationId,
  webhookUrl: url,
  webhookSignatureKey,
});
const SOMEWHERE = {
  address_line_1: '12 Elm St',
  locality: 'Hoboken',
  administrative_district_level_1: 'NJ',
  postal_code: '07030',
  country: 'US' as const,
};

function routes(signatureKey: string | null = fake.signatureKey, signers: SquareSigner[] = [signedBy(signatureKey)]) {
  return squareWebhookRoutes({
    db: database.db,
    now,
    deliver,
    signers: () => signers,
    till: () => Promise.resolve(squareTill(fake)),
    stockMoved: () => Promise.resolve(),
    catalogueMoved: () => Promise.resolve(),
    onError: () => undefined,
  });
}

async function post(body: string, signature: string | null, app = routes()): Promise<number> {
  const headers = signature === null ? {} : { [SQUARE_SIGNATURE]: signature };
  return (await app.request('/webhook/square', { method: 'POST', body, headers })).status;
}

/** Calls as Square calls. */
function call({ body }: Pick<SquareEvent, 'body'>): Promise<number> {
  return post(body, signSquareEvent({ url, body, key: fake.signatureKey }));
}

async function callAll(events: SquareEvent[]): Promise<number[]> {
  const answers: number[] = [];
  for (const event of events) answers.push(await call(event));
  return answers;
}

function completed(paymentId: string): TillNews {
  const event = { type: 'payment.completed' as const, paymentId, amountCents: 4050, currency: 'USD' };
  return { storeId, orderId, dedupeKey: `payment:${paymentId}:completed`, event };
}

const poll = () =>
  pollPayments({ ...counter(), deliver, quietMs: 60_000, limit: 10, onError: (error) => expect(error).toBeNull() });

describe('POST /webhook/square', () => {
  test('a payment reaches its order, and what is not money yet does not', async () => {
    const { id } = fake.pay(link.linkId);
    expect(await callAll(fake.outbox)).toEqual([200, 200, 200]);
    expect(heard).toEqual([completed(id)]);
  });

  test('in any order, twice and late, it is told once an event', async () => {
    const { id } = fake.pay(link.linkId);
    const backwards = fake.outbox.toReversed();
    expect(await callAll([...backwards, ...backwards])).toEqual([200, 200, 200, 200, 200, 200]);
    nowMs += 72 * 3_600_000;
    await callAll(fake.outbox);
    expect(heard).toEqual([completed(id)]);
    const receipts = await database.db
      .select({ type: webhookReceipts.type, times: webhookReceipts.times })
      .from(webhookReceipts);
    expect(receipts).toEqual([{ type: 'payment.updated', times: 3 }]);
  });

  test('another event with the same news has the same key', async () => {
    const { id } = fake.pay(link.linkId);
    const told = fake.outbox.at(-1)?.body ?? '';
    await call({ body: told });
    await call({ body: told.replace(/"event_id":"[^"]+"/, `"event_id":"${randomUUID()}"`) });
    expect(heard).toEqual([completed(id), completed(id)]);
  });

  test('a payment that failed is told as such', async () => {
    const { id } = fake.pay(link.linkId, 'FAILED');
    await callAll(fake.outbox);
    expect(heard).toEqual([{ storeId, orderId, dedupeKey: `payment:${id}:failed`, event: { type: 'payment.failed' } }]);
  });

  test('503 while the order cannot be told, so that Square calls again', async () => {
    const { id } = fake.pay(link.linkId);
    shopIsDown = true;
    expect(await callAll(fake.outbox)).toEqual([200, 200, 503]);
    shopIsDown = false;
    expect(await callAll(fake.outbox)).toEqual([200, 200, 200]);
    expect(heard).toEqual([completed(id)]);
  });

  test('401 for a wrong or missing signature, another URL or body, and a shop without a key', async () => {
    fake.pay(link.linkId);
    const body = fake.outbox.at(-1)?.body ?? '';
    const key = fake.signatureKey;
    const right = signSquareEvent({ url, body, key });
    const answers = [
      await post(body, null),
      await post(body, ''),
      await post(body, signSquareEvent({ url, body, key: 'another' })),
      await post(body, signSquareEvent({ url: `${url}/`, body, key })),
      await post(`${body} `, right),
      await post(body, right, routes(null)),
    ];
    expect(answers).toEqual([401, 401, 401, 401, 401, 401]);
    expect(heard).toEqual([]);
    expect(await post(body, right)).toBe(200);
  });

  test('2xx for what is rightly signed and means nothing to us', async () => {
    fake.pay(link.linkId);
    const foreign = (fake.outbox.at(-1)?.body ?? '').replaceAll(link.reference, 'somebody-elses');
    const bodies = [foreign, '{"type":"catalog.version.updated"}', '{"type":"payment.updated"}', 'no json', ''];
    expect(await Promise.all(bodies.map((body) => call({ body })))).toEqual([200, 200, 200, 200, 200]);
    expect(heard).toEqual([]);
  });

  test('the signature is the one that Square’s own helper accepts', async () => {
    const body = '{"words":"naïve – Ünïcode 📚"}';
    const signatureHeader = signSquareEvent({ url, body, key: fake.signatureKey });
    const call = { requestBody: body, signatureHeader, signatureKey: fake.signatureKey, notificationUrl: url };
    expect(await WebhooksHelper.verifySignature(call)).toBe(true);
    expect(await post(body, signatureHeader)).toBe(200);
  });
});

describe('asking instead of waiting', () => {
  test('a payment whose webhook was lost reaches its order, under the key of the webhook', async () => {
    const { id } = fake.pay(link.linkId);
    expect(await poll()).toBe(0);
    nowMs += 60_001;
    expect([await poll(), await poll()]).toEqual([1, 0]);
    expect(heard).toEqual([completed(id)]);
  });

  test('a payment that the webhook brought is not asked about', async () => {
    fake.pay(link.linkId);
    await callAll(fake.outbox);
    nowMs += 60_001;
    const before = fake.heard.length;
    expect([await poll(), fake.heard.length - before]).toEqual([0, 0]);
  });

  test('a link that is closed after a payment failed is asked about no more; one that is open, or may yet be paid, is', async () => {
    const { id } = fake.pay(link.linkId, 'FAILED');
    nowMs += 60_001;
    expect(await poll()).toBe(0);
    const [order, payment] = [fake.books.orders.get(link.reference), fake.books.payments.get(id)];
    Object.assign(order ?? {}, { state: 'CANCELED' });
    Object.assign(payment ?? {}, { status: 'PENDING' });
    nowMs += 60_001;
    expect(await poll()).toBe(0);
    Object.assign(payment ?? {}, { status: 'CANCELED' });
    nowMs += 60_001;
    expect(await poll()).toBe(1);
  });

  test('another till’s links are not asked about at Square', async () => {
    await database.pool.query(`update till_intents set provider = 'local'`);
    nowMs += 60_001;
    const before = fake.heard.length;
    expect([await poll(), fake.heard.length - before]).toEqual([0, 0]);
  });
});

describe('what staff do in Square’s dashboard', () => {
  const placed = (fulfillment: 'pickup' | 'shipping', state: OrderState = 'preparing') =>
    database.db.insert(orders).values({
      storeId,
      id: orderId,
      customerKey: randomUUID(),
      state,
      fulfillment,
      currency: 'USD',
      totalCents: 4050,
      taxCents: 0,
      shippingCents: 0,
      paymentStatus: 'paid',
      createdAt: NOON,
      updatedAt: NOON,
    });
  const atSquare = () => {
    const order = fake.books.orders.get(link.reference);
    if (!order) throw new Error('Square has no such order');
    return order;
  };

  test.each([
    ['RESERVED', { type: 'till.prepared' }],
    ['PREPARED', { type: 'staff.markedReady' }],
    ['COMPLETED', { type: 'staff.pickedUp' }],
    ['CANCELED', { type: 'till.calledOff' }],
  ] as const)('with a pick-up: %s', async (state, event) => {
    await placed('pickup');
    fake.fulfill(atSquare(), state);
    expect(await callAll([...fake.outbox, ...fake.outbox])).toEqual([200, 200]);
    expect(heard.map((news) => [news.orderId, news.event])).toEqual([[orderId, event]]);
  });

  const stands = (state: OrderState) => database.db.update(orders).set({ state }).where(eq(orders.id, orderId));
  const types = () => heard.map(({ event }) => event.type);
  /** Square tells of the money last, if at all. */
  const handedOver = () => {
    fake.fulfill(atSquare(), 'COMPLETED');
    return callAll(fake.outbox.slice(-1));
  };

  test('two steps in one event are two, in their order', async () => {
    await placed('pickup');
    fake.fulfill(atSquare(), 'PREPARED');
    const [event] = fake.outbox.map(({ body }) => body);
    const [first] = /\{"fulfillment_uid".*?\}/.exec(event ?? '') ?? [''];
    const both = { body: (event ?? '').replace(first, `${first},${first.replace('PREPARED', 'COMPLETED')}`) };
    expect([await call(both), await call(both), types()]).toEqual([200, 200, ['staff.markedReady', 'staff.pickedUp']]);
  });

  test('before the order heard of its money brings that first, and comes again until it is sold', async () => {
    await placed('pickup', 'awaitingPayment');
    fake.pay(link.linkId);
    expect([await handedOver(), types()]).toEqual([[503], ['payment.completed']]);
    await stands('paid');
    const its = { storeId, key: orderId, machine: 'order', version: 1, seq: 3, status: 'active', tags: '[]' };
    await database.db.insert(actors).values({ ...its, value: '{"paid":"selling"}', createdAt: NOON, updatedAt: NOON });
    expect([await handedOver(), types().includes('staff.pickedUp')]).toEqual([[503], false]);
    await database.db.update(actors).set({ value: '{"paid":"sold"}' }).where(eq(actors.key, orderId));
    heard = [];
    expect([await callAll(fake.outbox.slice(-1)), types()]).toEqual([[200], ['staff.pickedUp']]);
  });

  test.each(['refundPending', 'refused', 'cancelled'] as const)(
    'with an order that is over and stays so, %s, does not come again',
    async (state) => {
      await placed('pickup', state);
      fake.pay(link.linkId);
      expect(await handedOver()).toEqual([200]);
    },
  );

  test('with an order that nobody has paid for does not come again', async () => {
    await placed('pickup', 'awaitingPayment');
    expect(await handedOver()).toEqual([200]);
  });

  test('a parcel that was sent brings its number, and 503 while that cannot be read', async () => {
    await placed('shipping');
    atSquare().fulfillments = atSquare().fulfillments.map((one) => ({
      ...one,
      type: 'SHIPMENT' as const,
      shipment_details: { recipient: { display_name: 'Jane', address: SOMEWHERE }, tracking_number: '9400' },
    }));
    fake.fulfill(atSquare(), 'COMPLETED');
    fake.breakNext(/^GET \/v2\/orders/, 503);
    expect(await callAll([...fake.outbox, ...fake.outbox])).toEqual([503, 200]);
    expect(heard.map(({ event }) => event)).toEqual([{ type: 'staff.shipped', tracking: '9400' }]);
  });

  test('an order that is not ours means nothing', async () => {
    fake.fulfill(atSquare(), 'PREPARED');
    fake.outbox.splice(
      0,
      1,
      ...fake.outbox.map((event) => ({ ...event, body: event.body.replaceAll(link.reference, 'x') })),
    );
    expect([await callAll(fake.outbox), heard]).toEqual([[200], []]);
  });
});

describe('a refund that the bank sends back', () => {
  const asked = () => refund(counter(), { storeId, orderId, paymentId: fake.pay(link.linkId).id, amountCents: 4050 });
  /** An order commits what comes again under the same key only once. */
  const heardOnce = () => [...new Map(heard.map((news) => [news.dedupeKey, news])).values()];
  const failed = (paymentId: string, refundId: string) => ({
    storeId,
    orderId,
    dedupeKey: `refund:${refundId}:failed`,
    event: { type: 'refund.failed', refundId, paymentId, amountCents: 4050 },
  });

  test.each(['FAILED', 'REJECTED'] as const)(
    '%s reaches its order once, and the next try is a new refund',
    async (status) => {
      const { refundId } = await asked();
      const [paymentId = ''] = fake.books.payments.keys();
      fake.outbox.length = 0;
      fake.settleRefund(refundId, status);
      expect(await callAll([...fake.outbox, ...fake.outbox])).toEqual([200, 200, 200, 200]);
      expect(heardOnce()).toEqual([failed(paymentId, refundId), completed(paymentId)]);
      const again = await refund(counter(), { storeId, orderId, paymentId, amountCents: 4050 });
      expect(again.refundId).not.toBe(refundId);
      expect(fake.books.refunds.size).toBe(2);
    },
  );

  test('is found by asking when the webhook was lost', async () => {
    const { refundId } = await asked();
    const [paymentId = ''] = fake.books.payments.keys();
    fake.settleRefund(refundId, 'FAILED');
    nowMs += 3_600_000;
    await poll();
    await poll();
    expect(heardOnce()).toContainEqual(failed(paymentId, refundId));
  });

  test('one that went through is asked about no more', async () => {
    const { refundId } = await asked();
    fake.settleRefund(refundId, 'COMPLETED');
    await callAll(fake.outbox);
    nowMs += 3_600_000;
    fake.heard.length = 0;
    await poll();
    expect(fake.heard).toEqual([]);
  });
});

test('what another shop’s key has signed says nothing of a refund of ours', async () => {
  const { id: paymentId } = fake.pay(link.linkId);
  const { refundId } = await refund(counter(), { storeId, orderId, paymentId, amountCents: 4050 });
  fake.settleRefund(refundId, 'FAILED');
  const [body = ''] = fake.outbox.filter(({ type }) => type === 'refund.updated').map((event) => event.body);
  const stranger = { storeId: storeId + 1, locationId: 'L2', webhookUrl: url, webhookSignatureKey: 'another-key' };
  const app = routes(fake.signatureKey, [stranger]);
  expect(await post(body, signSquareEvent({ url, body, key: 'another-key' }), app)).toBe(200);
  const [intent] = await intentsOf(database.db, { storeId, orderId }, 'refund');
  expect([heard, intent?.response]).toEqual([[], { refundId, status: 'pending' }]);
});

test('what another shop’s key has signed is not heard', async () => {
  fake.pay(link.linkId);
  const stranger = { storeId: storeId + 1, locationId: 'L2', webhookUrl: url, webhookSignatureKey: 'another-key' };
  const own = { storeId, locationId: 'L1', webhookUrl: url, webhookSignatureKey: fake.signatureKey };
  const app = routes(fake.signatureKey, [stranger, own]);
  const [body = ''] = fake.outbox.slice(-1).map((event) => event.body);
  expect(await post(body, signSquareEvent({ url, body, key: 'another-key' }), app)).toBe(200);
  expect(heard).toEqual([]);
  expect(await post(body, signSquareEvent({ url, body, key: fake.signatureKey }), app)).toBe(200);
  expect(heard).toHaveLength(1);
});
