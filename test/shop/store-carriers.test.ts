// Two shops with carriers of their own: a text counts only under the key of the shop whose number was called, an answer
// leaves by that shop's own account, and a shop without keys goes on with those of the process.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { removeStoreKey, setStoreKeys } from '../../src/commerce/store-keys.ts';
import { addStore } from '../../src/commerce/stores.ts';
import { smobiSignature } from '../../src/web/smobi-signature.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import { FakeTwilio, webhook } from '../fakes/twilio.ts';
import { SHOP_PHONE, SMOBI_SECRET, useShop, WAIT } from './kit.ts';

const shop = useShop('quick', true, () =>
  Promise.resolve({ TWILIO_ACCOUNT_SID: 'AC0', TWILIO_AUTH_TOKEN: 'the-token-of-all', TWILIO_FROM: SHOP_PHONE }),
);
const TOWER = { id: 0, phone: '+12015550177', secret: 'the-tower-signs', token: 'the-token-of-the-tower' };
const CRYPT = { id: 0, phone: '+12015550166', secret: 'the-crypt-signs', token: 'the-token-of-the-crypt' };
const READER = '+12015550188';
const smobi = { tower: new FakeSmobi(), crypt: new FakeSmobi() };
const twilio = new FakeTwilio();

beforeAll(async () => {
  await Promise.all([smobi.tower.start(), smobi.crypt.start(), twilio.start()]);
  smobi.tower.key = 'the-key-of-the-tower';
  smobi.crypt.key = 'the-key-of-the-crypt';
  twilio.authToken = TOWER.token;
  TOWER.id = await open('tower', TOWER.phone);
  CRYPT.id = await open('crypt', CRYPT.phone);
  const { db, vault, refreshStores } = shop().shop;
  for (const [{ id, secret }, { url, key }] of [
    [TOWER, smobi.tower],
    [CRYPT, smobi.crypt],
  ] as const)
    await setStoreKeys(db, vault, id, { SMOBI_API_URL: url, SMOBI_API_KEY: key, SMOBI_WEBHOOK_SECRET: secret });
  await setStoreKeys(db, vault, TOWER.id, {
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: TOWER.token,
    TWILIO_BASE_URL: twilio.url,
  });
  await refreshStores();
});
afterAll(() => Promise.all([smobi.tower.stop(), smobi.crypt.stop(), twilio.stop()]));

async function open(slug: string, phone: string): Promise<number> {
  const day = [{ opens: '08:00', closes: '10:00' }];
  const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  const where = { timezone: 'America/New_York', hours: { weekly, holidays: [] }, currency: 'USD' };
  const { id } = await addStore(shop().shop.db, { slug, name: slug, phone, ...where, taxRatePpm: 0, shippingCents: 0 });
  return id;
}

/** Answers the status of a text to that number, signed with that secret. */
async function texts(to: string, secret: string, message = 'hi'): Promise<number> {
  const timestamp = new Date().toISOString();
  const text = { message_id: randomUUID(), from: READER, to, message, message_type: 'sms', timestamp };
  return posts('/webhook/sms', secret, text);
}

async function posts(path: string, secret: string, content: object): Promise<number> {
  const body = JSON.stringify(content);
  const signature = smobiSignature(secret, Buffer.from(body));
  const headers = { 'content-type': 'application/json', 'x-smobi-signature': signature };
  return (await fetch(shop().url + path, { method: 'POST', headers, body })).status;
}

async function throughTwilio(to: string, token: string): Promise<number> {
  const url = `${shop().url}/webhook/twilio`;
  return (await fetch(url, webhook(token, url, { MessageSid: randomUUID(), From: READER, To: to, Body: 'hi' }))).status;
}

describe('a text through Smobi', () => {
  test('counts under the key of the shop that was called and under no other', async () => {
    expect(await texts(TOWER.phone, CRYPT.secret)).toBe(401);
    expect(await texts(TOWER.phone, SMOBI_SECRET)).toBe(401);
    expect(await texts(SHOP_PHONE, TOWER.secret)).toBe(401);
    expect(await texts(SHOP_PHONE, 'nobody-s-secret')).toBe(401);
    const { rows } = await shop().pool.query("SELECT count(*)::int AS texts FROM messages WHERE direction = 'inbound'");
    expect(rows).toEqual([{ texts: 0 }]);
    expect(await texts(SHOP_PHONE, SMOBI_SECRET, 'STOP')).toBe(200);
  });

  test('is answered by the account of the shop that was called', async () => {
    expect(await texts(TOWER.phone, TOWER.secret, 'hi')).toBe(200);
    await vi.waitFor(() => expect(smobi.tower.delivered.length).toBeGreaterThan(0), WAIT);
    expect(await texts(CRYPT.phone, CRYPT.secret, 'hi')).toBe(200);
    await vi.waitFor(() => expect(smobi.crypt.delivered.length).toBeGreaterThan(0), WAIT);
    await shop().rest();
    expect(new Set(smobi.tower.delivered.map(({ from }) => from))).toEqual(new Set([TOWER.phone]));
    expect(new Set(smobi.crypt.delivered.map(({ from }) => from))).toEqual(new Set([CRYPT.phone]));
  });
});

test('a receipt moves no bubble of a shop that another key speaks for', async () => {
  const status = async () => {
    const { rows } = await shop().pool.query<{ id: string; status: string }>(
      `SELECT id, status FROM messages WHERE store_id = $1 AND direction = 'outbound' ORDER BY id LIMIT 1`,
      [TOWER.id],
    );
    return rows[0] ?? { id: '', status: 'none' };
  };
  const { id } = await status();
  const receipt = {
    message_id: 'smobi-1',
    reference: `${TOWER.id}-${id}`,
    status: 'delivered',
    timestamp: new Date().toISOString(),
  };
  expect(await posts('/webhook/sms/status', CRYPT.secret, receipt)).toBe(200);
  expect((await status()).status).toBe('sent');
  expect(await posts('/webhook/sms/status', TOWER.secret, receipt)).toBe(200);
  expect((await status()).status).toBe('delivered');
});

describe('Twilio', () => {
  test('signs for the shop by its own token, and by that of the process where it has none', async () => {
    expect(await throughTwilio(TOWER.phone, 'the-token-of-all')).toBe(401);
    expect(await throughTwilio(CRYPT.phone, TOWER.token)).toBe(401);
    expect(await throughTwilio(CRYPT.phone, 'the-token-of-all')).toBe(200);
  });

  test('to an RCS agent, which has no number, is for whose key it is, and under the shared one for the first shop', async () => {
    const heard = async () => {
      const { rows } = await shop().pool.query<{ id: number }>(
        `SELECT store_id AS id FROM messages WHERE channel = 'twilio' AND direction = 'inbound' ORDER BY at, id`,
      );
      return rows.map(({ id }) => id);
    };
    const before = await heard();
    expect(await throughTwilio('rcs:tower_agent', TOWER.token)).toBe(200);
    expect(await throughTwilio('rcs:shared_agent', 'the-token-of-all')).toBe(200);
    expect(await throughTwilio('rcs:shared_agent', 'nobody-s-token')).toBe(401);
    expect((await heard()).slice(before.length)).toEqual([TOWER.id, 1]);
  });

  test('sends by the account of the shop', async () => {
    expect(await throughTwilio(TOWER.phone, TOWER.token)).toBe(200);
    await vi.waitFor(() => expect(twilio.delivered.length).toBeGreaterThan(0), WAIT);
  });
});

test('keys are sealed, and once they are gone the shop goes on with those of the process', async () => {
  const { db, refreshStores } = shop().shop;
  const { rows } = await shop().pool.query<{ value: Buffer }>('SELECT value_sealed AS value FROM store_keys');
  expect(rows.some(({ value }) => value.includes(TOWER.secret) || value.includes(TOWER.token))).toBe(false);
  for (const name of ['SMOBI_API_URL', 'SMOBI_API_KEY', 'SMOBI_WEBHOOK_SECRET'])
    await removeStoreKey(db, TOWER.id, name);
  await refreshStores();
  expect([await texts(TOWER.phone, TOWER.secret), await texts(TOWER.phone, SMOBI_SECRET)]).toEqual([401, 200]);
});
