// What holds for every response: correlation, headers, health, cross-origin rules, numbers, the live feed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { addressList } from '../../src/web/addresses.ts';
import { goRoutes } from '../../src/web/routes/go.ts';
import { serve } from './serve.ts';
import { asStaff, openShop, READER, READER_KEY } from './shop.ts';
import type { Call } from './serve.ts';

describe('a correlation id', () => {
  const ids: Array<[string, boolean]> = [
    ['order-7.retry_2', true],
    ['0190a000-0000-7000-8000-000000000001', true],
    ['has spaces', false],
    ['x'.repeat(129), false],
    ['12015550123', false],
    ['1-201-555-0123', false],
    ['201.555.0123', false],
    ['<script>', false],
  ];
  test.each(ids)('%s from the caller is taken over: %s', async (id, taken) => {
    const { call } = await serve(openShop());
    const told = (await call('/health/live', { headers: { 'x-correlation-id': id } })).headers.get('x-correlation-id');
    expect(told === id).toBe(taken);
  });
});

const guards = ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'cross-origin-opener-policy'];

describe('every response', () => {
  test.each([
    ['/docs', 200],
    ['/health', 200],
    ['/phone', 200],
    ['/console', 200],
    ['/console/login', 200],
    ['/assets/none.js', 404],
    ['/go/dune', 302],
    ['/go/x', 404],
    ['/nowhere', 404],
  ])('forbids inline script, framing and sniffing: %s', async (path, status) => {
    const shop = openShop({
      mounts: [goRoutes(async (code) => (code === 'dune' ? 'https://books.example/dune' : null))],
    });
    shop.deps.config.consoleDir = await builtPages();
    const { call } = await serve(shop);
    const response = await call(path);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe/);
    expect([response.status, ...guards.map((name) => response.headers.get(name))]).toEqual([
      status,
      'nosniff',
      'DENY',
      'no-referrer',
      'same-origin',
    ]);
  });

  test('may be read by the origins that are listed, and by no other', async () => {
    const shop = openShop();
    shop.deps.config.corsOrigins = ['https://shop.example'];
    const { call } = await serve(shop);
    const preflight = await call('/api/books', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    });
    const stranger = await call('/health', { headers: { origin: 'https://evil.example' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://shop.example',
    ]);
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('health', () => {
  const up = { database: 'up', queue: 'up', sms: 'up', square: 'off', ai: 'off', books: 'off' } as const;
  const reports: Array<[string, number, Partial<Record<keyof typeof up, 'up' | 'down' | 'off'>>]> = [
    ['healthy', 200, {}],
    ['degraded', 200, { queue: 'down' }],
    ['degraded', 200, { ai: 'down' }],
    ['unhealthy', 503, { database: 'down', queue: 'down' }],
  ];
  test.each(reports)('is %s with %i', async (status, code, change) => {
    const checks = { ...up, ...change };
    const breakers = { claude: change.ai === 'down' ? ('open' as const) : ('closed' as const) };
    const asked = { health: () => Promise.resolve(checks), breakers: () => Promise.resolve(breakers) };
    const { call } = await serve(openShop(asked));
    const response = await call('/health');
    expect([response.status, await response.json()]).toEqual([
      code,
      { status, version: '1.2.3', timestamp: '2026-11-22T19:00:00.000Z', checks, breakers },
    ]);
    expect((await call('/health/ready')).status).toBe(code);
    expect((await call('/health/live')).status).toBe(200);
  });
});

test('metrics count requests by route and texts by outcome, and name no phone', async () => {
  const { call } = await serve(openShop());
  await call(`/api/actors/customer:${READER}`, asStaff());
  await sendText(call, { from: READER, READER_KEY, text: 'hi', messageId: 'a' });
  await sendText(call, { from: READER, text: 'hi', messageId: 'a' });
  const text = await (await call('/metrics')).text();
  expect(text).toContain('marty_http_request_seconds_count{method="GET",route="/api/actors/:id",status="200"} 1');
  expect(text).toContain('marty_texts_received_total{channel="simulator",outcome="duplicate"} 1');
  expect(text).not.toContain('2015550');
});

test('the live feed streams turns and stops reading when the client hangs up', async () => {
  const turn = {
    id: `customer:${READER}`,
    key: READER_KEY,
    machine: 'customer',
    seq: 5,
    event: 'text.received',
    from: 'a',
    to: 'b',
    at: '2026-11-22T19:00:00.000Z',
    correlationId: 'c',
  };
  const turns = { hungUp: false };
  const live = async function* (_store: number, signal: AbortSignal) {
    yield { storeId: 1, mark: '1.a.5', turn };
    yield 'gap' as const;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    turns.hungUp = true;
  };
  const { call } = await serve(openShop({ live }));
  const hangUp = new AbortController();
  const response = await call('/api/live', { ...asStaff(), signal: hangUp.signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(await readUntil(response, `data: ${JSON.stringify(turn)}`)).toContain('event: turn\n');
  hangUp.abort();
  await vi.waitFor(() => expect(turns).toEqual({ hungUp: true }), 20_000);
});

test('a live feed that breaks ends, and neither stream nor log tells what the error quoted', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const live = async function* () {
    yield await Promise.reject<never>(new TypeError(`no such row: ${READER}`));
  };
  const shop = openShop({ live });
  const { call } = await serve(shop);
  expect(await (await call('/api/live', asStaff())).text()).toBe(': live\n\n');
  expect([shop.logged, printed.mock.calls]).toEqual([[{ error: 'TypeError' }], []]);
});

test('what a mounted part throws becomes a problem with the correlation id; 503 says when to come back', async () => {
  const part = new Hono().get('/part', () => {
    throw new HTTPException(503, { message: 'call again' });
  });
  const { call } = await serve(openShop({ mounts: [part] }));
  const response = await call('/part', { headers: { 'x-correlation-id': 'mine-1' } });
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '2',
    {
      type: 'urn:marty:problem:overloaded',
      title: 'The server is over its bound',
      status: 503,
      detail: 'call again',
      correlationId: 'mine-1',
    },
  ]);
});

test('/openapi.json describes every endpoint and /docs shows the same without script', async () => {
  const { call } = await serve(openShop());
  const paths = Object.keys(Object(await (await call('/openapi.json')).json()).paths);
  const page = await (await call('/docs')).text();
  expect(paths).toEqual(
    expect.arrayContaining(['/webhook/sms', '/api/actors/{id}/events', '/api/orders/{id}/shipped']),
  );
  expect(paths.filter((path) => !page.includes(`<code>${path}</code>`))).toEqual([]);
  expect(page).not.toMatch(/<script|https:\/\//);
});

describe('the simulator', () => {
  test('a card number is gone before anything is stored', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await sendText(call, { from: READER, text: 'my card is 4111 1111 1111 1111' });
    expect(JSON.stringify(shop.sent)).not.toContain('1111');
  });

  test('a phone that answers for its owner is marked so', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    await sendText(call, { from: READER, text: "I'm driving right now" });
    expect(shop.sent[0]).toMatchObject({ event: { automatic: true } });
  });

  test('sends a text the way a provider would, and shows what came of it', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const response = await sendText(call, { from: '(201) 555-0123', text: 'hello' });
    expect([response.status, await response.json()]).toEqual([
      202,
      { status: 'accepted', messageId: expect.any(String), duplicate: false },
    ]);
    expect(shop.sent[0]).toMatchObject({ address: { id: READER }, event: { text: 'hello', channel: 'simulator' } });
  });

  test('says that Marty is composing while his ear is open or a bubble is on its way', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const composing = async () =>
      Object(await (await call('/api/simulator/messages?phone=%2B12015550123')).json()).composing;
    const states = [await composing()];
    shop.actors.set(`customer:${READER}`, { ...mapValue(shop, READER), value: { ear: 'understanding' } });
    states.push(await composing());
    shop.actors.delete(`customer:${READER}`);
    states.push(await composing());
    shop.transcript.push({
      id: 'b',
      direction: 'outbound',
      text: 'hm',
      at: '2026-11-22T19:00:00.000Z',
      by: 'marty',
      status: 'queued',
      seq: 1,
      reason: null,
      channel: null,
    });
    states.push(await composing());
    expect(states).toEqual([false, true, false, true]);
  });

  test('is not there when it is off', async () => {
    const shop = openShop();
    shop.deps.config.simulator = false;
    const { call } = await serve(shop);
    const statuses = [
      (await sendText(call, { from: READER, text: 'hello' })).status,
      (await call('/api/simulator/messages?phone=%2B12015550123')).status,
      (await call('/phone')).status,
    ];
    expect(statuses).toEqual([404, 404, 404]);
  });

  const bad: Array<[string, unknown, number]> = [
    ['without a sender', { text: 'hi' }, 400],
    ['without a text', { from: READER }, 400],
    ['with a text of 1,601 characters', { from: READER, text: 'x'.repeat(1601) }, 400],
    ['with an id of spaces', { from: READER, text: 'hi', messageId: ' ' }, 400],
    ['that is a list', [], 400],
  ];
  test.each(bad)('refuses a text %s', async (_name, body, status) => {
    const { call } = await serve(openShop());
    expect((await sendText(call, body)).status).toBe(status);
  });
});

describe('an address list', () => {
  test('reads addresses and blocks of both families', () => {
    const isListed = addressList(['203.0.113.0/24', '2001:db8::1', '198.51.100.7']);
    const asked = ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::1', '198.51.100.8', 'nonsense', ''];
    expect(asked.map(isListed)).toEqual([true, true, true, false, false, false]);
  });

  test.each(['300.1.1.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', ''])(
    'names an entry that it cannot read: "%s"',
    (entry) => {
      expect(() => addressList([entry])).toThrow(`"${entry}" is not an address or a block`);
    },
  );
});

/** A folder as Vite leaves it, with pages that say nothing. */
async function builtPages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'marty-pages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const page of ['phone', 'staff']) {
    await mkdir(join(folder, page));
    await writeFile(join(folder, page, 'index.html'), '<!doctype html>');
  }
  return folder;
}

function sendText(call: Call, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return call('/api/simulator/messages', { method: 'POST', headers, body: JSON.stringify(body) });
}

function mapValue(shop: ReturnType<typeof openShop>, phone: string) {
  const found = shop.actors.get(`customer:${phone}`);
  if (!found) throw new Error('the shop has one customer');
  return found;
}

async function readUntil(response: Response, needle: string): Promise<string> {
  const decoder = new TextDecoder();
  let read = '';
  for await (const chunk of response.body ?? []) {
    read += decoder.decode(chunk, { stream: true });
    if (read.includes(needle)) return read;
  }
  throw new Error(`the stream ended with: ${read}`);
}
