// Who may come in, by which door, and what is written down of what they did.
import { describe, expect, test, vi } from 'vitest';
import { serve } from './serve.ts';
import type { Call } from './serve.ts';
import { asStaff, merlin, NOW, openShop, ORDER, READER, READER_KEY } from './shop.ts';

const right = { email: 'Merlin@Example.com ', password: 'abracadabra' };
const json = { 'content-type': 'application/json' };
const logIn = (call: Call, body: object, headers: Record<string, string> = {}) =>
  call('/api/session', { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? '';

describe('a login', () => {
  test('is a cookie that no script reads, and says who is logged in until the logout', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const answer = await logIn(call, right);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(cookieOf(answer)).toBe('marty_session=session-1; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax');
    const headers = { cookie: 'marty_session=session-1' };
    expect(await (await call('/api/session', { headers })).json()).toEqual({
      staff: { id: 'staff-1', email: 'merlin@example.com', name: 'Merlin', role: 'admin' },
      stores: [{ slug: 'dungeon-books', name: 'Dungeon Books', timezone: 'America/New_York' }],
      expiresAt: '2026-11-29T19:00:00.000Z',
    });
    const out = await call('/api/session', { method: 'DELETE', headers });
    expect([out.status, cookieOf(out)]).toEqual([204, 'marty_session=; Max-Age=0; Path=/']);
    expect((await call('/api/books', { headers })).status).toBe(401);
  });

  test('is for https alone where the shop is reached by https', async () => {
    const shop = openShop();
    shop.deps.config.publicUrl = 'https://books.example.com';
    const { call } = await serve(shop);
    expect(cookieOf(await logIn(call, right))).toContain('; Secure');
  });

  test('makes a new session and ends the one that the browser came with', async () => {
    const shop = openShop();
    shop.people.set('planted', merlin);
    const { call } = await serve(shop);
    await logIn(call, right, { cookie: 'marty_session=planted' });
    expect([...shop.people.keys()]).toEqual(['session-2']);
  });

  const refused: Array<[number, object]> = [
    [401, { ...right, password: 'hocus' }],
    [401, { ...right, email: 'morgana@example.com' }],
    [400, { email: 'merlin', password: 'abracadabra' }],
    [400, { email: 'merlin@example.com' }],
    [400, { ...right, password: 'x'.repeat(1025) }],
    [429, { ...right, password: 'again' }],
  ];
  test.each(refused)('is answered with %i and no cookie for %j', async (status, body) => {
    const { call } = await serve(openShop());
    const answer = await logIn(call, body);
    expect([answer.status, cookieOf(answer)]).toEqual([status, '']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '60' : null);
  });

  test('by the link from the terminal works once', async () => {
    const { call } = await serve(openShop());
    const first = await call('/console/login?token=a-link');
    expect([first.status, first.headers.get('location')]).toEqual([303, '/console']);
    expect(cookieOf(first)).toContain('marty_session=session-1; ');
    const again = await call('/console/login?token=a-link');
    expect([again.status, again.headers.get('location'), cookieOf(again)]).toEqual([
      303,
      '/console/login?link=used',
      '',
    ]);
    const cookie = { headers: { cookie: 'marty_session=session-1' } };
    expect((await call('/console/login?token=a-link', cookie)).headers.get('location')).toBe('/console');
  });
});

describe('a write that comes with a cookie', () => {
  const from: Array<[number, Record<string, string>]> = [
    [202, { 'sec-fetch-site': 'same-origin' }],
    [202, { 'sec-fetch-site': 'none' }],
    [202, {}],
    [403, { 'sec-fetch-site': 'cross-site' }],
    [403, { 'sec-fetch-site': 'same-site' }],
    [403, { origin: 'https://evil.example.com' }],
    [403, { origin: 'null' }],
  ];
  test.each(from)('is %i from %j', async (status, headers) => {
    const shop = openShop();
    shop.people.set('s', merlin);
    const { call } = await serve(shop);
    const cookie = { cookie: 'marty_session=s' };
    const answer = await call(`/api/orders/${ORDER}/ready`, { method: 'POST', headers: { ...cookie, ...headers } });
    expect([answer.status, shop.sent.length]).toEqual([status, status === 202 ? 1 : 0]);
    const out = await call('/api/session', { method: 'DELETE', headers: { ...cookie, ...headers } });
    expect(out.status).toBe(status === 202 ? 204 : 403);
  });

  test('is let in from the very host that it goes to, where a browser only says its origin', async () => {
    const shop = openShop();
    shop.people.set('s', merlin);
    const { url, call } = await serve(shop);
    const headers = { cookie: 'marty_session=s', origin: url };
    expect((await call(`/api/orders/${ORDER}/ready`, { method: 'POST', headers })).status).toBe(202);
  });

  test('with a token may come from anywhere: a browser never adds one by itself', async () => {
    const { call } = await serve(openShop());
    const init = asStaff('POST', undefined, { 'sec-fetch-site': 'cross-site' });
    expect((await call(`/api/orders/${ORDER}/ready`, init)).status).toBe(202);
  });
});

describe('the audit', () => {
  test('has a line for every write, done or refused, with ids only', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const person = `/api/conversations/${encodeURIComponent('(201) 555-0123')}`;
    await logIn(call, right);
    const cookie = { cookie: 'marty_session=session-1' };
    await call(`${person}/messages`, { method: 'POST', headers: { ...cookie, ...json }, body: '{"text":"hello"}' });
    await call(`/api/actors/customer:${READER}/events`, asStaff('POST', { type: 'staff.handedBack' }));
    await call(`/api/orders/${ORDER}/shipped`, asStaff('POST'));
    await call('/api/inventory/9780441172719', asStaff('PATCH', { delta: -1 }));
    await call('/api/orders', { headers: cookie });
    const lines = shop.acts.map(({ staffId, act, target, status, storeId }) => [storeId, staffId, act, target, status]);
    expect(lines).toEqual([
      [1, 'staff-1', 'session.login', 'staff-1', 204],
      [1, 'staff-1', 'conversations.messages', `customer:${READER_KEY}`, 202],
      [1, 'api-token', 'actors.events', `customer:${READER_KEY}`, 202],
      [1, 'api-token', 'orders.shipped', ORDER, 409],
      [1, 'api-token', 'inventory.patch', '9780441172719', 200],
    ]);
    expect(JSON.stringify(shop.acts)).not.toMatch(/2015550123|hello/);
  });

  test('is written a moment later where the database is away, and what was done stays done', async () => {
    const shop = openShop();
    const { audit, actors } = shop.deps;
    const { keep } = audit;
    let isAway = false;
    const away = <Answer>(answer: Promise<Answer>) => (isAway ? Promise.reject(new Error('connection lost')) : answer);
    audit.keep = (act) => away(isAway ? Promise.resolve() : keep(act));
    const keyOf = actors.keyOf.bind(actors);
    actors.keyOf = (address) => away(keyOf(address)); // without it a line has no target
    shop.deps.send = async () => ((isAway = true), { accepted: true as const, duplicate: false });
    const { call } = await serve(shop);
    const { status } = await call(
      `/api/actors/customer:${READER}/events`,
      asStaff('POST', { type: 'staff.handedBack' }),
    );
    isAway = false;
    await vi.waitFor(() => expect(shop.acts).toHaveLength(1), { timeout: 30_000 });
    const line = { act: 'actors.events', target: null, status: 202, at: new Date(NOW) };
    expect([status, shop.acts, shop.logged]).toMatchObject([202, [line], []]);
  });

  test('is for admins', async () => {
    const shop = openShop();
    shop.people.set('s', { ...merlin, role: 'staff' });
    const { call } = await serve(shop);
    const [asClerk, asAdmin] = [{ headers: { cookie: 'marty_session=s' } }, asStaff()];
    expect((await call('/api/audit', asClerk)).status).toBe(403);
    expect((await call('/api/audit', asAdmin)).status).toBe(200);
    expect((await call('/api/orders', asClerk)).status).toBe(200);
  });
});
