// Staff with accounts before the whole shop: they log in over HTTP, and see their own shops and nothing of another.
import { expect, test } from 'vitest';
import { accountsOf } from '../../src/cli/shop/accounts/of-shop.ts';
import { addStore } from '../../src/commerce/stores.ts';
import { openingHours } from '../../src/cli/config/opening-hours.ts';
import { InboxPage } from '../../src/web/wire/inbox.ts';
import { Note } from '../../src/web/wire/conversation.ts';
import { book } from './books.ts';
import { getsLink } from './journeys.ts';
import { useShop } from './kit.ts';

const shop = useShop();
const EARTHSEA = book('A Wizard of Earthsea');
const password = 'a long enough one';

/** Logs in and answers what calls the API with that session. */
async function logIn(email: string) {
  const answer = await fetch(`${shop().url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  expect(answer.status).toBe(204);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return (path: string, method = 'GET', body?: unknown) =>
    fetch(shop().url + path, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

async function openSecondShop(): Promise<number> {
  const money = { currency: 'USD', taxRatePpm: 0, shippingCents: 0 };
  const where = { phone: null, timezone: 'America/New_York', hours: openingHours.parse('Wed-Sun 12-19') };
  const { id } = await addStore(shop().shop.db, { slug: 'crypt', name: 'The Crypt', ...where, ...money });
  await shop().shop.refreshStores();
  return id;
}

test('who works in another shop finds nothing of this one, by whatever id', async () => {
  const reader = shop().phone();
  await getsLink(reader, EARTHSEA);
  await shop().rest();
  const crypt = await openSecondShop();
  const { accounts } = accountsOf(shop().shop);
  await accounts.add({ email: 'ours@example.com', name: 'Ours', role: 'staff', stores: [1], password });
  await accounts.add({ email: 'theirs@example.com', name: 'Theirs', role: 'admin', stores: [crypt], password });
  const [ours, theirs] = [await logIn('ours@example.com'), await logIn('theirs@example.com')];
  const order = await shop().order(reader);
  const key = order.customerKey;
  const note = Note.parse(await (await ours(`/api/conversations/${key}/notes`, 'POST', { text: 'ours alone' })).json());
  const { rows } = await shop().pool.query<{ id: string }>('SELECT id FROM commands LIMIT 1');
  const paths: Array<[string, string?, unknown?]> = [
    [`/api/conversations/${key}`],
    [`/api/conversations/${encodeURIComponent(reader.number)}`],
    [`/api/conversations/${key}/draft`],
    [`/api/conversations/${key}/notes`],
    [`/api/conversations/${key}/notes/${note.id}`, 'DELETE'],
    [`/api/conversations/${key}/takeover`, 'POST'],
    [`/api/conversations/${key}/messages`, 'POST', { text: 'hello' }],
    [`/api/conversations/${key}/read`, 'POST'],
    [`/api/actors/customer:${key}`],
    [`/api/actors/customer:${key}/history`],
    [`/api/actors/customer:${key}/snapshots/1`],
    [`/api/actors/order:${order.id}`],
    [`/api/actors/order:${order.id}/events`, 'POST', { type: 'staff.cancelled' }],
    [`/api/orders/${order.id}`],
    [`/api/orders/${order.id}/cancel`, 'POST'],
    [`/api/commands/${rows[0]?.id}/retry`, 'POST'],
    [`/api/trouble/command:${rows[0]?.id}/retry`, 'POST'],
    [`/api/inventory/${EARTHSEA.isbn13}`, 'PATCH', { delta: 1 }],
    ['/api/inbox?store=dungeon-books'],
  ];
  for (const [path, method, body] of paths)
    expect([path, (await theirs(path, method, body)).status]).toEqual([path, 404]);
  for (const list of ['/api/inbox', '/api/orders', '/api/actors', '/api/commands', '/api/trouble', '/api/inventory'])
    expect(Object(await (await theirs(list)).json()).items).toEqual([]);
  const transcript = await theirs(`/api/conversations/${key}/messages`);
  expect(Object(await transcript.json()).items).toEqual([]);
  const mine = InboxPage.parse(await (await ours('/api/inbox')).json());
  expect(mine.items.map((item) => item.key)).toEqual([key]);
  expect((await ours('/api/audit')).status).toBe(403);
  expect((await ours(`/api/trouble/command:${rows[0]?.id}/dismiss`, 'POST')).status).toBe(403);
  await ours(`/api/orders/${order.id}/cancel`, 'POST');
});
