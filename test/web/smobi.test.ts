// Smobi's webhook: what is proved before a text is taken, and that a 200 is never said too early.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PROBE_PHONE } from '../../src/channels/probe.ts';
import { RuntimeError } from '../../src/runtime/errors.ts';
import { serve } from './serve.ts';
import { NOW, openShop, READER, SECRET, SHOP_PHONE } from './shop.ts';
import type { Call } from './serve.ts';

const text = {
  message_id: 'm1',
  from: READER,
  to: SHOP_PHONE,
  message: 'got any dune?',
  message_type: 'sms',
  timestamp: new Date(NOW).toISOString(),
};

const sign = (body: string | Uint8Array, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

function post(
  call: Call,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/webhook/sms',
) {
  const signed = { 'content-type': 'application/json', 'x-smobi-signature': sign(body), ...headers };
  return call(path, { method: 'POST', body, headers: signed });
}

describe('a text from Smobi', () => {
  test('becomes one event for the customer’s actor, with the provider’s id as dedupe key', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(text), { 'x-correlation-id': 'from-smobi' });
    expect([response.status, await response.json()]).toEqual([200, { status: 'accepted' }]);
    expect(shop.sent).toEqual([
      {
        address: { storeId: 1, machine: 'customer', id: READER },
        event: {
          type: 'text.received',
          messageId: 'm1',
          text: 'got any dune?',
          channel: 'smobi',
          keyword: null,
          rich: false,
          zones: ['America/New_York'],
        },
        options: { dedupeKey: 'smobi:m1', source: 'smobi', correlationId: 'from-smobi' },
      },
    ]);
  });

  test('that comes twice is answered 200 twice and changes the actor once', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const bodies = [await post(call, JSON.stringify(text)), await post(call, JSON.stringify(text))];
    expect(bodies.map(({ status }) => status)).toEqual([200, 200]);
    expect(shop.sent).toHaveLength(1);
  });

  test('is answered 503 with Retry-After when the runtime is over its bound', async () => {
    const overloaded = new RuntimeError('overloaded', 'full');
    const { call } = await serve(openShop({ send: () => Promise.reject(overloaded) }));
    const response = await post(call, JSON.stringify(text));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  });

  test('is answered 503 with Retry-After while the database is out of reach', async () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { call } = await serve(openShop({ send: () => Promise.reject(new Error('Failed query', { cause })) }));
    const response = await post(call, JSON.stringify(text));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  });

  test('is never answered 200 when the commit fails, and the failure says nothing of the text', async () => {
    const shop = openShop({ send: () => Promise.reject(new Error(`insert failed: got any dune? ${READER}`)) });
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(text));
    const said = JSON.stringify([await response.json(), shop.logged]);
    expect(response.status).toBe(500);
    expect(said).not.toMatch(/dune|2015550123|insert/);
  });

  test('carries a keyword when it is nothing but one', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, JSON.stringify({ ...text, message: ' Stop. ' }));
    expect(shop.sent[0]?.event).toMatchObject({ keyword: 'stop', text: ' Stop. ' });
  });

  test('loses its NUL characters and lone surrogates, and nothing else', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(
      call,
      `{"message_id":"m2","from":"(201) 555-0123","to":"${SHOP_PHONE}","message":"a\\u0000b\\ud800c 🧙","message_type":"rcs","timestamp":"2026-11-22T14:00:00-05:00"}`,
    );
    expect(shop.sent[0]?.event).toMatchObject({ text: 'ab\ufffdc 🧙' });
    expect(shop.sent[0]?.address.id).toBe(READER);
  });
});

describe('a request to the webhook is refused', () => {
  const signatures: Array<[string, Record<string, string>]> = [
    ['that is empty', { 'x-smobi-signature': '' }],
    ['under another secret', { 'x-smobi-signature': sign(JSON.stringify(text), 'other') }],
    ['of another body', { 'x-smobi-signature': sign('{}') }],
    ['without its prefix', { 'x-smobi-signature': sign(JSON.stringify(text)).slice(7) }],
    ['of the wrong length', { 'x-smobi-signature': 'sha256=abcd' }],
  ];
  test.each(signatures)('with 401 for a signature %s', async (_name, headers) => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(text), headers);
    expect([response.status, shop.sent]).toEqual([401, []]);
  });

  test('with 401 when no secret is configured', async () => {
    const shop = openShop();
    shop.deps.config.smobiWebhookSecret = null;
    const { call } = await serve(shop);
    expect((await post(call, JSON.stringify(text))).status).toBe(401);
  });

  test('with 403 from an address off the list, whatever it claims to forward', async () => {
    const shop = openShop();
    shop.deps.config.smobiIpAllowlist = ['203.0.113.0/24'];
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(text), { 'x-forwarded-for': '203.0.113.7' });
    expect([response.status, shop.sent]).toEqual([403, []]);
  });

  test('unless the address is on the list, or a trusted proxy vouches for it', async () => {
    const shop = openShop();
    shop.deps.config.smobiIpAllowlist = ['203.0.113.0/24'];
    shop.deps.config.trustedProxies = ['127.0.0.1'];
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(text), { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' });
    expect(response.status).toBe(200);
  });

  const minutes = (count: number) => new Date(NOW + count * 60_000).toISOString();
  const bodies: Array<[string, string | Uint8Array<ArrayBuffer>]> = [
    ['no JSON', '{"from":'],
    ['not UTF-8', new Uint8Array(Buffer.from(JSON.stringify({ ...text, message: 'caf\u00e9' }), 'latin1'))],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing at all', ''],
    ['without message_id', JSON.stringify({ ...text, message_id: undefined })],
    ['with a short code', JSON.stringify({ ...text, from: '12345' })],
    ['with words for a phone number', JSON.stringify({ ...text, from: 'my phone' })],
    ['with a number for a phone number', JSON.stringify({ ...text, from: 12015550123 })],
    ['with an empty message', JSON.stringify({ ...text, message: ' \u0000\n' })],
    ['with 1,601 characters', JSON.stringify({ ...text, message: 'x'.repeat(1601) })],
    ['of a type that is not ours', JSON.stringify({ ...text, message_type: 'fax' })],
    ['without a time', JSON.stringify({ ...text, timestamp: 'yesterday' })],
    ['from 6 minutes ahead', JSON.stringify({ ...text, timestamp: minutes(6) })],
    ['from 73 hours ago', JSON.stringify({ ...text, timestamp: minutes(-73 * 60) })],
  ];
  test.each(bodies)('with 400 for a body that is %s', async (_name, body) => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, body);
    expect(await response.json()).toMatchObject({ type: 'urn:marty:problem:bad-request', status: 400 });
    expect(shop.sent).toEqual([]);
  });

  test('but not for 1,600 characters, 4 minutes ahead or 71 hours ago', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const fine = [
      { message_id: 'a', message: 'x'.repeat(1600) },
      { message_id: 'b', timestamp: minutes(4) },
      { message_id: 'c', timestamp: minutes(-71 * 60) },
    ];
    for (const change of fine) expect((await post(call, JSON.stringify({ ...text, ...change }))).status).toBe(200);
    expect(shop.sent).toHaveLength(3);
  });

  test('with 413 over 64 KiB, and 415 for what is not JSON', async () => {
    const { call } = await serve(openShop());
    const large = JSON.stringify({ ...text, message: 'x'.repeat(66_000) });
    const [tooLarge, form] = [
      await post(call, large),
      await post(call, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
    ];
    expect([tooLarge.status, form.status]).toEqual([413, 415]);
  });
});

describe('a delivery receipt from Smobi', () => {
  const receipt = { message_id: 'p1', reference: 'r1', status: 'delivered', timestamp: text.timestamp };

  test('is handed on under the same signature', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, JSON.stringify(receipt), {}, '/webhook/sms/status');
    expect([response.status, shop.receipts]).toEqual([
      200,
      [{ providerId: 'p1', reference: 'r1', status: 'delivered' }],
    ]);
  });

  test('is refused without one, and with a status that nobody knows', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const unsigned = await post(call, JSON.stringify(receipt), { 'x-smobi-signature': '' }, '/webhook/sms/status');
    const odd = await post(call, JSON.stringify({ ...receipt, status: 'eaten' }), {}, '/webhook/sms/status');
    expect([unsigned.status, odd.status, shop.receipts]).toEqual([401, 400, []]);
  });
});

test('a text of the probe is answered in the house, whatever it costs to answer by Smobi', async () => {
  const shop = openShop();
  const { call } = await serve(shop);
  const response = await post(call, JSON.stringify({ ...text, from: PROBE_PHONE }));
  expect(response.status).toBe(200);
  expect(shop.sent).toMatchObject([{ event: { channel: 'simulator' }, options: { source: 'probe' } }]);
});
