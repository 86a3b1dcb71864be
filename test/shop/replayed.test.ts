// A text of Twilio's carries no time: who caught one on its way can send it again, with its signature, whenever they like.
import { expect, test } from 'vitest';
import { prune } from '../../src/runtime/prune.ts';
import { webhook } from '../fakes/twilio.ts';
import { SHOP_PHONE, useShop } from './kit.ts';

const TWILIO_TOKEN = 'a-twilio-token';
const DAY_MS = 24 * 60 * 60_000;
const READER = '+12015550188';
const shop = useShop('quick', true, () =>
  Promise.resolve({ TWILIO_ACCOUNT_SID: 'AC0', TWILIO_AUTH_TOKEN: TWILIO_TOKEN, TWILIO_FROM: SHOP_PHONE }),
);

async function texts(MessageSid: string): Promise<[number, string]> {
  const url = `${shop().url}/webhook/twilio`;
  const fields = { MessageSid, From: READER, To: SHOP_PHONE, Body: 'got any dune?' };
  const response = await fetch(url, webhook(TWILIO_TOKEN, url, fields));
  await shop().rest();
  return [response.status, await response.text()];
}

/** Every turn and every message, in order. */
async function everything(): Promise<unknown[]> {
  const turns = await shop().pool.query('SELECT actor_key, seq, type, at FROM events ORDER BY actor_key, seq');
  const messages = await shop().pool.query('SELECT id, direction, provider_id, status FROM messages ORDER BY id');
  return [turns.rows, messages.rows];
}

test('a text of Twilio’s that comes again when its dedupe key is gone is answered as before and changes nothing', async () => {
  const answered = await texts('SM1');
  const { dedupe } = await prune(shop().pool, Date.now() + 8 * DAY_MS);
  const before = await everything();

  expect([dedupe > 0, await texts('SM1')]).toEqual([true, answered]);
  expect(await everything()).toEqual(before);

  await texts('SM2');
  const { rows } = await shop().pool.query(`SELECT provider_id FROM messages WHERE direction = 'inbound' ORDER BY id`);
  expect(rows).toEqual([{ provider_id: 'SM1' }, { provider_id: 'SM2' }]);
});
