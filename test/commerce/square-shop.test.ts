// A customer buys by text in a shop whose till is Square: statechart, workers and HTTP as they are sold, Square faked.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/cli/config/config.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { SQUARE_SIGNATURE } from '../../src/commerce/square/webhook.ts';
import { FakeSquare } from '../fakes/square.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import { useDatabase } from '../harness/database.ts';
import { freePort } from '../harness/free-port.ts';
import { book } from '../shop/books.ts';
import { picksUp } from '../shop/journeys.ts';
import { ShopKit, TOKEN, WAIT } from '../shop/kit.ts';
import { CANCELLED, PAID } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // whole purchases, on a busy machine
const database = useDatabase();
const MATILDA = book('Matilda');
const SECRET = Buffer.alloc(32, 3);
let fake: FakeSquare;
let kit: ShopKit;

beforeAll(async () => {
  fake = await new FakeSquare().start();
  const port = await freePort();
  const config = readConfig({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    STORE_PHONE: '+12015550100',
    STAFF_API_TOKEN: TOKEN,
    SQUARE_ACCESS_TOKEN: fake.accessToken,
    SQUARE_LOCATION_ID: fake.locationId,
    SQUARE_BASE_URL: fake.url,
    SQUARE_WEBHOOK_SIGNATURE_KEY: fake.signatureKey,
  });
  const secrets = {
    sessionSecret: SECRET.toString('base64'),
    piiKey: SECRET,
    piiKeyPrevious: null,
    smobiWebhookSecret: null,
  };
  kit = new ShopKit(database.pool, config, secrets, 'quick', {});
  await kit.prepare();
  await kit.open();
  await kit.stand(MATILDA.isbn13, 20);
});
afterAll(async () => {
  await kit.close();
  await fake.stop();
});

/** The id of the link that the customer was texted. */
async function getsLink(reader: Phone): Promise<string> {
  await picksUp(reader, MATILDA);
  await reader.texts('pay now');
  const url = await reader.hears(/^http\S+\/l\/link-\S+$/);
  return url.slice(url.lastIndexOf('/') + 1);
}

/** Square calls with all that it has to tell, last things first, everything twice. */
async function squareCalls(): Promise<number[]> {
  const url = `${kit.url}/webhook/square`;
  const events = fake.outbox.splice(0).toReversed();
  const calls = [...events, ...events].map(({ body }) => {
    const signature = signSquareEvent({ url, body, key: fake.signatureKey });
    return fetch(url, { method: 'POST', body, headers: { [SQUARE_SIGNATURE]: signature } });
  });
  return (await Promise.all(calls)).map(({ status }) => status);
}

async function stateOf(reader: Phone): Promise<string> {
  return (await kit.order(reader)).state;
}

/** Orders of a phone at Square, by our order's id. */
async function squareOrders(reader: Phone) {
  const { id } = await kit.order(reader);
  return [...fake.books.orders.values()].filter((order) => order.reference_id === id).map(({ state }) => state);
}

describe('a shop with Square', () => {
  test('is healthy while Square answers', async () => {
    const health: unknown = await (await fetch(`${kit.url}/health`)).json();
    expect(health).toMatchObject({ status: 'healthy', checks: { square: 'up' } });
  });

  test('has no pay page of its own', async () => {
    expect((await fetch(`${kit.url}/till/style.css`)).status).toBe(404);
  });

  test('sells by one order, one link and one payment, through an answer that was lost', async () => {
    const reader = kit.phone();
    fake.breakNext(/payment-links/, 'lost_answer');
    fake.pay(await getsLink(reader));
    expect(await squareCalls()).toEqual([200, 200, 200, 200, 200, 200]);
    await reader.hears(PAID);
    expect(await kit.order(reader)).toMatchObject({ state: 'paid', payment: { provider: 'square', status: 'paid' } });
    expect(await squareOrders(reader)).toEqual(['OPEN']);
    expect((await reader.bubbles()).filter((text) => PAID.test(text))).toHaveLength(1);
  });

  test('hears of what staff did at Square before it heard of the money', async () => {
    const reader = kit.phone();
    fake.pay(await getsLink(reader));
    fake.outbox.length = 0;
    const { id } = await kit.order(reader);
    const order = [...fake.books.orders.values()].find((one) => one.reference_id === id);
    if (!order) throw new Error('Square has no such order');
    fake.fulfill(order, 'COMPLETED');
    const [event] = fake.outbox.splice(0);
    if (!event) throw new Error('Square has nothing to tell');
    const again = async () => {
      fake.outbox.push(event);
      expect(await squareCalls()).toEqual([200, 200]);
    };
    await vi.waitFor(again, WAIT);
    await vi.waitFor(async () => expect(await stateOf(reader)).toBe('pickedUp'), WAIT);
  });

  test('finds a payment whose webhook was lost', async () => {
    const reader = kit.phone();
    fake.pay(await getsLink(reader));
    fake.outbox.length = 0;
    await database.pool.query(`update till_intents set created_at = created_at - interval '5 minutes'`);
    await keepHouse(kit.shop);
    await reader.hears(PAID);
    expect(await stateOf(reader)).toBe('paid');
  });

  test('closes order and link at Square when the customer calls it off', async () => {
    const reader = kit.phone();
    const link = await getsLink(reader);
    await reader.asks('never mind', CANCELLED);
    await vi.waitFor(async () => expect(await stateOf(reader)).toBe('cancelled'), WAIT);
    expect(await squareOrders(reader)).toEqual(['CANCELED']);
    expect(fake.books.links.has(link)).toBe(false);
  });

  test('pays back at Square once when staff say so', async () => {
    const reader = kit.phone();
    const { id: paymentId } = fake.pay(await getsLink(reader));
    await squareCalls();
    await reader.hears(PAID);
    const { id } = await kit.order(reader);
    fake.breakNext(/refunds/, 'lost_answer');
    expect((await kit.staff('POST', `/api/orders/${id}/refund`)).ok).toBe(true);
    await vi.waitFor(async () => expect(await stateOf(reader)).toMatch(/^refund/), WAIT);
    await kit.rest();
    expect([...fake.books.refunds.values()].filter(({ payment_id }) => payment_id === paymentId)).toHaveLength(1);
  });
});
