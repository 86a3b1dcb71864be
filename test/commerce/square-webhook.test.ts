// Square's events as they come over HTTP: signed, twice, late, out of order, and about orders of somebody else.
import { randomUUID } from 'node:crypto';
import { WebhooksHelper } from 'square';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhookReceipts } from '../../schema/commerce.ts';
import { openLink } from '../../src/commerce/payment-links.ts';
import type { PaymentNews } from '../../src/commerce/payment-news.ts';
import { pollPayments } from '../../src/commerce/poll-payments.ts';
import { SQUARE_SIGNATURE, squareWebhookRoutes } from '../../src/commerce/square/webhook.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { Link } from '../../src/commerce/till.ts';
import { FakeSquare } from '../fakes/square.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import type { SquareEvent } from '../fakes/square/webhooks.ts';
import { useDatabase } from '../harness/database.ts';
import { linkWish } from './counter.ts';
import { DUNE, NOON, openShop, shelve } from './shop.ts';
import { squareTill } from './square-counter.ts';

const database = useDatabase();
const url = 'https://marty.example/webhook/square';
let fake: FakeSquare;
let storeId = 0;
let orderId = '';
let link: Link;
let heard: PaymentNews[] = [];
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
const counter = () => ({ db: database.db, stock: createStock(database.db), till: squareTill(fake), now });
const deliver = (news: PaymentNews): Promise<void> => {
  if (shopIsDown) return Promise.reject(new Error('the shop is down'));
  heard.push(news);
  return Promise.resolve();
};

function routes(signatureKey: string | null = fake.signatureKey) {
  return squareWebhookRoutes({ db: database.db, now, deliver, url, signatureKey, onError: () => undefined });
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

function completed(paymentId: string): PaymentNews {
  const event = { type: 'payment.completed' as const, paymentId, amountCents: 4050 };
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

  test('another till’s links are not asked about at Square', async () => {
    await database.pool.query(`update till_intents set provider = 'local'`);
    nowMs += 60_001;
    const before = fake.heard.length;
    expect([await poll(), fake.heard.length - before]).toEqual([0, 0]);
  });
});
