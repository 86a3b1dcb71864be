// Whatever is thrown at the doors: a problem that names itself, no word about the inside, and nothing changed.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { TILL_SIGNATURE } from '../../src/commerce/till-event.ts';
import { smobiSignature } from '../../src/web/smobi-signature.ts';
import { book } from './books.ts';
import { getsLink } from './journeys.ts';
import { SHOP_PHONE, SMOBI_SECRET, TOKEN, useShop } from './kit.ts';
import { PAID } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOMELAND = book('Homeland');
const NOBODY = '0190a000-0000-7000-8000-000000000001';
const bearer = { authorization: `Bearer ${TOKEN}` };
const json = { 'content-type': 'application/json' };

let reader: Phone;
let orderId: string;
beforeAll(async () => {
  reader = shop().phone();
  const link = await getsLink(reader, HOMELAND);
  await shop().pays(reader, link);
  await reader.hears(PAID);
  orderId = (await shop().order(reader)).id;
  await shop().rest();
});

type Attack = { at: string; send: RequestInit; status: number };
const post = (at: string, body: string | Buffer, headers: Record<string, string>, status: number): Attack => ({
  at,
  send: { method: 'POST', body, headers: { ...json, ...headers } },
  status,
});
const get = (at: string, status: number, headers = {}): Attack => ({ at, send: { headers }, status });
const text = (fields: object) => JSON.stringify({ from: '+12015559999', text: 'hi', ...fields });
const sms = (fields: object = {}) =>
  JSON.stringify({
    message_id: 'm1',
    from: '+12015559999',
    to: SHOP_PHONE,
    message: 'hi',
    message_type: 'sms',
    timestamp: new Date().toISOString(),
    ...fields,
  });
const signed = (body: string) => ({ 'x-smobi-signature': smobiSignature(SMOBI_SECRET, Buffer.from(body)) });
const smobi = (body: string, status: number) => post('/webhook/sms', body, signed(body), status);
const hours = (count: number) => new Date(Date.now() + count * 60 * 60 * 1000).toISOString();
const SIMULATOR = '/api/simulator/messages';

const attacks = (): Attack[] => [
  post(SIMULATOR, 'not json', {}, 400),
  post(SIMULATOR, '[]', {}, 400),
  post(SIMULATOR, 'null', {}, 400),
  post(SIMULATOR, text({ from: 'nobody' }), {}, 400),
  post(SIMULATOR, text({ from: "+1201555'; DROP TABLE actors; --" }), {}, 400),
  post(SIMULATOR, text({ text: '' }), {}, 400),
  post(SIMULATOR, text({ text: ' \u0000 ' }), {}, 400),
  post(SIMULATOR, text({ text: 'x'.repeat(1601) }), {}, 400),
  post(SIMULATOR, text({ text: { $gt: '' } }), {}, 400),
  post(SIMULATOR, text({ messageId: 'with a blank' }), {}, 400),
  post(SIMULATOR, `{"from":"+12015559999","text":"${'x'.repeat(70_000)}"}`, {}, 413),
  post(SIMULATOR, text({}), { 'content-type': 'text/plain' }, 415),
  post(SIMULATOR, Buffer.from([0x7b, 0xff, 0xfe]), {}, 400),
  get(`${SIMULATOR}?phone=nobody`, 400),
  get(SIMULATOR, 400),
  get(`${SIMULATOR}?phone=%2B12015551001&after=%27%20OR%201%3D1`, 400),
  get(`${SIMULATOR}?phone=%2B12015551001&limit=100000`, 400),
  { at: SIMULATOR, send: { method: 'DELETE' }, status: 405 },
  post('/webhook/sms', sms(), {}, 401),
  post('/webhook/sms', sms(), { 'x-smobi-signature': `sha256=${'0'.repeat(64)}` }, 401),
  post('/webhook/sms', sms(), signed(sms({ message: 'another' })), 401),
  smobi('[]', 400),
  smobi(sms({ timestamp: hours(1) }), 400),
  smobi(sms({ timestamp: hours(-73) }), 400),
  smobi(sms({ message: '' }), 400),
  smobi(sms({ message: 'x'.repeat(1601) }), 400),
  smobi(sms({ from: '911' }), 400),
  smobi(sms({ message_type: 'mms' }), 400),
  get('/api/orders', 401),
  get('/api/orders', 401, { authorization: 'Bearer wrong' }),
  get('/api/orders?state=stolen', 400, bearer),
  get('/api/orders?cursor=rubbish', 400, bearer),
  get('/api/orders/not-an-id', 400, bearer),
  get(`/api/orders/${NOBODY}`, 404, bearer),
  get('/api/orders?store=elsewhere', 404, bearer),
  post(`/api/orders/${NOBODY}/refund`, '', bearer, 404),
  post(`/api/orders/${orderId}/shipped`, '{}', bearer, 409),
  post(`/api/orders/${orderId}/refund`, '', {}, 401),
  post(`/api/orders/${orderId}/steal`, '', bearer, 404),
  post('/api/actors/customer:+12015551001/events', '{"type":"xstate.done.actor.reply"}', bearer, 403),
  post('/api/actors/customer:+12015551001/events', '{"type":"order.paid"}', bearer, 403),
  post(
    `/api/actors/order:${orderId}/events`,
    '{"type":"payment.completed","paymentId":"p","amountCents":1}',
    bearer,
    403,
  ),
  post('/api/actors/customer:+12015551001/events', '{"type":"staff.said"}', bearer, 400),
  post('/api/actors/dragon:1/events', '{"type":"staff.said","text":"hi"}', bearer, 404),
  get('/api/actors/customer:+12015550999', 404, bearer),
  get('/api/actors?cursor=rubbish', 400, bearer),
  get(`/api/actors/order:${orderId}/history?after=rubbish`, 400, bearer),
  get(`/api/actors/order:${orderId}/snapshots/99999`, 404, bearer),
  get(`/api/actors/order:${orderId}/snapshots/-1`, 400, bearer),
  post('/api/conversations/nobody/messages', '{"text":"hi"}', bearer, 400),
  post('/api/conversations/+12015550999/messages', '{"text":"hi"}', bearer, 404),
  post(`/api/conversations/${reader.number}/messages`, '{"text":""}', bearer, 400),
  { at: '/api/books/123', send: { method: 'PUT', body: '{}', headers: { ...json, ...bearer } }, status: 400 },
  {
    at: `/api/books/${HOMELAND.isbn13}`,
    send: { method: 'PUT', body: '{"title":"x","authors":["y"],"priceCents":-1}', headers: { ...json, ...bearer } },
    status: 400,
  },
  {
    at: `/api/books/${HOMELAND.isbn13}`,
    send: { method: 'PUT', body: '{"title":"x","authors":["y"],"priceCents":9.99}', headers: { ...json, ...bearer } },
    status: 400,
  },
  {
    at: `/api/inventory/${HOMELAND.isbn13}`,
    send: { method: 'PATCH', body: '{"delta":-1000}', headers: { ...json, ...bearer } },
    status: 409,
  },
  {
    at: '/api/inventory/9780000000002',
    send: { method: 'PATCH', body: '{"onHand":1}', headers: { ...json, ...bearer } },
    status: 404,
  },
  post(`/api/commands/${NOBODY}/retry`, '', bearer, 404),
  get('/api/commands?cursor=rubbish', 400, bearer),
  get('/api/machines/dragon', 404, bearer),
  get('/api/live', 401),
  get('/nowhere', 404),
  get('/.env', 404),
  get('/assets/..%2f..%2fpackage.json', 404),
];

/** All that a request could have changed, as one row of counts and sums. */
async function everything(): Promise<unknown> {
  const { rows } = await shop().pool.query(`
    SELECT (SELECT count(*) FROM events) AS turns, (SELECT count(*) FROM actors) AS actors, (SELECT count(*) FROM messages) AS messages,
      (SELECT count(*) FROM inbox) AS inbox, (SELECT count(*) FROM commands) AS commands, (SELECT count(*) FROM dedupe) AS keys,
      (SELECT sum(on_hand * 1000 + reserved) FROM inventory) AS stock, (SELECT sum(price_cents) FROM books) AS prices,
      (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM till_refunds) AS refunds, (SELECT count(*) FROM stores) AS stores`);
  return rows[0];
}

const INSIDES = /\bat \/|node_modules|\.ts:\d|select |insert |postgres|stack|zod/i;

describe('the doors', () => {
  test('give a client 10 s for its headers and 30 s for all of its request, and look every 2 s', async () => {
    const bounds: unknown[] = [];
    const note = (message: unknown) => {
      const { request, server } = Object(message);
      const { headersTimeout, requestTimeout, connectionsCheckingInterval } = Object(server);
      if (Object(request).url === '/health/live')
        bounds.push({ headersTimeout, requestTimeout, connectionsCheckingInterval });
    };
    subscribe('http.server.request.start', note);
    onTestFinished(() => void unsubscribe('http.server.request.start', note));
    await fetch(`${shop().url}/health/live`);
    expect(bounds).toEqual([{ headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 }]);
  });

  test('answer every hostile or broken request with its problem, and nothing is changed by any', async () => {
    const before = await everything();
    const wrong: unknown[] = [];
    for (const { at, send, status } of attacks()) {
      const response = await fetch(shop().url + at, { redirect: 'manual', ...send });
      const body = await response.text();
      const seen = [response.status, response.headers.get('content-type'), INSIDES.test(body)];
      const expected = [status, 'application/problem+json', false];
      if (JSON.stringify(seen) !== JSON.stringify(expected))
        wrong.push({ at, body: send.body?.toString().slice(0, 80), seen, expected });
    }
    expect(wrong).toEqual([]);
    await shop().rest();
    expect(await everything()).toEqual(before);
  });

  test('the till takes news of money only with its signature', async () => {
    const before = await everything();
    const news = (signature?: string) =>
      fetch(`${shop().url}/webhook/till`, {
        method: 'POST',
        body: JSON.stringify({ merchant_id: 'local-1', type: 'payment.updated' }),
        headers: { ...json, ...(signature === undefined ? {} : { [TILL_SIGNATURE]: signature }) },
      });
    expect([(await news()).status, (await news('')).status, (await news('AAAA')).status]).toEqual([401, 401, 401]);
    expect(await everything()).toEqual(before);
  });

  test('the till knows no link that was not made', async () => {
    const pages = [`/till/${NOBODY}`, '/till/1', `/till/${NOBODY}/away`];
    const answers = await Promise.all(pages.map((at) => fetch(shop().url + at)));
    const pressed = await fetch(`${shop().url}/till/${NOBODY}/pay`, { method: 'POST' });
    expect([...answers, pressed].map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test('what a customer writes stays words: markup, quotes, NUL, half an emoji, a thousand lines', async () => {
    const strange = shop().phone();
    const nasty = [
      '<script>alert(1)</script>',
      "'; DROP TABLE messages; --",
      'a\u0000b',
      'half \ud83d',
      '\u202Eevil',
      'x\n'.repeat(700),
      '{{7*7}}',
      '%s%n',
    ];
    await strange.texts(...nasty);
    await shop().rest();
    const said = (await strange.screen()).filter(({ direction }) => direction === 'inbound').map(({ text }) => text);
    expect(said.slice(0, 3)).toEqual(['<script>alert(1)</script>', "'; DROP TABLE messages; --", 'ab']);
    expect(said).toHaveLength(nasty.length);
    await strange.asks('do you have homeland?', /Homeland/);
  });
});
