// What a customer may ask for: to see what the shop knows of them, and to be forgotten.
import { expect, test } from 'vitest';
import { runCustomersOptOut } from '../../src/cli/commands/customers.ts';
import { customerFile } from '../../src/cli/shop/customer-file.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { forgetCustomer } from '../../src/cli/shop/forget-customer.ts';
import { TroublePage } from '../../src/web/wire/trouble.ts';
import { book } from './books.ts';
import { getsLink, givesAddress, HOME } from './journeys.ts';
import { useShop } from './kit.ts';
import { Phone } from './phone.ts';

const shop = useShop();
const EARTHSEA = book('A Wizard of Earthsea');

const file = (reader: Phone) => customerFile(shop().shop, 1, reader.number);
const forget = (reader: Phone) => forgetCustomer(shop().shop, 1, reader.number);
const keyOf = (reader: Phone) => shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });

/** `marty customers opt-out`, in a process of its own as far as the shop can see. */
const optsOut = (...readers: Phone[]) =>
  shop().atTerminal(() =>
    runCustomersOptOut(
      readers.map(({ number }) => number),
      {},
    ),
  );

async function threadOf(key: string | null): Promise<unknown> {
  const { rows } = await shop().pool.query('SELECT opted_out FROM threads WHERE actor_key = $1', [key]);
  return rows[0];
}

/** The same number, on a screen that shows nothing of the past. */
const again = (reader: Phone) => new Phone(shop().url, reader.number);

/** Rows of the customer's own tables. */
async function traces(key: string | null): Promise<number> {
  const { rows } = await shop().pool.query<{ n: number }>(
    `SELECT ((SELECT count(*) FROM messages WHERE actor_key = $1) + (SELECT count(*) FROM threads WHERE actor_key = $1)
      + (SELECT count(*) FROM customers WHERE actor_key = $1) + (SELECT count(*) FROM addresses WHERE actor_key = $1)
      + (SELECT count(*) FROM timers WHERE actor_key = $1))::int AS n`,
    [key],
  );
  return rows[0]?.n ?? 0;
}

test('a customer’s file holds their texts, name, addresses, consents, orders and turns, in clear', async () => {
  const reader = shop().phone();
  await givesAddress(reader, EARTHSEA);
  await reader.texts('START');
  await shop().rest();
  await shop().pool.query(
    `INSERT INTO addresses (store_id, id, actor_key, address_sealed) SELECT store_id, gen_random_uuid(), actor_key, '' FROM addresses`,
  ); // as one that was taken back is kept
  const known = await file(reader);
  expect(known).toMatchObject({
    phone: reader.number,
    name: 'Ada Lovelace',
    addresses: [{ line1: '12 Main St' }],
    orders: [],
  });
  expect(known?.texts.filter(({ by }) => by === 'customer').map(({ text }) => text)).toContain(HOME);
  expect(known?.consents).toMatchObject([{ change: 'granted', words: 'START' }]);
  expect(JSON.stringify(known?.journal)).toContain(HOME);
  expect(await customerFile(shop().shop, 1, '+12015550000')).toBeNull();
});

test('who is forgotten leaves no trace but a called-off order, and is a stranger with their next text', async () => {
  const reader = shop().phone();
  await getsLink(reader, EARTHSEA);
  const before = await keyOf(reader);
  expect(await forget(reader)).toEqual({ done: true, atSquare: 'none' });
  expect([await traces(before), await file(reader), await keyOf(reader)]).toEqual([0, null, null]);
  const { rows } = await shop().pool.query('SELECT state FROM orders WHERE customer_key = $1', [before]);
  expect(rows).toEqual([{ state: 'cancelled' }]);
  await again(reader).asks('do you have a wizard of earthsea?', /Earthsea/);
  expect(await keyOf(reader)).not.toBe(before);
});

test('nobody is forgotten while the shop owes them a book', async () => {
  const reader = shop().phone();
  const link = await getsLink(reader, EARTHSEA);
  await shop().pays(reader, link);
  await reader.hears(/paid|thank|got it/i);
  await shop().rest();
  const { id } = await shop().order(reader);
  expect(await forget(reader)).toEqual({ done: false, why: 'owed', orderIds: [id] });
  await shop().staff('POST', `/api/orders/${id}/ready`);
  await shop().staff('POST', `/api/orders/${id}/picked-up`);
  await shop().rest();
  const key = await keyOf(reader);
  expect(await forget(reader)).toEqual({ done: true, atSquare: 'none' });
  const { rows } = await shop().pool.query('SELECT state, total_cents > 0 AS booked FROM orders WHERE id = $1', [id]);
  expect([rows, await traces(key)]).toEqual([[{ state: 'pickedUp', booked: true }], 0]);
});

test('whose money would not go back is owed it, until staff who saw so say that it went back by hand', async () => {
  const reader = shop().phone();
  await shop().pays(reader, await getsLink(reader, EARTHSEA));
  await reader.hears(/paid|thank|got it/i);
  const { id } = await shop().order(reader);
  await shop().pool.query(`UPDATE till_links SET refunded_cents = total_cents WHERE order_id = $1`, [id]); // no more to give
  const press = (path: string) => shop().staff('POST', `/api/orders/${id}/${path}`);
  await press('refund');
  await shop().rest();
  expect(await shop().order(reader)).toMatchObject({ state: 'refundPending', concern: 'refund_failed' });
  expect((await shop().order(reader)).actions).toContain('settle');
  expect(await forget(reader)).toEqual({ done: false, why: 'owed', orderIds: [id] });
  expect((await press('settle')).status).toBe(409);
  expect((await press('settle?seen=extra_payment')).status).toBe(409);
  expect((await press('settle?seen=refund_failed')).status).toBe(202);
  await shop().rest();
  expect(await shop().order(reader)).toMatchObject({ state: 'refunded', concern: null });
  const { items } = TroublePage.parse(await (await shop().staff('GET', '/api/trouble')).json());
  for (const one of items) await shop().staff('POST', `/api/trouble/${one.id}/dismiss`);
  const { rows } = await shop().pool.query(`SELECT source FROM events WHERE type = 'staff.settled'`);
  expect(rows).toEqual([{ source: 'staff:api-token' }]);
  expect(await forget(reader)).toEqual({ done: true, atSquare: 'none' });
});

test('who had opted out stays opted out, though nobody can say who it was', async () => {
  const reader = shop().phone();
  await reader.asks('STOP', /opted out/);
  await shop().rest();
  await forget(reader);
  await shop().rest();
  const heir = await keyOf(reader);
  const { rows } = await shop().pool.query('SELECT address_sealed FROM actors WHERE key = $1', [heir]);
  expect(rows).toEqual([{ address_sealed: null }]);
  const stranger = again(reader);
  await stranger.texts('do you have dune?');
  await shop().rest();
  expect(await stranger.bubbles()).toEqual([]);
  await stranger.asks('START', /back in\. marty|welcome back/);
});

test('whom a provider’s list of opt-outs names is not texted any more, known or not, until they say START', async () => {
  const [known, unknown] = [shop().phone(), shop().phone()];
  await known.asks('do you have a wizard of earthsea?', /Earthsea/);
  await shop().rest();
  const heard = await known.bubbles();
  await optsOut(known, unknown, known);
  await Promise.all([known, unknown].map((reader) => reader.texts('do you have a wizard of earthsea?')));
  await shop().rest();
  expect([await known.bubbles(), await unknown.bubbles()]).toEqual([heard, []]);
  await unknown.asks('START', /back in|welcome back/);
});

test('who could not take in that a list names them is counted, and the command fails: they may still be texted', async () => {
  const [stuck, other] = [shop().phone(), shop().phone()];
  await stuck.asks('do you have a wizard of earthsea?', /Earthsea/);
  await shop().rest();
  const key = await keyOf(stuck);
  const version = (by: number) =>
    shop().pool.query('UPDATE actors SET version = version + $2 WHERE key = $1', [key, by]);
  await version(1_000); // of a newer build
  await expect(optsOut(stuck, other)).rejects.toThrow(
    /^1 of 2 did not take it and may still be texted: see `marty trouble ls`/,
  );
  await version(-1_000);
  await optsOut(stuck);
  expect(await threadOf(key)).toMatchObject({ opted_out: true });
});

test('a number that nobody knows cannot be forgotten', async () => {
  expect(await forget(shop().phone())).toEqual({ done: false, why: 'unknown', orderIds: [] });
});

test('who waits for a book finds that in their file, and forgetting them frees the copy that was set aside', async () => {
  const reader = shop().phone();
  await shop().stand(EARTHSEA.isbn13, 0);
  await reader.asks(`tell me when ${EARTHSEA.named} is back in stock`, /on the list for|put you down for/);
  await shop().stand(EARTHSEA.isbn13, 1);
  await keepHouse(shop().shop);
  await reader.hears(/is back, \$|it's here, \$/);
  await shop().rest();
  expect((await file(reader))?.waitsFor).toMatchObject([{ isbn13: EARTHSEA.isbn13, state: 'told' }]);
  expect(await forget(reader)).toEqual({ done: true, atSquare: 'none' });
  const { rows } = await shop().pool.query('SELECT count(*)::int AS waiting FROM waitlist');
  expect(rows).toEqual([{ waiting: 0 }]);
  await shop()
    .phone()
    .asks(`do you have ${EARTHSEA.named}?`, /1 (?:here|on the shelf)/);
});
