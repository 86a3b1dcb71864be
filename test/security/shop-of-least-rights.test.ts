// A whole shop whose program is not the owner of its tables: all that it does to sell a book, by day and by night, is within its rights.
import { afterAll, afterEach, expect, test } from 'vitest';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { makeLeastRole } from '../harness/least-role.ts';
import type { LeastRole } from '../harness/least-role.ts';
import { book } from '../shop/books.ts';
import { getsLink, picksUp } from '../shop/journeys.ts';
import { useShop } from '../shop/kit.ts';
import { HELD, PAID } from '../shop/lines.ts';

let role: LeastRole;
const shop = useShop('quick', true, async (own) => {
  await prepare(readConfig(own), () => undefined);
  role = await makeLeastRole(own['DATABASE_URL'] ?? '');
  return { DATABASE_URL: role.url };
});
afterEach(() => {
  expect(shop().log.lines.filter((line) => /42501|permission denied|must be owner/.test(line))).toEqual([]);
});
afterAll(async () => {
  await shop().close();
  await role.drop();
});

test('runs as a role that owns nothing', async () => {
  const { rows } = await shop().shop.database.pool.query('SELECT current_user AS name');
  expect(rows).toEqual([{ name: role.name }]);
});

test('takes a customer from a text to a paid order that staff hand over', async () => {
  const dune = book('Dune');
  const reader = shop().phone();
  await shop().pays(reader, await getsLink(reader, dune));
  await reader.hears(PAID);
  const { id } = await shop().order(reader);
  for (const step of ['ready', 'picked-up']) {
    expect((await shop().staff('POST', `/api/orders/${encodeURIComponent(id)}/${step}`)).status).toBe(202);
  }
  await expect.poll(async () => (await shop().order(reader)).state, { timeout: 20_000 }).toBe('pickedUp');
});

test('lets staff write, count and take over', async () => {
  const reader = shop().phone();
  await reader.texts('hello');
  await reader.hears(/./);
  const talk = `/api/conversations/${encodeURIComponent(reader.number)}`;
  expect((await shop().staff('POST', `${talk}/takeover`)).status).toBeLessThan(300);
  expect((await shop().staff('POST', `${talk}/messages`, { text: 'a person here.' })).status).toBeLessThan(300);
  await reader.hears(/^a person here/);
  expect((await shop().staff('POST', `${talk}/handback`)).status).toBeLessThan(300);
  await shop().stand(book('The Hobbit').isbn13, 7);
});

test('its timers fire: a hold lapses', async () => {
  const reader = shop().phone();
  await picksUp(reader, book('The Hobbit'));
  await reader.asks('hold it', HELD);
  const { id } = await shop().order(reader);
  await shop().passes('holdLapse', { machine: 'order', id });
  await expect.poll(async () => (await shop().order(reader)).state, { timeout: 20_000 }).toBe('expired');
});

test('keeps its house, and throws old things away, though a month has no partition', async () => {
  const { pool } = shop();
  const { rows } = await pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1 DESC`,
  );
  const [, last] = rows; // after events_default
  await pool.query(`DROP TABLE ${last?.name}`);
  await pool.query("UPDATE dedupe SET at = now() - interval '30 days'");
  await keepHouse(shop().shop);
  expect((await pool.query('SELECT count(*)::int AS n FROM dedupe')).rows).toEqual([{ n: 0 }]);
});
