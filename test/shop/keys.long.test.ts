// PII_KEY is exchanged while the shop works, and nobody who texts with it notices.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { forgetCustomer } from '../../src/cli/shop/forget-customer.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { checkKeys, rotate } from '../../src/cli/keys/rotate.ts';
import { InboxPage } from '../../src/web/wire/inbox.ts';
import { openedBy } from '../cli/former-key.ts';
import { book } from './books.ts';
import { agrees, givesAddress } from './journeys.ts';
import { useShop } from './kit.ts';
import { PAY_HOW } from './lines.ts';
import { Phone } from './phone.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');
const NEW = randomBytes(32);
/** The shop is opened three times. */
const TEST_MS = 240_000;

const keyOf = (reader: Phone) => shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
const addressText = (reader: Phone) => `1/customer/${reader.number}`;
const found = async (q: string) =>
  InboxPage.parse(await (await shop().staff('GET', `/api/inbox?q=${encodeURIComponent(q)}`)).json()).items.length;

async function customers(): Promise<number> {
  const { rows } = await shop().pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM actors WHERE machine = 'customer' AND status <> 'forgotten'`,
  );
  return rows[0]?.n ?? 0;
}

test('a shop goes from one PII_KEY to another in the middle of its conversations', { timeout: TEST_MS }, async () => {
  const { secrets } = shop();
  const [talker, shipped, gone] = [shop().phone(), shop().phone(), shop().phone()];
  await Promise.all([agrees(talker, HOBBIT), givesAddress(shipped, HOBBIT), gone.asks('STOP', /opted out/)]);
  await shop().staff('POST', `/api/conversations/${encodeURIComponent(shipped.number)}/notes`, {
    text: 'collects wyverns',
  });
  await shop().rest();
  await forgetCustomer(shop().shop, 1, gone.number);
  await keepHouse(shop().shop); // finds numbers by their ends
  await shop().rest();
  const [heir, known] = [await keyOf(gone), await keyOf(shipped)];

  await shop().close();
  await shop().open({ ...secrets, piiKey: NEW, piiKeyPrevious: secrets.piiKey });
  expect([await found('wyverns'), await found('ada lovelace'), await found(shipped.number.slice(-4))]).toEqual([
    1, 1, 1,
  ]);
  const strangers = Array.from({ length: 5 }, () => shop().phone());
  const texts = [...strangers, shipped].map((reader) => reader.texts('do you have the hobbit?'));
  const turned = rotate({ pool: shop().pool, newest: NEW, previous: secrets.piiKey });
  await Promise.all([turned, ...texts, talker.asks('pick it up', PAY_HOW)]);
  await Promise.all(strangers.map((reader) => reader.hears(/Hobbit/)));
  await shop().rest();
  for (const reader of strangers)
    expect((await reader.bubbles()).filter((text) => text.includes('Hobbit'))).toHaveLength(1);
  expect([await customers(), await keyOf(shipped), await keyOf(gone)]).toEqual([3 + strangers.length, known, heir]);

  const under = await checkKeys({ pool: shop().pool, newest: NEW, previous: null });
  expect(under.filter(({ previous, neither }) => previous + neither > 0)).toEqual([]);
  const all = [talker, shipped, ...strangers].map(addressText);
  expect(await openedBy(shop().pool, secrets.piiKey, all)).toEqual({});

  await shop().close();
  await shop().open({ ...secrets, piiKey: NEW, piiKeyPrevious: null });
  expect([await found('wyverns'), await found('ada lovelace'), await found(shipped.number.slice(-4))]).toEqual([
    1, 1, 1,
  ]);
  await talker.asks('hold it', /hold|behind the counter|name on it/i);
  const stranger = new Phone(shop().url, gone.number);
  await stranger.texts('do you have dune?');
  await shop().rest();
  expect([await stranger.bubbles(), await keyOf(gone)]).toEqual([[], heir]);
  await stranger.asks('START', /back in\. marty|welcome back/);
  expect(await customers()).toBe(3 + strangers.length);
});
