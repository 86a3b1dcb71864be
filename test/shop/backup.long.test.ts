// A shop among others is backed up, goes on, is lost, and comes back: what was said, sold and charged meanwhile is not done again.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dumpStore } from '../../src/cli/backup/dump.ts';
import type { Keys } from '../../src/cli/keys/fitting.ts';
import { restoreStore } from '../../src/cli/backup/restore.ts';
import { straysAtSquare } from '../../src/cli/backup/strays.ts';
import { storeTables } from '../../src/cli/backup/tables.ts';
import { rotate } from '../../src/cli/keys/rotate.ts';
import { underWaySince } from '../../src/cli/keys/rotations.ts';
import { forgetCustomer } from '../../src/cli/shop/forget-customer.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { setStoreKeys } from '../../src/commerce/store-keys.ts';
import { addStore } from '../../src/commerce/stores.ts';
import { FakeSquare } from '../fakes/square.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { picksUp } from './journeys.ts';
import { useShop, WAIT } from './kit.ts';
import { PAID } from './lines.ts';
import { TwilioPhone } from './twilio-phone.ts';

const shop = useShop();
const BOOK = { isbn13: '9781234567897', title: 'The Tower Almanac', priceCents: 1250, named: 'the tower almanac' };
const TOWER = { id: 0, slug: 'tower', phone: '+12015550177' };
const LINK = /^http\S+\/l\/link-\S+$/;
const twilio = new FakeTwilio();
const square = new FakeSquare();
const folder = mkdtempSync(join(tmpdir(), 'marty-backup-'));
const file = join(folder, 'tower.marty');

beforeAll(async () => {
  await Promise.all([twilio.start(), square.start()]);
  const { db, vault, services, refreshStores } = shop().shop;
  const day = [{ opens: '08:00', closes: '20:00' }];
  const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day };
  const where = { timezone: 'America/New_York', hours: { weekly, holidays: [] }, currency: 'USD' };
  const { slug, phone } = TOWER;
  const store = await addStore(db, { slug, name: 'Tower Books', phone, ...where, taxRatePpm: 0, shippingCents: 0 });
  TOWER.id = store.id;
  await setStoreKeys(db, vault, store.id, {
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_BASE_URL: twilio.url,
    SQUARE_ACCESS_TOKEN: square.accessToken,
    SQUARE_LOCATION_ID: square.locationId,
    SQUARE_BASE_URL: square.url,
  });
  await refreshStores();
  const { isbn13, title, priceCents } = BOOK;
  await services.catalogue.put(store.id, { isbn13, title, authors: ['A. Tower'], priceCents });
  await services.stock.adjust({ storeId: store.id, isbn13, onHand: 5 });
  shop().comesIn(isbn13, 5);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([twilio.stop(), square.stop()]);
});

const reader = (number: string) => new TwilioPhone({ url: shop().url, phone: TOWER.phone }, number, twilio);
const deps = (keys: Keys = shop().secrets) => ({ pool: shop().pool, keys, now: Date.now, onTable: () => undefined });

const keyOf = ({ number: id }: TwilioPhone) => shop().shop.runtime.find({ storeId: TOWER.id, machine: 'customer', id });

/** A file of these lines is refused with these words. */
async function refuses(lines: string[], words: RegExp, keys?: Keys): Promise<void> {
  const broken = join(folder, 'broken.marty');
  writeFileSync(broken, gzipSync(lines.join('\n')));
  await expect(restoreStore(deps(keys), broken)).rejects.toThrow(words);
}

async function getsLink(phone: TwilioPhone): Promise<string> {
  await picksUp(phone, BOOK);
  await phone.texts('pay now');
  return phone.hears(LINK);
}

/** As if two minutes had passed without a word from Square. */
async function asksSquare(): Promise<void> {
  await shop().pool.query(
    `UPDATE till_intents SET created_at = created_at - interval '10 minutes', checked_at = NULL WHERE settled_at IS NULL`,
  );
  await keepHouse(shop().shop);
}

async function tables() {
  return storeTables(shop().pool);
}

/** All rows of a store, in one number a table. */
async function digests(storeId: number): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { name, storeColumn } of await tables()) {
    const { rows } = await shop().pool.query(
      `SELECT count(*)::int AS n, md5(string_agg(t::text, ',' ORDER BY t::text)) AS hash FROM "${name}" t WHERE "${storeColumn}" = $1`,
      [storeId],
    );
    found[name] = rows[0];
  }
  return found;
}

/** The rows are gone, also those that nobody may delete. */
async function lose(storeId: number): Promise<void> {
  const client = await shop().pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    for (const { name, storeColumn } of await tables())
      await client.query(`DELETE FROM "${name}" WHERE "${storeColumn}" = $1`, [storeId]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

test('what was said, sold and charged after the backup is not done again', async () => {
  const beside = shop().phone();
  await beside.asks('do you have the hobbit?', /Hobbit/);
  const [ada, bob] = [reader('+12015550188'), reader('+12015550189')];
  const link = await getsLink(ada);
  await shop().rest();
  twilio.faults = Array.from({ length: 40 }, () => 429);
  const write = `/api/conversations/${encodeURIComponent(ada.number)}/messages?store=${TOWER.slug}`;
  expect((await shop().staff('POST', write, { text: 'the cat says hello' })).status).toBe(202);
  await vi.waitFor(async () => {
    const { rows } = await shop().pool.query(
      `SELECT status FROM messages WHERE direction = 'outbound' AND status = 'queued'`,
    );
    expect([rows.length, twilio.faults.length < 40]).toEqual([1, true]);
  }, WAIT);
  await dumpStore(deps(), TOWER.slug, file);
  const backupAt = new Date();

  twilio.faults = [];
  await ada.hears(/the cat says hello/);
  square.pay(link.slice(link.lastIndexOf('/') + 1));
  await asksSquare();
  await ada.hears(PAID);
  await getsLink(bob);
  await shop().rest();
  const heard = twilio.delivered.map(({ to, body }) => [to, body]);
  await shop().close();
  const other = await digests(1);
  await lose(TOWER.id);
  await restoreStore(deps(), file);
  expect(await digests(1)).toEqual(other);

  await shop().open();
  await asksSquare();
  await shop().rest();
  await vi.waitFor(async () => {
    const { rows } = await shop().pool.query('SELECT state FROM orders WHERE store_id = $1', [TOWER.id]);
    expect(rows).toEqual([{ state: 'paid' }]);
  }, WAIT);
  await shop().rest();
  expect(twilio.delivered.map(({ to, body }) => [to, body])).toEqual(heard);
  expect(square.books.payments.size).toBe(1);
  const { rows } = await shop().pool.query('SELECT on_hand, reserved FROM inventory WHERE store_id = $1', [TOWER.id]);
  expect(rows).toEqual([{ on_hand: 4, reserved: 0 }]);

  const place = (await shop().shop.tills.square(TOWER.id))?.place;
  if (!place) throw new Error('the shop has Square');
  const strays = await straysAtSquare(shop().shop.db, place, TOWER.id, backupAt);
  expect(strays.map(({ why, isPaid, totalCents }) => ({ why, isPaid, totalCents }))).toEqual([
    { why: 'unknown', isPaid: false, totalCents: 1250 },
  ]);
  await bob.asks('do you have the tower almanac?', /Almanac/);
});

test('a backup is refused, and nothing changed, where it does not fit', async () => {
  const before = await digests(TOWER.id);
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  await expect(dumpStore(deps(), TOWER.slug, file)).rejects.toThrow(/is there already/);
  await expect(dumpStore(deps(), 'nowhere', `${file}.2`)).rejects.toThrow(/There is no store "nowhere"/);
  await expect(restoreStore(deps(), join(folder, 'none'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  await refuses(lines, /still has rows here \(.*actors.*\)/);
  await refuses(lines, /made under another PII_KEY/, { piiKey: Buffer.alloc(32, 1), piiKeyPrevious: null });
  await refuses(
    [(lines[0] ?? '').replace(/"hash":"\w+"/, '"hash":"other"'), ...lines.slice(1)],
    /The backup has schema 0\d+_\w+/,
  );
  await refuses([(lines[0] ?? '').replace('"version":1', '"version":2'), ...lines.slice(1)], /is of format 2/);
  await refuses(['hello'], /is no backup of a store/);
  expect(await digests(TOWER.id)).toEqual(before);

  await shop().rest();
  await shop().close();
  const whole = join(folder, 'whole.marty');
  await dumpStore(deps(), TOWER.slug, whole);
  const now = gunzipSync(readFileSync(whole)).toString().split('\n');
  await lose(TOWER.id);
  const empty = await digests(TOWER.id);
  await refuses(
    now.map((line) => (line.includes(BOOK.title) ? line.replace('"1250"', '"1"') : line)),
    /was changed/,
  );
  await refuses(now.slice(0, -2), /is cut off/);
  writeFileSync(join(folder, 'half'), readFileSync(whole).subarray(0, 2000));
  await expect(restoreStore(deps(), join(folder, 'half'))).rejects.toThrow(/is cut off/);
  expect(await digests(TOWER.id)).toEqual(empty);
  await restoreStore(deps(), whole);
  await shop().open();
});

test(
  'a backup from before a rotation of PII_KEY comes back under the new key, and who is known by the old one alone stays known',
  { timeout: 60_000 },
  async () => {
    const { secrets, pool } = shop();
    const renewed = { ...secrets, piiKey: randomBytes(32) };
    const both = { ...renewed, piiKeyPrevious: secrets.piiKey };
    const turn = () => rotate({ pool, newest: renewed.piiKey, previous: secrets.piiKey });
    const [known, gone] = [reader('+12015550190'), reader('+12015550191')];
    const keys = () => Promise.all([known, gone].map(keyOf));
    await known.asks('do you have the tower almanac?', /Almanac/);
    await gone.asks('STOP', /opted out/);
    await shop().rest();
    await forgetCustomer(shop().shop, TOWER.id, gone.number);
    await shop().rest();
    const before = await keys();
    await shop().close();
    const [old, young] = [join(folder, 'old.marty'), join(folder, 'young.marty')];
    await dumpStore(deps(), TOWER.slug, old);
    await lose(TOWER.id);
    await turn();
    await expect(restoreStore(deps(renewed), old)).rejects.toThrow(/Set the key of then as PII_KEY_PREVIOUS/);
    expect((await restoreStore(deps(both), old)).isToRotate).toBe(true);
    expect(await underWaySince(pool)).not.toBeNull(); // nobody starts under the new key alone
    await turn();

    await dumpStore(deps(renewed), TOWER.slug, young);
    await lose(TOWER.id);
    await pool.query('DELETE FROM key_rotations'); // as in an empty database
    expect((await restoreStore(deps(renewed), young)).isToRotate).toBe(false);
    await shop().open(renewed);
    expect(await keys()).toEqual(before);
    const heard = (await gone.bubbles()).length;
    await gone.texts('do you have the tower almanac?');
    await known.asks('do you have the tower almanac?', /Almanac/);
    await shop().rest();
    expect((await gone.bubbles()).length).toBe(heard);
  },
);
