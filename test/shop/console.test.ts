// The staff console's API before the whole shop: what staff see of customers, and that they find and help the one who is stuck.
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { indexNumbers } from '../../src/cli/shop/inbox/index-customers.ts';
import { customerFile } from '../../src/cli/shop/customer-file.ts';
import { forgetCustomer } from '../../src/cli/shop/forget-customer.ts';
import { AuditPage } from '../../src/web/wire/audit.ts';
import { Conversation, Draft, Note, TakenOver } from '../../src/web/wire/conversation.ts';
import { MachineStats } from '../../src/web/wire/machines.ts';
import { Numbers } from '../../src/web/wire/numbers.ts';
import { InboxPage } from '../../src/web/wire/inbox.ts';
import { OrderPage } from '../../src/web/wire/shop.ts';
import { ImportLine, InventoryPage, PickList } from '../../src/web/wire/stock.ts';
import { TroublePage } from '../../src/web/wire/trouble.ts';
import { Transcript } from '../../src/web/wire/messages.ts';
import { book } from './books.ts';
import { getsLink, givesAddress } from './journeys.ts';
import { TOKEN, useShop, WAIT } from './kit.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const EARTHSEA = book('A Wizard of Earthsea');

async function read<Shape>(schema: z.ZodType<Shape>, path: string, method = 'GET', body?: unknown): Promise<Shape> {
  const answer = await shop().staff(method, path, body);
  const text = await answer.text();
  return schema.parse(JSON.parse(text));
}
const inbox = (query = '') => read(InboxPage, `/api/inbox?${query}`);
const found = async (q: string) => (await inbox(`q=${encodeURIComponent(q)}`)).items.map(({ phone }) => phone);
const person = (reader: Phone) => `/api/conversations/${encodeURIComponent(reader.number)}`;

test('a customer who asks for a person is found, taken over, answered and given back', async () => {
  const [reader, other] = [shop().phone(), shop().phone()];
  await other.asks('do you have a wizard of earthsea?', /Earthsea/);
  await reader.asks('can i talk to a human please', /./);
  await shop().rest();
  const { items, counts } = await inbox('filter=waiting');
  expect(items).toMatchObject([
    { phone: reader.number, attention: 'wanted', waits: [{ reason: 'asked' }], unread: 1, last: { by: 'marty' } },
  ]);
  expect(counts).toEqual({ waiting: 1, unread: 2, staff: 0 });
  const { until } = await read(TakenOver, `${person(reader)}/takeover`, 'POST');
  expect(Date.parse(until ?? '') - Date.now()).toBeGreaterThan(60 * 60_000);
  await reader.texts('is the shop open on sunday');
  await shop().rest();
  expect((await inbox('filter=mine')).items).toMatchObject([
    { phone: reader.number, attention: 'staff', keeper: { id: 'api-token', until }, waits: [{ reason: 'unanswered' }] },
  ]);
  const draft = await read(Draft, `${person(reader)}/draft`);
  expect([draft.by, draft.text]).toEqual(['house', expect.stringMatching(/sun/i)]);
  const before = (await read(Transcript, `${person(reader)}/messages?before=latest`)).items.length;
  expect(before).toBe((await reader.screen()).length);
  await shop().staff('POST', `${person(reader)}/messages`, { text: 'we are, from noon' });
  await reader.hears(/from noon/);
  expect((await inbox('filter=waiting')).items).toEqual([]);
  await shop().staff('POST', `${person(reader)}/handback`);
  await read(z.object({ unread: z.literal(0) }), `${person(reader)}/read`, 'POST');
  expect((await inbox('filter=unread')).items.map(({ phone }) => phone)).toEqual([other.number]);
});

test('a customer whom a person took over and left without an answer waits again once the two hours are over', async () => {
  const reader = shop().phone();
  await reader.asks('can i talk to a human please', /./);
  await shop().rest();
  await shop().staff('POST', `${person(reader)}/takeover`);
  expect((await inbox('filter=waiting')).items).toEqual([]);
  const lapses = async () => {
    await shop().passes('staffLease', { machine: 'customer', id: reader.number });
    await shop().rest();
  };
  await lapses();
  expect((await inbox('filter=waiting')).items).toMatchObject([
    { phone: reader.number, attention: 'wanted', keeper: null, waits: [{ reason: 'asked', why: 'asked' }] },
  ]);
  await shop().staff('POST', `${person(reader)}/messages`, { text: 'sorry, here i am' });
  await reader.texts('never mind');
  await shop().rest();
  await lapses();
  expect((await inbox('filter=waiting')).items).toMatchObject([
    { phone: reader.number, attention: 'wanted', waits: [{ reason: 'unanswered' }] },
  ]);
  await shop().staff('POST', `${person(reader)}/handback`);
  expect((await inbox('filter=waiting')).items).toEqual([]);
});

test('customers are found by number, by name, by note and by book, and by what they are about', async () => {
  const reader = shop().phone();
  await givesAddress(reader, EARTHSEA);
  await shop().rest();
  await indexNumbers(shop().shop);
  const added = await read(Note, `${person(reader)}/notes`, 'POST', { text: 'Prefers hardcovers; allergic to cats.' });
  const digits = reader.number.slice(-4);
  for (const q of [reader.number, digits, 'ada', 'Lovelace', 'hardcov', 'allergic cats', 'earthsea'])
    expect([q, (await found(q)).includes(reader.number)]).toEqual([q, true]);
  for (const q of ['babbage', 'dogs', '0000']) expect([q, await found(q)]).toEqual([q, []]);
  expect((await inbox('state=fulfillment')).items.map(({ phone }) => phone)).toEqual([reader.number]);
  expect((await inbox('state=payment')).items).toEqual([]);
  const file = await read(Conversation, person(reader));
  expect(file).toMatchObject({ name: 'Ada Lovelace', notes: [{ text: added.text }], orders: [], channel: 'simulator' });
  expect((await shop().staff('DELETE', `${person(reader)}/notes/${added.id}`)).status).toBe(204);
  expect(await found('allergic')).toEqual([]);
});

test('notes and what finds a customer go with the customer', async () => {
  const reader = shop().phone();
  await reader.asks('hello', /./);
  await shop().rest();
  await indexNumbers(shop().shop);
  await shop().staff('POST', `${person(reader)}/notes`, { text: 'collects wyverns' });
  expect(await customerFile(shop().shop, 1, reader.number)).toMatchObject({ notes: [{ text: 'collects wyverns' }] });
  expect(await found('wyvern')).toEqual([reader.number]);
  await forgetCustomer(shop().shop, 1, reader.number);
  expect(await found('wyvern')).toEqual([]);
  const { rows } = await shop().pool.query('SELECT (SELECT count(*) FROM notes)::int AS notes');
  expect(rows).toEqual([{ notes: 0 }]);
});

test('whoever was forgotten takes nothing from staff any more', async () => {
  const reader = shop().phone();
  await reader.asks('hello', /./);
  await shop().rest();
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  await forgetCustomer(shop().shop, 1, reader.number);
  const bodies = {
    takeover: undefined,
    handback: undefined,
    messages: { text: 'hello?' },
    notes: { text: 'gone' },
    read: undefined,
  };
  for (const [verb, body] of Object.entries(bodies)) {
    const { status } = await shop().staff('POST', `/api/conversations/${key}/${verb}`, body);
    expect([verb, status]).toEqual([verb, 404]);
  }
  const event = { type: 'staff.tookOver' };
  expect((await shop().staff('POST', `/api/actors/customer:${key}/events`, event)).status).toBe(404);
});

test('a waiting order is on the pick list, its copy is promised to it, and it says what staff may do', async () => {
  const reader = shop().phone();
  await shop().pays(reader, await getsLink(reader, EARTHSEA));
  await reader.hears(/paid|thank/i);
  await shop().rest();
  const order = await shop().order(reader);
  expect([order.state, order.actions]).toEqual(['paid', ['prepare', 'ready', 'picked-up', 'cancel', 'refund']]);
  const list = await read(PickList, '/api/orders/pick-list');
  expect(list.books).toMatchObject([{ isbn13: EARTHSEA.isbn13, copies: 1, orders: [{ orderId: order.id }] }]);
  expect((await shop().staff('POST', `/api/orders/${order.id}/delivered`)).status).toBe(409);
  await shop().staff('POST', `/api/orders/${order.id}/ready`);
  expect((await read(PickList, '/api/orders/pick-list')).books).toEqual([]);
});

test('staff who ask again under the same Idempotency-Key hear that it is done, and under another that it is too late', async () => {
  const reader = shop().phone();
  await shop().pays(reader, await getsLink(reader, EARTHSEA));
  await reader.hears(/paid|thank/i);
  await shop().rest();
  const { id } = await shop().order(reader);
  const handsOver = (key: string) => shop().staff('POST', `/api/orders/${id}/picked-up`, undefined, key);
  const answers = [];
  for (const key of ['once', 'once', 'another']) answers.push(await handsOver(key));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 409]);
  expect(await answers[1]?.json()).toEqual({ status: 'accepted', duplicate: true });
});

test('an order that only has something to tell leaves the inbox once staff have dealt with it, and the audit says who', async () => {
  const reader = shop().phone();
  await shop().pays(reader, await getsLink(reader, EARTHSEA));
  await reader.hears(/paid|thank/i);
  const { id } = await shop().order(reader);
  const settle = () => shop().staff('POST', `/api/orders/${id}/settle`);
  expect((await settle()).status).toBe(409);
  await shop().shop.runtime.send({ storeId: 1, machine: 'order', id }, { type: 'till.calledOff' });
  await shop().rest();
  expect((await shop().order(reader)).actions).toContain('settle');
  expect((await inbox('filter=waiting')).items).toMatchObject([
    { phone: reader.number, waits: [{ reason: 'order', why: 'called_off_at_till' }] },
  ]);
  expect((await settle()).status).toBe(202);
  await shop().rest();
  expect(await shop().order(reader)).toMatchObject({ state: 'paid', concern: null });
  expect((await inbox('filter=waiting')).items).toEqual([]);
  const { items } = await read(AuditPage, '/api/audit?act=orders.settle');
  expect(items).toMatchObject([
    { staff: { id: 'api-token' }, target: id, status: 202 },
    { target: id, status: 409 },
  ]);
});

test('counts say to whom copies are promised, and who changed them why', async () => {
  const reader = shop().phone();
  await getsLink(reader, EARTHSEA);
  await shop().rest();
  const { items } = await read(InventoryPage, `/api/inventory?reserved=true`);
  const order = await shop().order(reader);
  expect(items).toMatchObject([
    { isbn13: EARTHSEA.isbn13, currency: 'USD', reserved: 1, reservedBy: [{ orderId: order.id, copies: 1 }] },
  ]);
  const path = `/api/inventory/${EARTHSEA.isbn13}`;
  const onHand = items[0]?.onHand ?? 0;
  await shop().staff('PATCH', path, { delta: 2, reason: 'two were behind the shelf' });
  await shop().stand(EARTHSEA.isbn13, onHand);
  const changes = await read(z.object({ items: z.array(z.unknown()) }), `${path}/adjustments`);
  expect(changes.items).toMatchObject([
    { from: onHand + 2, to: onHand, reason: null },
    { from: onHand, to: onHand + 2, reason: 'two were behind the shelf', by: { id: 'api-token' } },
  ]);
  await shop().staff('POST', `/api/orders/${order.id}/cancel`);
});

test('a CSV is read line by line of what became of it, by the rules of the command', async () => {
  const csv =
    'isbn13,title,authors,year,price,on_hand\n9780261103344,The Hobbit,J. R. R. Tolkien,1937,10.99,0\n12,No Book,Nobody,,1.00,1\n';
  const answer = await fetch(`${shop().url}/api/books/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/csv' },
    body: csv,
  });
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => ImportLine.parse(JSON.parse(line)));
  expect(lines.map(({ type }) => type)).toEqual(['bad', 'progress', 'done']);
  expect(lines.at(-1)).toEqual({ type: 'done', rows: 2, added: 1, changed: 0, unchanged: 0, bad: 1 });
  await shop().stand('9780261103344', 0);
});

test('trouble is seen with its class, tried again, and thrown away by admins alone', async () => {
  const reader = shop().phone();
  await reader.asks('hello', /./);
  await shop().rest();
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  const { rows } = await shop().pool.query<{ id: string }>(
    `UPDATE commands SET status = 'failed', code = 'rejected' WHERE id =
       (SELECT id FROM commands WHERE actor_key = $1 AND name = 'deliver' LIMIT 1) RETURNING id`,
    [key],
  );
  const id = `command:${rows[0]?.id}`;
  const trouble = await read(TroublePage, '/api/trouble');
  expect(trouble.items).toMatchObject([
    { id, actor: `customer:${reader.number}`, name: 'deliver', code: 'rejected', can: ['retry', 'dismiss'] },
  ]);
  expect(trouble.counts).toEqual({ command: 1, event: 0, actor: 0 });
  expect((await shop().staff('POST', `/api/trouble/${id}/retry`)).status).toBe(200);
  await shop().rest();
  expect((await read(TroublePage, '/api/trouble')).items).toEqual([]);
  expect((await shop().staff('POST', `/api/trouble/${id}/dismiss`)).status).toBe(409);
  const { items } = await read(AuditPage, '/api/audit?act=trouble.retry');
  expect(items).toMatchObject([{ staff: { id: 'api-token' }, target: id, status: 200 }]);
});

test('a customer whose actor cannot be read waits for a person, and goes on where it was once it can', async () => {
  const reader = shop().phone();
  await reader.asks('hello', /./);
  await shop().rest();
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  const { rows } = await shop().pool.query<{ snapshot: string }>('SELECT snapshot FROM actors WHERE key = $1', [key]);
  const keep = (snapshot: string | undefined) =>
    shop().pool.query('UPDATE actors SET snapshot = $2 WHERE key = $1', [key, snapshot]);
  await keep('{"value":"nowhere"}');
  await reader.texts('do you have a wizard of earthsea?');
  const id = `actor:${key}`;
  await vi.waitFor(async () => expect(Object(await read(TroublePage, '/api/trouble')).items).toHaveLength(1), WAIT);
  const { items } = await read(TroublePage, '/api/trouble?kind=actor');
  expect(items).toMatchObject([{ id, key, code: 'unreadable', name: 'customer', can: ['retry'] }]);
  expect((await inbox('filter=waiting')).items).toMatchObject([{ key, status: 'aside', waits: [{ reason: 'aside' }] }]);
  await keep(rows[0]?.snapshot);
  expect((await shop().staff('POST', `/api/trouble/${id}/retry`)).status).toBe(200);
  await reader.hears(/Earthsea/);
  expect((await shop().staff('POST', `/api/trouble/${id}/retry`)).status).toBe(404);
});

test('what waits for a newer build longer than a deploy takes is trouble, and its customer waits for a person', async () => {
  const reader = shop().phone();
  await reader.asks('hello', /./);
  await shop().rest();
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  const { rows } = await shop().pool.query<{ version: number }>('SELECT version FROM actors WHERE key = $1', [key]);
  const turnTo = (version = 0) => shop().pool.query('UPDATE actors SET version = $2 WHERE key = $1', [key, version]);
  await turnTo(99);
  await reader.texts('do you have a wizard of earthsea?');
  const shelved = () => shop().pool.query('SELECT FROM inbox WHERE actor_key = $1 AND trouble IS NOT NULL', [key]);
  await vi.waitFor(async () => expect((await shelved()).rowCount).toBe(1), WAIT);
  expect((await read(TroublePage, '/api/trouble')).items).toEqual([]);
  expect((await inbox('filter=waiting')).items).toEqual([]);
  await shop().pool.query(`UPDATE inbox SET created_at = created_at - interval '10 minutes' WHERE actor_key = $1`, [
    key,
  ]);
  const message = expect.stringMatching(/written by version 99/);
  expect((await read(TroublePage, '/api/trouble')).items).toMatchObject([
    { id: `actor:${key}`, code: 'too_new', message, can: ['retry'] },
  ]);
  expect((await inbox('filter=waiting')).items).toMatchObject([{ key, waits: [{ reason: 'aside' }] }]);
  // News of an order waits without a word of why.
  await shop().pool.query('UPDATE inbox SET trouble = NULL WHERE actor_key = $1', [key]);
  expect((await read(TroublePage, '/api/trouble')).items).toMatchObject([{ id: `actor:${key}`, code: 'too_new' }]);
  await turnTo(rows[0]?.version);
  expect((await shop().staff('POST', `/api/trouble/actor:${key}/retry`)).status).toBe(200);
  await reader.hears(/Earthsea/);
  expect((await read(TroublePage, '/api/trouble')).items).toEqual([]);
});

test('the notice that a newcomer gets at once is no answer: they wait for what comes after it', async () => {
  const { rows } = await shop().pool.query<{ day: string }>(
    `WITH said (direction, by, line, at) AS (SELECT direction, by, line, at + interval '1 day' + after * interval '1 s' FROM (VALUES
       ('inbound', 'customer', NULL, 0), ('outbound', 'marty', 'welcome.notice', 1), ('outbound', 'marty', NULL, 8)
     ) AS said (direction, by, line, after), (SELECT date_trunc('day', now()) + interval '12 hours' AS at) noon)
     INSERT INTO messages (store_id, id, actor_key, direction, by, kind, body_sealed, status, seq, line, at, updated_at)
     SELECT 1, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid,
       '00000000-0000-4000-8000-000000000001', direction, by, 'talk', '', 'sent', 1, line, at, at FROM said
     RETURNING (at AT TIME ZONE 'America/New_York')::date::text AS day`,
  );
  const day = rows[0]?.day;
  const { days } = await read(Numbers, `/api/numbers?from=${day}&to=${day}`);
  await shop().pool.query("DELETE FROM messages WHERE actor_key = '00000000-0000-4000-8000-000000000001'");
  expect(days).toMatchObject([{ day, textsIn: 1, bubblesOut: 2, answerP50: 8 }]);
});

test('the numbers of the day are those of the tables, and charts say how long who stayed where', async () => {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York' }).format(Date.now());
  const path = `/api/numbers?from=${day}&to=${day}`;
  const numbers = await read(Numbers, path);
  const { rows } = await shop().pool.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM messages WHERE direction = 'inbound')::int AS texts,
       (SELECT count(DISTINCT actor_key) FROM messages WHERE direction = 'inbound')::int AS customers,
       (SELECT count(*) FROM orders)::int AS orders, (SELECT count(*) FROM orders WHERE payment_status = 'paid')::int AS sales,
       (SELECT sum(total_cents) FROM orders WHERE payment_status = 'paid')::int AS cents`,
  );
  const [told] = rows;
  expect(numbers.days).toMatchObject([
    { day, textsIn: told?.['texts'], conversations: told?.['customers'], orders: told?.['orders'], costCents: null },
  ]);
  expect(numbers.days[0]).toMatchObject({ sales: told?.['sales'], salesCents: told?.['cents'], optOuts: 0 });
  expect(numbers.days[0]?.answerP50).toBeGreaterThan(0);
  const steps = numbers.funnel.map(({ customers }) => customers);
  expect(numbers.funnel.map(({ state }) => state)).toEqual([
    'wrote',
    'recommending',
    'confirming',
    'fulfillment',
    'payment',
    'paid',
  ]);
  expect(steps).toEqual(steps.toSorted((a, b) => b - a));
  expect(numbers.variants.reduce((sum, { sales }) => sum + sales, 0)).toBe(told?.['sales']);
  const stats = await read(MachineStats, '/api/machines/customer/stats');
  const listening = stats.states.find(({ state }) => state === 'ear.listening');
  expect(listening?.leftTo[0]).toMatchObject({ state: 'ear.understanding' });
  expect(listening?.dwellP50).toBeGreaterThan(0);
  expect(stats.states.find(({ state }) => state === 'ear.quiet')?.standing).toBeGreaterThan(3);
  const bad = ['from=2026-11-02&to=2026-11-01', 'from=2026-01-01&to=2026-11-01', 'from=today'];
  for (const query of bad) expect((await shop().staff('GET', `/api/numbers?${query}`)).status).toBe(400);
});

test('an order is found by whose it is and by what it is of, and by nobody else', async () => {
  const [reader, other] = [shop().phone(), shop().phone()];
  await shop().pays(reader, await getsLink(reader, book('Kindred')));
  await getsLink(other, book('Dune'));
  await shop().rest();
  await indexNumbers(shop().shop);
  await shop().staff('POST', `${person(reader)}/notes`, { text: 'Regular: Ged Sparrowhawk' });
  const order = await shop().order(reader);
  const fitting = async (q: string) =>
    (await read(OrderPage, `/api/orders?q=${encodeURIComponent(q)}`)).items.map(({ id }) => id);
  for (const q of [reader.number, reader.number.slice(-7), 'sparrowhawk', 'kindred', order.id.slice(0, 13)])
    expect([q, await fitting(q)]).toEqual([q, [order.id]]);
  expect(await fitting('+12025550999')).toEqual([]);
});
