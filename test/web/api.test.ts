// Every endpoint answers what the contract says, and every bad input with a problem: never a stack, never a 500.
import { describe, expect, test } from 'vitest';
import type { OrderAction } from '../../src/web/wire/shop.ts';
import { serve } from './serve.ts';
import {
  asStaff,
  COMMAND,
  customer,
  DUNE,
  merlin,
  openShop,
  order,
  ORDER,
  PARCEL,
  READER,
  READER_KEY,
} from './shop.ts';

const actor = `/api/actors/customer:${READER}`;
const person = `/api/conversations/${READER}`;
const draft = { title: 'Dune', authors: ['Frank Herbert'], priceCents: 1099 };

describe('an endpoint answers', () => {
  const fine: Array<[string, RequestInit, number]> = [
    ['/health', {}, 200],
    ['/health/live', {}, 200],
    ['/health/ready', {}, 200],
    ['/metrics', {}, 200],
    ['/openapi.json', {}, 200],
    ['/docs', {}, 200],
    ['/docs/style.css', {}, 200],
    ['/', {}, 302],
    ['/api/books?q=dune&limit=5', asStaff(), 200],
    ['/api/books/match?text=got%20dune%3F', asStaff(), 200],
    [`/api/books/${DUNE}`, asStaff('PUT', draft), 200],
    ['/api/books/978-0-553-29335-7', asStaff('PUT', draft), 201],
    [`/api/inventory/${DUNE}`, asStaff('PATCH', { delta: -1 }), 200],
    [`/api/inventory/${DUNE}`, asStaff('PATCH', { onHand: 12 }), 200],
    ['/api/orders?state=paid&q=dune', asStaff(), 200],
    [`/api/orders/${ORDER}`, asStaff(), 200],
    [`/api/orders/${ORDER}/ready`, asStaff('POST'), 202],
    [`/api/orders/${ORDER}/picked-up`, asStaff('POST'), 202],
    [`/api/orders/${PARCEL}/shipped`, asStaff('POST'), 202],
    [`/api/orders/${PARCEL}/shipped`, asStaff('POST', { tracking: '9400' }), 202],
    [`/api/orders/${ORDER}/cancel`, asStaff('POST'), 202],
    [`/api/orders/${ORDER}/refund`, asStaff('POST', {}), 202],
    ['/api/actors?machine=customer&state=browsing&limit=10', asStaff(), 200],
    [actor, asStaff(), 200],
    [`${actor}/history?after=2&limit=2`, asStaff(), 200],
    [`${actor}/snapshots/3`, asStaff(), 200],
    [`${actor}/events`, asStaff('POST', { type: 'staff.handedBack' }), 202],
    ['/api/commands?status=dead', asStaff(), 200],
    [`/api/commands/${COMMAND}/retry`, asStaff('POST'), 200],
    [`${person}/messages?limit=10`, asStaff(), 200],
    [`${person}/messages`, asStaff('POST', { text: 'hello, a person here' }), 202],
    [`${person}/takeover`, asStaff('POST'), 202],
    [`${person}/handback`, asStaff('POST'), 202],
    ['/api/machines', asStaff(), 200],
    ['/api/machines/customer', asStaff(), 200],
    ['/api/books?store=dungeon-books', asStaff(), 200],
    ['/api/session', asStaff(), 200],
    ['/api/audit?act=orders.ready&limit=5', asStaff(), 200],
    ['/api/inbox?filter=waiting&q=dune&state=payment.awaiting&limit=5', asStaff(), 200],
    [`/api/conversations/${READER_KEY}/read`, asStaff('POST'), 200],
    [`${person}/draft`, asStaff(), 200],
    [`${person}/notes`, asStaff(), 200],
    [`${person}/notes`, asStaff('POST', { text: 'likes worms' }), 201],
    [`${person}/notes/${COMMAND}`, asStaff('DELETE'), 204],
    ['/api/canned', asStaff(), 200],
    [`/api/canned/${COMMAND}`, asStaff('PUT', { title: 'hours', text: 'noon' }), 200],
    [`/api/canned/${COMMAND}`, asStaff('DELETE'), 204],
    ['/api/trouble?kind=event', asStaff(), 200],
    [`/api/trouble/command:${COMMAND}/retry`, asStaff('POST'), 200],
    [`/api/trouble/command:${COMMAND}/dismiss`, asStaff('POST'), 200],
    ['/api/trouble/retry', asStaff('POST'), 200],
    ['/api/inventory?q=dune&reserved=true', asStaff(), 200],
    [`/api/inventory/${DUNE}`, asStaff('PATCH', { delta: 1, reason: 'found one' }), 200],
    [`/api/inventory/${DUNE}/adjustments`, asStaff(), 200],
    ['/api/orders/pick-list', asStaff(), 200],
    [`/api/orders/${ORDER}/prepare`, asStaff('POST'), 202],
    ['/api/books/import', { ...asStaff('POST', undefined, { 'content-type': 'text/csv' }), body: 'isbn13\n' }, 200],
    ['/api/machines/customer/stats?days=3', asStaff(), 200],
    ['/api/numbers?from=2026-11-01&to=2026-11-02', asStaff(), 200],
    ['/api/numbers', asStaff(), 200],
  ];
  test.each(fine)('%s', async (path, init, status) => {
    const { call } = await serve(openShop());
    const response = await call(path, init);
    expect([response.status, await response.text()]).toEqual([status, expect.any(String)]);
    expect(response.headers.get('x-correlation-id')).toMatch(/^id-\d+$/);
  });
});

describe('bad input becomes a problem at', () => {
  const raw = (method: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') => ({
    ...asStaff(method, undefined, { 'content-type': type }),
    body,
  });
  const deep = `{"type":"staff.said","text":${'['.repeat(3000)}${']'.repeat(3000)}}`;
  const bad: Array<[number, string, RequestInit]> = [
    [404, '/nowhere', {}],
    [404, '/api/nowhere', asStaff()],
    [404, '/assets/..%2f..%2fpackage.json', {}],
    [404, '/assets/nothing.js', {}],
    [405, '/health', { method: 'POST' }],
    [405, '/webhook/sms', {}],
    [405, `/api/orders/${ORDER}`, asStaff('DELETE')],
    [400, '/api/books?limit=0', asStaff()],
    [400, '/api/books?limit=many', asStaff()],
    [400, `/api/books?q=${'x'.repeat(201)}`, asStaff()],
    [400, '/api/books/match', asStaff()],
    [400, '/api/books/9780441172718', asStaff('PUT', draft)],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, title: ' ' })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, title: 'Dune at evil.example' })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, authors: ['www.evil'] })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, authors: [] })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, priceCents: 10.99 })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, priceCents: -1 })],
    [400, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, priceCents: 0 })],
    [400, `/api/books/${DUNE}`, raw('PUT', '{')],
    [400, `/api/books/${DUNE}`, raw('PUT', new Uint8Array([0x22, 0xc3, 0x28, 0x22]))],
    [415, `/api/books/${DUNE}`, raw('PUT', JSON.stringify(draft), 'text/plain')],
    [413, `/api/books/${DUNE}`, asStaff('PUT', { ...draft, description: 'x'.repeat(70_000) })],
    [400, `/api/inventory/${DUNE}`, asStaff('PATCH', {})],
    [400, `/api/inventory/${DUNE}`, asStaff('PATCH', { delta: 1, onHand: 1 })],
    [400, `/api/inventory/${DUNE}`, asStaff('PATCH', { delta: 1e12 })],
    [404, '/api/inventory/9780553293357', asStaff('PATCH', { delta: 1 })],
    [409, `/api/inventory/${DUNE}`, asStaff('PATCH', { onHand: 0 })],
    [400, '/api/orders?state=eaten', asStaff()],
    [400, '/api/orders/12', asStaff()],
    [404, `/api/orders/${COMMAND}`, asStaff()],
    [409, `/api/orders/${PARCEL}/picked-up`, asStaff('POST')],
    [409, `/api/orders/${ORDER}/shipped`, asStaff('POST')],
    [400, `/api/orders/${PARCEL}/shipped`, asStaff('POST', { tracking: 'x'.repeat(81) })],
    [400, '/api/actors/customer:911', asStaff()],
    [400, '/api/actors/order:1', asStaff()],
    [400, '/api/actors/%00', asStaff()],
    [404, '/api/actors/customer:+12015550199', asStaff()],
    [404, '/api/actors/wizard:1', asStaff()],
    [400, `${actor}/snapshots/minus`, asStaff()],
    [404, `${actor}/snapshots/99`, asStaff()],
    [404, '/api/actors/customer:+12015550199/history', asStaff()],
    [400, `${actor}/events`, asStaff('POST', {})],
    [400, `${actor}/events`, asStaff('POST', { type: 'staff.said' })],
    [400, `${actor}/events`, asStaff('POST', { type: 'staff.danced' })],
    [400, `${actor}/events`, raw('POST', deep)],
    [400, `${actor}/events`, asStaff('POST', { type: 'staff.handedBack' }, { 'idempotency-key': 'x'.repeat(101) })],
    [404, '/api/actors/customer:+12015550199/events', asStaff('POST', { type: 'staff.handedBack' })],
    [400, '/api/commands/7/retry', asStaff('POST')],
    [404, `/api/commands/${ORDER}/retry`, asStaff('POST')],
    [409, `/api/commands/${COMMAND}/cancel`, asStaff('POST')],
    [400, '/api/conversations/911/messages', asStaff()],
    [400, `${person}/messages`, asStaff('POST', { text: '' })],
    [404, '/api/conversations/+12015550199/takeover', asStaff('POST')],
    [404, '/api/machines/wizard', asStaff()],
    [404, '/api/books?store=elsewhere', asStaff()],
    [400, '/api/books?store=EL%27S', asStaff()],
    [400, '/api/inbox?filter=some', asStaff()],
    [400, '/api/inbox?state=%27', asStaff()],
    [400, `/api/inbox?q=${'x'.repeat(121)}`, asStaff()],
    [404, `/api/conversations/${ORDER}/read`, asStaff('POST')],
    [404, '/api/conversations/+12015550199', asStaff()],
    [404, '/api/conversations/+12015550199/draft', asStaff()],
    [400, `${person}/messages?after=a&before=b`, asStaff()],
    [400, `${person}/notes`, asStaff('POST', { text: ' ' })],
    [400, `${person}/notes`, asStaff('POST', { text: 'x'.repeat(2001) })],
    [404, `${person}/notes/${ORDER}`, asStaff('DELETE')],
    [400, `${person}/notes/7`, asStaff('DELETE')],
    [400, '/api/canned/7', asStaff('PUT', { title: 'hours', text: 'noon' })],
    [400, `/api/canned/${COMMAND}`, asStaff('PUT', { title: '', text: 'noon' })],
    [404, `/api/canned/${ORDER}`, asStaff('DELETE')],
    [400, '/api/trouble/7/retry', asStaff('POST')],
    [404, `/api/trouble/command:${ORDER}/retry`, asStaff('POST')],
    [409, `/api/trouble/command:${ORDER}/dismiss`, asStaff('POST')],
    [400, `/api/inventory/${DUNE}`, asStaff('PATCH', { delta: 1, reason: 'x'.repeat(201) })],
    [415, '/api/books/import', raw('POST', 'isbn13\n', 'text/plain')],
    [413, '/api/books/import', raw('POST', new Uint8Array(32 * 1024 * 1024 + 1), 'text/csv')],
    [404, '/api/machines/wizard/stats', asStaff()],
    [400, '/api/machines/customer/stats?days=99', asStaff()],
    [400, '/api/numbers?from=2026-11-02&to=2026-11-01', asStaff()],
    [400, '/api/numbers?from=2026-01-01&to=2026-11-01', asStaff()],
    [400, '/api/audit?limit=0', asStaff()],
  ];
  test.each(bad)('%i %s', async (status, path, init) => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await call(path, { ...init, headers: { ...init.headers, 'x-correlation-id': 'mine-1' } });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const { errors = [], ...problem } = Object(await response.json());
    expect(errors).toEqual(expect.any(Array));
    expect(problem).toEqual({
      type: expect.stringMatching(/^urn:marty:problem:[a-z-]+$/),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      correlationId: 'mine-1',
    });
    expect([response.status, shop.sent]).toEqual([status, []]);
  });

  const steps: Array<[OrderAction[], string, number]> = [
    [[], 'ready', 409],
    [['cancel'], 'cancel', 202],
    [['cancel'], 'refund', 409],
    [['prepare', 'delivered'], 'prepare', 202],
    [['prepare', 'delivered'], 'delivered', 202],
  ];
  test.each(steps)('an order whose chart takes %j is told "%s": %i', async (actions, verb, status) => {
    const shop = openShop();
    shop.orders[0] = { ...order, actions };
    const { call } = await serve(shop);
    expect((await call(`/api/orders/${ORDER}/${verb}`, asStaff('POST'))).status).toBe(status);
    expect(shop.sent).toHaveLength(status === 202 ? 1 : 0);
  });

  test('is described in /openapi.json, whatever it is', async () => {
    const { call } = await serve(openShop());
    const described: unknown = Object(await (await call('/openapi.json')).json()).paths;
    const paths = Object.keys(Object(described));
    for (const path of ['/api/session', '/api/inbox', '/api/books/import', '/api/trouble/{id}/retry', '/api/numbers'])
      expect(paths).toContain(path);
  });

  test('405 names the methods that the address takes', async () => {
    const { call } = await serve(openShop());
    expect((await call('/webhook/sms')).headers.get('allow')).toBe('POST');
  });
});

describe('the inside cannot be forged', () => {
  const forged = [
    'xstate.done.actor.payment',
    'xstate.after.reminder',
    'payment.completed',
    'text.received',
    'customer.agreed',
  ];
  test.each(forged)('staff may not send %s', async (type) => {
    const shop = openShop();
    const { call } = await serve(shop);
    for (const path of [actor, `/api/actors/order:${ORDER}`]) {
      const response = await call(`${path}/events`, asStaff('POST', { type, paymentId: 'p', amountCents: 1 }));
      expect(response.status).toBe(403);
    }
    expect(shop.sent).toEqual([]);
  });

  test('who took over or said it is who is logged in, whatever the body claims', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await call(`${actor}/events`, asStaff('POST', { type: 'staff.tookOver', staffId: 'somebody-else' }));
    await call(`${actor}/events`, asStaff('POST', { type: 'staff.said', text: 'hello', staffId: 'somebody-else' }));
    await call(`${person}/messages`, asStaff('POST', { text: 'hello again' }));
    expect(shop.sent.map(({ event }) => event)).toEqual([
      { type: 'staff.tookOver', staffId: 'api-token' },
      { type: 'staff.said', text: 'hello', staffId: 'api-token' },
      { type: 'staff.said', text: 'hello again', staffId: 'api-token' },
    ]);
  });

  test('the same Idempotency-Key tells the actor once', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const init = asStaff('POST', { text: 'hello' }, { 'idempotency-key': 'k1' });
    const answers = [await call(`${person}/messages`, init), await call(`${person}/messages`, init)];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { status: 'accepted', duplicate: false },
      { status: 'accepted', duplicate: true },
    ]);
  });
});

test('an order whose money is on its way back asks for no word of what was seen, for it would not take it', async () => {
  const shop = openShop();
  const { call } = await serve(shop);
  const [order] = shop.orders;
  if (order?.id !== ORDER) throw new Error('the order is the first');
  const settled = async (changes: Partial<typeof order>) => {
    shop.orders[0] = { ...order, state: 'refundPending', ...changes };
    return (await call(`/api/orders/${ORDER}/settle`, asStaff('POST', {}))).text();
  };
  expect(await settled({ concern: null, actions: ['refund'] })).toMatch(/does not take .{1,2}settle.*it takes refund/);
  expect(await settled({ concern: 'refund_failed', actions: ['refund', 'settle'] })).toContain('seen=refund_failed');
});

describe('the staff API', () => {
  const paths = [
    '/api/books',
    '/api/orders',
    actor,
    '/api/commands',
    `${person}/messages`,
    '/api/machines',
    '/api/live',
    '/api/inbox',
    '/api/trouble',
    '/api/audit',
    '/api/numbers',
    '/api/canned',
    '/api/sessions',
    '/api/session/other',
  ];
  test.each(paths)('turns a stranger away from %s', async (path) => {
    const { call } = await serve(openShop());
    const wrong = { headers: { authorization: 'Bearer guess' } };
    expect([(await call(path)).status, (await call(path, wrong)).status]).toEqual([401, 401]);
  });

  test('lets nobody in by token when none is configured', async () => {
    const { byBearerToken } = await import('../../src/web/auth.ts');
    const { call } = await serve(openShop({ authenticate: byBearerToken(null) }));
    expect((await call('/api/books', { headers: { authorization: 'Bearer ' } })).status).toBe(401);
  });

  test('keeps staff to their own shops: another one is none', async () => {
    const shop = openShop();
    shop.people.set('s', { ...merlin, stores: [2] });
    const { call } = await serve(shop);
    const headers = { cookie: 'marty_session=s' };
    const paths = ['/api/books?store=dungeon-books', '/api/books?store=nowhere', '/api/orders', actor];
    const statuses = await Promise.all(paths.map(async (path) => (await call(path, { headers })).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  test('gives the shapes of the contract', async () => {
    const { call } = await serve(openShop());
    const read = async (path: string) => (await call(path, asStaff())).json();
    expect(await read(`/api/orders/${ORDER}`)).toEqual(order);
    expect(await read(actor)).toEqual(customer());
    expect(await read('/api/books/match?text=dune')).toEqual({ matches: [{ isbn13: DUNE, title: 'Dune', score: 1 }] });
  });
});
