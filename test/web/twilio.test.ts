// Twilio's webhooks: what is proved before anything is taken, and what becomes of it.
import { describe, expect, test } from 'vitest';
import { RuntimeError } from '../../src/runtime/errors.ts';
import { webhook } from '../fakes/twilio.ts';
import { serve } from './serve.ts';
import type { Call } from './serve.ts';
import { openShop, READER, SHOP_PHONE, TWILIO_TOKEN } from './shop.ts';

const PUBLIC_URL = 'http://localhost:8080';
const TEXT = {
  MessageSid: 'SM1',
  AccountSid: 'AC1',
  From: READER,
  To: SHOP_PHONE,
  Body: 'got any dune?',
  NumMedia: '0',
  FromCity: 'JERSEY CITY',
};

function post(call: Call, fields: Record<string, string>, path = '/webhook/twilio', token = TWILIO_TOKEN) {
  return call(path, webhook(token, PUBLIC_URL + path, fields));
}

describe('a text from Twilio', () => {
  test('becomes one event for the customer’s actor and is answered with empty TwiML', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, TEXT);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/xml',
      '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    ]);
    expect(shop.sent).toMatchObject([
      {
        address: { storeId: 1, machine: 'customer', id: READER },
        event: { type: 'text.received', messageId: 'SM1', text: 'got any dune?', channel: 'twilio', keyword: null },
        options: { dedupeKey: 'twilio:SM1', source: 'twilio' },
      },
    ]);
  });

  test('that comes twice is answered 200 twice and changes the actor once', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const statuses = [(await post(call, TEXT)).status, (await post(call, TEXT)).status];
    expect([statuses, shop.sent.length]).toEqual([[200, 200], 1]);
  });

  test('by RCS is of the same customer', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, { ...TEXT, From: `rcs:${READER}`, To: 'rcs:marty_agent' });
    expect(shop.sent[0]?.address.id).toBe(READER);
  });

  test('that Twilio took for an opt-out is one, whatever the words', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, { ...TEXT, Body: 'Arrêt', OptOutType: 'STOP' });
    expect(shop.sent[0]?.event).toMatchObject({ text: 'Arrêt', keyword: 'stop' });
  });

  test('that is a picture and no words is kept as such', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, {
      ...TEXT,
      Body: '',
      NumMedia: '1',
      MediaUrl0: 'https://api.example/1',
      MediaContentType0: 'image/jpeg',
    });
    expect(shop.sent[0]?.event).toMatchObject({ text: '[picture]' });
  });

  test.each([['29537'], ['729725'], ['VERIZON']])(
    'from %s is taken, counted and not kept: nobody can answer it',
    async (From) => {
      const shop = openShop();
      const { call } = await serve(shop);
      const response = await post(call, { ...TEXT, From });
      const counted = await shop.deps.metrics.registry.getSingleMetricAsString('marty_texts_received_total');
      expect([response.status, shop.sent]).toEqual([200, []]);
      expect(counted).toContain('channel="twilio",outcome="ignored"} 1');
    },
  );

  test('is answered 503 with Retry-After when the runtime is over its bound', async () => {
    const { call } = await serve(openShop({ send: () => Promise.reject(new RuntimeError('overloaded', 'full')) }));
    const response = await post(call, TEXT);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

describe('a request in Twilio’s name is refused', () => {
  test('with 401 under another token, or for another address', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const [token, address] = [
      await post(call, TEXT, '/webhook/twilio', 'other'),
      await call('/webhook/twilio', webhook(TWILIO_TOKEN, 'https://elsewhere.example/webhook/twilio', TEXT)),
    ];
    expect([token.status, address.status, shop.sent]).toEqual([401, 401, []]);
  });

  test('with 401 when a field was changed or added', async () => {
    const { call } = await serve(openShop());
    const init = webhook(TWILIO_TOKEN, `${PUBLIC_URL}/webhook/twilio`, TEXT);
    const [changed, added] = [`${String(init.body)}x`, `${String(init.body)}&More=1`];
    const statuses = [
      await call('/webhook/twilio', { ...init, body: changed }),
      await call('/webhook/twilio', { ...init, body: added }),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('with 401 where Twilio is not set up', async () => {
    const shop = openShop();
    shop.deps.config.twilioAuthToken = null;
    const { call } = await serve(shop);
    expect((await post(call, TEXT)).status).toBe(401);
  });

  test('with 415 for what is no form, and 400 for a form without a sender', async () => {
    const { call } = await serve(openShop());
    const json = await call('/webhook/twilio', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { From: _, ...nobody } = TEXT;
    expect([json.status, (await post(call, nobody)).status]).toEqual([415, 400]);
  });

  test.each(['SM\0', 'S M', ''])(
    'with 400 for an id that is none, as a text and as a status: %j',
    async (MessageSid) => {
      const shop = openShop();
      const { call } = await serve(shop);
      const statuses = [
        (await post(call, { ...TEXT, MessageSid })).status,
        (await post(call, { MessageSid, MessageStatus: 'delivered' }, '/webhook/twilio/status')).status,
      ];
      expect([statuses, shop.sent, shop.receipts]).toEqual([[400, 400], [], []]);
    },
  );
});

describe('a delivery status from Twilio', () => {
  const STATUS = '/webhook/twilio/status?reference=1-r1';

  test('is handed on with the reference that we gave it', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await post(call, { MessageSid: 'SM9', MessageStatus: 'delivered', To: READER }, STATUS);
    expect([response.status, shop.receipts]).toEqual([
      200,
      [{ providerId: 'SM9', reference: '1-r1', status: 'delivered' }],
    ]);
  });

  test('with error 21610 says that the phone has opted out', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, { MessageSid: 'SM9', MessageStatus: 'failed', ErrorCode: '21610' }, STATUS);
    expect(shop.receipts).toEqual([{ providerId: 'SM9', reference: '1-r1', status: 'failed', refusal: 'opted_out' }]);
  });

  test.each([
    ['30007', 'filtered'],
    ['30006', 'landline'],
  ])('with error %s says why the carrier turned it away', async (ErrorCode, refusal) => {
    const shop = openShop();
    const { call } = await serve(shop);
    await post(call, { MessageSid: 'SM9', MessageStatus: 'undelivered', ErrorCode }, STATUS);
    expect(shop.receipts).toEqual([{ providerId: 'SM9', reference: '1-r1', status: 'failed', refusal }]);
  });

  test('that is only a step on the way says nothing new', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    expect([(await post(call, { MessageSid: 'SM9', MessageStatus: 'sending' }, STATUS)).status, shop.receipts]).toEqual(
      [200, []],
    );
  });

  test('is refused when its query was changed', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const init = webhook(TWILIO_TOKEN, PUBLIC_URL + STATUS, { MessageSid: 'SM9', MessageStatus: 'delivered' });
    const response = await call('/webhook/twilio/status?reference=1-r2', init);
    expect([response.status, shop.receipts]).toEqual([401, []]);
  });
});
