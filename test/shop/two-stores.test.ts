// Two shops in one database: one phone texts both, and neither knows what the other was told, has on its shelf or may send.
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { addStore } from '../../src/commerce/stores.ts';
import { smobiSignature } from '../../src/web/smobi-signature.ts';
import { book } from './books.ts';
import { SHOP_PHONE, SMOBI_SECRET, TOKEN, useShop, WAIT } from './kit.ts';

const shop = useShop();
const TOWER_PHONE = '+12015550177';
const READER = '+12015550188';
const HOBBIT = book('The Hobbit');
const Transcript = z.object({ items: z.array(z.object({ text: z.string(), direction: z.string() })) });
let count = 0;

async function openTower(): Promise<void> {
  const day = [{ opens: '08:00', closes: '10:00' }];
  const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  await addStore(shop().shop.db, {
    slug: 'tower-books',
    name: 'Tower Books',
    timezone: 'America/Chicago',
    hours: { weekly, holidays: [] },
    phone: TOWER_PHONE,
    place: '1 Tower Lane, Galena IL',
    contact: 'keeper@tower.example',
    currency: 'USD',
    taxRatePpm: 0,
    shippingCents: 100,
  });
  await shop().shop.refreshStores();
}

/** The same phone texts one of the two numbers. */
async function texts(to: string, message: string): Promise<void> {
  count += 1;
  const body = JSON.stringify({
    message_id: `two-${count}`,
    from: READER,
    to,
    message,
    message_type: 'sms',
    timestamp: new Date().toISOString(),
  });
  const response = await fetch(`${shop().url}/webhook/sms`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-smobi-signature': smobiSignature(SMOBI_SECRET, Buffer.from(body)),
    },
    body,
  });
  expect(response.status).toBe(200);
}

async function transcript(store: string): Promise<string[]> {
  const at = `${shop().url}/api/conversations/${encodeURIComponent(READER)}/messages?store=${store}`;
  const response = await fetch(at, { headers: { authorization: `Bearer ${TOKEN}` } });
  return Transcript.parse(await response.json()).items.map(({ text }) => text);
}

const hears = (store: string, words: RegExp) =>
  vi.waitFor(async () => expect((await transcript(store)).join('\n')).toMatch(words), WAIT);

test('one phone, two shops, and nothing of the one is in the other', async () => {
  await openTower();
  await texts(SHOP_PHONE, 'do you have the hobbit?');
  await hears('main', /The Hobbit.+\$14\.99/s);
  await texts(TOWER_PHONE, 'hi there');
  await hears('tower-books', /Tower Books/);
  await shop().rest();
  const [dungeon, tower] = [await transcript('main'), await transcript('tower-books')];
  expect([dungeon.join().includes('Tower Books'), tower.join().includes('Dungeon Books')]).toEqual([false, false]);
  expect(tower.join()).not.toContain('$');

  await texts(TOWER_PHONE, 'what are your hours?');
  await hears('tower-books', /8 ?(?:am)?.{1,8}10/);
  await texts(TOWER_PHONE, 'how much is shipping?');
  await hears('tower-books', /flat \$1\b/);

  await texts(TOWER_PHONE, 'where are you?');
  await hears('tower-books', /1 Tower Lane/);
  await texts(TOWER_PHONE, 'HELP');
  await hears('tower-books', /keeper@tower\.example/);

  await texts(TOWER_PHONE, 'STOP');
  await hears('tower-books', /opted out/);
  await shop().rest();
  await texts(SHOP_PHONE, "i'll take it");
  await hears('main', /want it\?|shall i\?/);
  await shop().rest();
  const { rows } = await shop().pool.query(
    'SELECT store_id, opted_out FROM threads WHERE opted_out IS NOT NULL ORDER BY store_id',
  );
  expect(rows).toEqual([
    { store_id: 1, opted_out: false },
    { store_id: 2, opted_out: true },
  ]);
  expect((await shop().staff('GET', `/api/books?q=${HOBBIT.isbn13}&store=tower-books`)).status).toBe(200);
  const inTower = await shop().staff('GET', '/api/books?q=hobbit&store=tower-books');
  expect(await inTower.json()).toMatchObject({ items: [] });
});

test('the limit of one shop leaves the other open', async () => {
  for (let n = 0; n < 12; n += 1) await texts(SHOP_PHONE, `hey ${n}`);
  await hears('main', /moment/);
  await texts(TOWER_PHONE, 'START');
  await hears('tower-books', /START|back/);
  await texts(TOWER_PHONE, 'hello?');
  await vi.waitFor(async () => expect((await transcript('tower-books')).at(-1)).not.toBe('hello?'), WAIT);
  expect((await transcript('tower-books')).join()).not.toMatch(/moment/);
  await shop().passes('limitWindow', { machine: 'customer', id: READER });
  await shop().rest();
});
