// Money that goes back at Square, at its own desk or because we asked: noticed once by its order's real chart, whatever comes of the news.
import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import { openLink } from '../../src/commerce/payment-links.ts';
import { pollPayments } from '../../src/commerce/poll-payments.ts';
import { pollRefunds } from '../../src/commerce/poll-refunds.ts';
import { refund } from '../../src/commerce/refunds.ts';
import { SQUARE_SIGNATURE, squareWebhookRoutes } from '../../src/commerce/square/webhook.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { TillNews } from '../../src/commerce/till-news.ts';
import { FakeSquare } from '../fakes/square.ts';
import { eventsOf, signSquareEvent } from '../fakes/square/webhooks.ts';
import type { SquareEvent } from '../fakes/square/webhooks.ts';
import { useDatabase } from '../harness/database.ts';
import { linking, ORDER_ID } from '../machines/order-story.ts';
import type { Story } from '../machines/given.ts';
import { linkWish, tillsOf } from './counter.ts';
import { DUNE, openShop, shelve } from './shop.ts';
import { squareTill } from './square-counter.ts';

const TOTAL = 4050;
const WEEK_MS = 7 * 24 * 3_600_000;
const database = useDatabase();
const url = 'https://marty.example/webhook/square';
let fake: FakeSquare;
let storeId = 0;
let linkId = '';
/** The chart itself: no key of a runtime keeps from it what comes again. */
let order: Story;
let told: string[] = [];
let heard: TillNews[] = [];
let failures: unknown[] = [];
/** Nobody can be told. */
let isAway = false;

beforeEach(async () => {
  fake = await new FakeSquare().start();
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  told = [];
  heard = [];
  failures = [];
  isAway = false;
  const answer = await openLink(counter(), linkWish(storeId, { orderId: ORDER_ID }));
  if (!('link' in answer)) throw new Error(`no link: ${answer.refused}`);
  linkId = answer.link.linkId;
  const { reference: _theirs, ...link } = answer.link;
  order = linking().done('link', link);
});
afterEach(() => fake.stop());

const counter = () => {
  const till = squareTill(fake);
  const customers = { forOrder: () => Promise.resolve(null) };
  return { db: database.db, customers, stock: createStock(database.db), till, tills: tillsOf(till), now: Date.now };
};

function step(next: (before: Story) => Story): void {
  order = next(order);
  told.push(...order.sent.map(({ event }) => event.type));
}

const deliver = (news: TillNews): Promise<void> => {
  expect([news.storeId, news.orderId]).toEqual([storeId, ORDER_ID]);
  if (isAway) return Promise.reject(new Error('away'));
  heard.push(news);
  step((before) => before.when(news.event));
  return Promise.resolve();
};

async function call({ body }: SquareEvent, locationId = fake.locationId): Promise<number> {
  const app = squareWebhookRoutes({
    db: database.db,
    now: Date.now,
    deliver,
    signers: () => [{ storeId, locationId, webhookUrl: url, webhookSignatureKey: fake.signatureKey }],
    till: () => Promise.resolve(squareTill(fake)),
    stockMoved: () => Promise.resolve(),
    catalogueMoved: () => Promise.resolve(),
    onError: () => undefined,
  });
  const headers = { [SQUARE_SIGNATURE]: signSquareEvent({ url, body, key: fake.signatureKey }) };
  return (await app.request('/webhook/square', { method: 'POST', body, headers })).status;
}

async function callAll(events: SquareEvent[]): Promise<number[]> {
  const answers: number[] = [];
  for (const event of events) answers.push(await call(event));
  return answers;
}

/** What Square has to tell by now; it is told no more by itself. */
const posted = (...types: string[]) =>
  fake.outbox.splice(0).filter(({ type }) => types.length === 0 || types.includes(type));

/** The customer pays and all of it is known. */
async function paid(): Promise<string> {
  const { id } = fake.pay(linkId);
  await callAll(posted());
  step((before) => before.done('sale'));
  told = [];
  heard = [];
  return id;
}

/** Square takes the money for a link that was paid already. */
async function paidTwice(): Promise<string> {
  const theirs = fake.books.orders.get(fake.books.links.get(linkId)?.order_id ?? '');
  if (!theirs) throw new Error('Square knows of no such link');
  const payment = fake.books.pay(theirs, 'COMPLETED');
  await callAll(eventsOf(theirs, payment));
  expect(order.context['concern']).toBe('extra_payment');
  return payment.id;
}

/** Staff press refund of an order that was paid twice. */
async function refundExtra(id: string): Promise<void> {
  step((before) => before.when({ type: 'staff.refunded' }));
  const wish = { storeId, orderId: ORDER_ID, paymentId: '', amountCents: 0, ...Object(order.begun['extraRefund']) };
  expect(wish.paymentId).toBe(id);
  const answer = await refund(counter(), wish);
  step((before) => before.done('extraRefund', { ...wish, ...answer }));
}

/** Staff press refund here; Square is asked for what the chart says. */
async function refundHere(): Promise<void> {
  step((before) => before.when({ type: 'staff.refunded' }));
  const input = order.begun['refund'];
  const wish = { storeId, orderId: ORDER_ID, paymentId: '', amountCents: 0, ...Object(input) };
  const answer = await refund(counter(), wish);
  step((before) => before.done('refund', { ...wish, ...answer }));
}

/** Square gives the money back, and its answer never comes. */
async function loseAnswer(input: unknown): Promise<void> {
  fake.breakNext(/^POST \/v2\/refunds/, 'lost_answer');
  const wish = { storeId, orderId: ORDER_ID, paymentId: '', amountCents: 0, ...Object(input) };
  await expect(refund(counter(), wish)).rejects.toThrow('unreachable');
}

/** Staff press refund here; it is done, and nobody hears so before its work is given up. */
async function refundInVain(): Promise<void> {
  step((before) => before.when({ type: 'staff.refunded' }));
  await loseAnswer(order.begun['refund']);
  step((before) => before.failed('refund'));
}

const poll = (atMs = Date.now(), known = new Set<string>()) => {
  const onError = (error: unknown) => void failures.push(error);
  return pollRefunds({ ...counter(), storeId, lookBackMs: WEEK_MS, known, now: () => atMs, deliver, onError });
};
const ofRefunds = () => heard.filter(({ event }) => event.type.startsWith('till.'));
const counted = () => order.context['tillRefunds'];
const news = (id: string, paymentId: string, amountCents: number): TillNews => ({
  storeId,
  orderId: ORDER_ID,
  dedupeKey: `till.refunded:${id}`,
  event: { type: 'till.refunded', refundId: id, paymentId, amountCents },
});

describe('all of it', () => {
  test.each([
    ['once', (events: SquareEvent[]) => events],
    ['twice and backwards', (events: SquareEvent[]) => [...events.toReversed(), ...events]],
    [
      'as news of the payment alone',
      (events: SquareEvent[]) => events.filter(({ type }) => type.startsWith('payment')),
    ],
    ['as news of the refund alone', (events: SquareEvent[]) => events.filter(({ type }) => type.startsWith('refund'))],
  ])('told %s, the order ends as refunded and its customer hears so once', async (_, mail) => {
    const paymentId = await paid();
    const { id } = fake.giveBack(paymentId);
    fake.settleRefund(id, 'COMPLETED');
    const events = mail(posted());
    expect(new Set(await callAll(events))).toEqual(new Set([200]));
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
    expect(ofRefunds()[0]).toEqual(news(id, paymentId, TOTAL));
    expect(counted()).toEqual([{ refundId: id, paymentId, amountCents: TOTAL }]);
  });

  test('of an order that was handed over puts nothing back on the shelf', async () => {
    const paymentId = await paid();
    step((before) => before.when({ type: 'staff.pickedUp' }));
    fake.giveBack(paymentId);
    const [event] = posted();
    if (event) await call(event);
    expect([order.value, order.did('returnStock'), told]).toEqual([
      'refunded',
      [],
      ['order.pickedUp', 'order.refunded'],
    ]);
  });

  test('before anybody told us of the payment brings the payment first', async () => {
    const { id } = fake.pay(linkId);
    posted();
    fake.giveBack(id);
    expect(await callAll(posted('refund.created'))).toEqual([200]);
    expect(heard.map(({ event }) => event.type)).toEqual(['payment.completed', 'till.refunded']);
    expect([order.value, told, order.context['reserved']]).toEqual(['refunded', ['order.refunded'], false]);
    expect(order.did('returnStock').length + order.did('releaseStock').length).toBe(2);
  });

  test('is told by 503 to come again while Square cannot be asked about its payment', async () => {
    fake.giveBack(await paid());
    fake.breakNext(/^GET \/v2\/payments/, 500);
    const events = posted('refund.created');
    expect(await callAll([...events, ...events])).toEqual([503, 200]);
    expect(order.value).toBe('refunded');
  });
});

describe('a part of it', () => {
  test('leaves the order as it goes and asks staff to look; the rest ends it', async () => {
    const paymentId = await paid();
    fake.giveBack(paymentId, 1000);
    const first = posted();
    await callAll(first);
    expect([order.value, told]).toEqual([{ paid: 'sold' }, []]);
    expect(order.context).toMatchObject({ concern: 'refunded_in_part', tillRefunds: [{ amountCents: 1000 }] });
    fake.giveBack(paymentId);
    await callAll([...posted().toReversed(), ...first]);
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
    expect(counted()).toMatchObject([{ amountCents: 1000 }, { amountCents: TOTAL - 1000 }]);
  });

  test('and then ours: only the rest is asked for, and ours is counted no second time', async () => {
    const paymentId = await paid();
    const { id } = fake.giveBack(paymentId, 1000);
    const first = posted();
    await callAll(first);
    await refundHere();
    const amounts = [...fake.books.refunds.values()].map(({ amount_money }) => amount_money.amount);
    expect(amounts).toEqual([1000, TOTAL - 1000]);
    await callAll([...posted(), ...first].toReversed());
    await poll();
    expect(counted()).toMatchObject([{ refundId: id, amountCents: 1000 }, { amountCents: TOTAL - 1000 }]);
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
  });
});

describe('a refund of ours', () => {
  test('that the order has heard of counts no second time, however often the till tells of it', async () => {
    await paid();
    await refundHere();
    const events = posted();
    await callAll([...events, ...events.toReversed()]);
    await poll();
    expect([counted(), told]).toMatchObject([[{ amountCents: TOTAL }], ['order.refunded']]);
  });

  test('that the bank sends back is owed again, and goes back as another one', async () => {
    const paymentId = await paid();
    await refundHere();
    const [first] = fake.books.refunds.keys();
    fake.settleRefund(first ?? '', 'FAILED');
    const events = posted();
    await callAll([...events, ...events.toReversed()]);
    expect([order.value, told]).toEqual([{ refundPending: 'failed' }, ['order.refunded', 'order.refundFailed']]);
    await refundHere();
    expect([order.value, fake.books.refunds.size]).toEqual(['refunded', 2]);
    heard = [];
    await callAll(events.toReversed());
    expect([order.value, counted()]).toMatchObject([
      'refunded',
      [{ amountCents: 0 }, { paymentId, amountCents: TOTAL }],
    ]);
  });

  test('that the bank sends back stays so, also when the news that it went through comes late', async () => {
    await paid();
    await refundHere();
    const [first] = fake.books.refunds.keys();
    fake.settleRefund(first ?? '', 'COMPLETED');
    const late = posted();
    fake.settleRefund(first ?? '', 'FAILED');
    await callAll([...posted(), ...late]);
    expect(order.value).toEqual({ refundPending: 'failed' });
    await refundHere();
    expect([order.value, fake.books.refunds.size]).toEqual(['refunded', 2]);
  });

  test('of one half is followed by another of as much where the bank sends the other half back', async () => {
    const paymentId = await paid();
    const { id } = fake.giveBack(paymentId, TOTAL / 2);
    await callAll(posted());
    await refundHere();
    fake.settleRefund(id, 'FAILED');
    await callAll(posted());
    expect(order.value).toEqual({ refundPending: 'failed' });
    await refundHere();
    expect([order.value, fake.books.refunds.size]).toEqual(['refunded', 3]);
  });
});

describe('a refund of ours whose answer was lost until its work was given up', () => {
  const HEARD_BY = [
    ['by the refund’s own webhook', () => callAll(posted('refund.created'))],
    ['by the payment’s', () => callAll(posted('payment.updated'))],
    ['by looking for it', () => poll()],
  ] as const;

  test.each(HEARD_BY)('is heard of %s: the order is refunded, and asking again asks for no other', async (_, hear) => {
    const paymentId = await paid();
    await refundInVain();
    expect(order.value).toEqual({ refundPending: 'failed' });
    await hear();
    const [refundId = ''] = fake.books.refunds.keys();
    expect([order.value, order.context['concern'], told]).toEqual(['refunded', null, ['order.refunded']]);
    expect(counted()).toEqual([{ refundId, paymentId, amountCents: TOTAL }]);
    expect(await refund(counter(), { storeId, orderId: ORDER_ID, paymentId, amountCents: TOTAL })).toMatchObject({
      refundId,
    });
    expect(fake.books.refunds.size).toBe(1);
  });

  test.each(HEARD_BY)(
    'and the bank sends back is owed again when that is heard of %s, and goes back as another',
    async (_, hear) => {
      await paid();
      await refundInVain();
      await hear();
      const [refundId = ''] = fake.books.refunds.keys();
      fake.settleRefund(refundId, 'FAILED');
      await callAll(posted());
      expect([order.value, counted()]).toMatchObject([{ refundPending: 'failed' }, [{ refundId, amountCents: 0 }]]);
      await refundHere();
      expect([order.value, fake.books.refunds.size]).toEqual(['refunded', 2]);
    },
  );

  test('and the bank sends back is not taken for given back by older news, while that could not be told', async () => {
    await paid();
    await refundInVain();
    const late = posted('refund.created');
    const [refundId = ''] = fake.books.refunds.keys();
    fake.settleRefund(refundId, 'FAILED');
    const failure = posted('refund.updated');
    isAway = true;
    expect(await callAll(failure)).toEqual([503]);
    isAway = false;
    expect(await callAll([...late, ...failure])).toEqual([200, 200]);
    expect([order.value, told]).toEqual([{ refundPending: 'failed' }, []]);
  });

  test('ends an order that went on with that payment, as the other one had gone back at Square’s desk', async () => {
    const first = await paid();
    const second = await paidTwice();
    step((before) => before.when({ type: 'staff.refunded' }));
    await loseAnswer(order.begun['extraRefund']);
    step((before) => before.failed('extraRefund'));
    const ours = posted('refund.created');
    fake.giveBack(first);
    await callAll(posted('refund.created'));
    expect([order.value, order.context['payment']]).toMatchObject([{ paid: 'sold' }, { paymentId: second }]);
    await callAll(ours);
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
    expect(order.did('returnStock')).toHaveLength(1);
  });
});

describe('when the news was lost', () => {
  test('is found among the refunds of the week, page by page, as often as one looks', async () => {
    const paymentId = await paid();
    const made = [1000, 1000, TOTAL - 2000].map((cents) => fake.giveBack(paymentId, cents));
    posted();
    expect([await poll(), await poll()]).toEqual([3, 3]);
    expect(ofRefunds().slice(0, 3)).toEqual(
      made.map(({ id, amount_money }) => news(id, paymentId, amount_money.amount)),
    );
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
    expect(await poll(Date.now() + WEEK_MS + 60_000)).toBe(0);
  });

  test('of payment and refund, both are found by asking about the link', async () => {
    const { id } = fake.pay(linkId);
    fake.giveBack(id);
    posted();
    const later = () => Date.now() + 120_000;
    const onError = (error: unknown) => expect(error).toBeNull();
    expect(await pollPayments({ ...counter(), now: later, deliver, quietMs: 60_000, limit: 10, onError })).toBe(1);
    expect([order.value, told]).toEqual(['refunded', ['order.refunded']]);
  });

  test('of a second payment, it is found as well', async () => {
    await paid();
    const id = await paidTwice();
    fake.giveBack(id, 1000);
    fake.giveBack(id);
    expect([order.context['concern'], await poll()]).toEqual(['extra_payment', 2]);
    expect([order.value, order.context['concern']]).toEqual([{ paid: 'sold' }, null]);
  });

  test('is looked for once in each state of a refund, and again where Square could not be asked', async () => {
    const paymentId = await paid();
    const [first, second] = [fake.giveBack(paymentId, 1000), fake.giveBack(paymentId, 500)];
    const known = new Set<string>();
    fake.breakNext(/^GET \/v2\/payments/, 500);
    expect([await poll(Date.now(), known), failures.length]).toEqual([1, 1]);
    expect([await poll(Date.now(), known), await poll(Date.now(), known)]).toEqual([1, 0]);
    fake.settleRefund(first.id, 'FAILED');
    expect([await poll(Date.now(), known), counted()]).toMatchObject([
      1,
      [
        { refundId: second.id, amountCents: 500 },
        { refundId: first.id, amountCents: 0 },
      ],
    ]);
    expect([await poll(Date.now() + WEEK_MS + 60_000, known), known.size]).toEqual([0, 0]);
  });

  test('money of somebody else’s is not ours to tell', async () => {
    const stranger = fake.books.sellAtCounter(fake.locationId, [{ name: 'Tea', quantity: '1' }]);
    fake.giveBack(fake.books.pay(stranger, 'COMPLETED').id);
    expect([await poll(), heard]).toEqual([0, []]);
  });
});

describe('what means nothing', () => {
  test('a refund at another place of the account, and of money that came in at the counter', async () => {
    const paymentId = await paid();
    fake.giveBack(paymentId);
    const [event] = posted();
    if (!event) throw new Error('Square has told nothing');
    expect(await call(event, 'L2')).toBe(200);
    const stranger = fake.books.sellAtCounter(fake.locationId, [{ name: 'Tea', quantity: '1' }]);
    const payment = fake.books.pay(stranger, 'COMPLETED');
    fake.giveBack(payment.id);
    expect(await callAll(posted())).toEqual([200, 200]);
    expect(heard).toEqual([]);
  });
});

describe('a second payment', () => {
  test.each([
    ['by us', (id: string) => refundExtra(id)],
    ['at Square’s own desk', (id: string) => Promise.resolve(void fake.giveBack(id))],
  ])('that goes back %s more than a week later is not taken for one that just came', async (_, giveBack) => {
    await paid();
    const id = await paidTwice();
    await giveBack(id);
    const events = posted();
    expect(events.map(({ type }) => type)).toContain('payment.updated');
    await callAll([...events, ...events.toReversed()]);
    expect([order.value, order.context['concern'], told]).toEqual([{ paid: 'sold' }, null, []]);
  });
});

test('a refund there that the bank sends back is owed again', async () => {
  const paymentId = await paid();
  const { id } = fake.giveBack(paymentId);
  const made = posted();
  await callAll(made);
  fake.settleRefund(id, 'FAILED');
  await callAll([...posted(), ...made]);
  expect([order.value, told]).toEqual([{ refundPending: 'failed' }, ['order.refunded', 'order.refundFailed']]);
  expect(counted()).toEqual([{ refundId: id, paymentId, amountCents: 0 }]);
  await refundHere();
  expect(told.at(-1)).toBe('order.refunded');
});
