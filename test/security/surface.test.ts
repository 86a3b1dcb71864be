// What anybody on the network meets first: slow requests, headers that carry more than they should, who may read whose
// things. Webhooks, sessions and the fuzz have files of their own; docs/security.md lists them.
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { listen } from '../../src/web/listen.ts';
import { serve } from '../web/serve.ts';
import { asStaff, openShop, READER } from '../web/shop.ts';

describe('a slow request', () => {
  test.each([
    ['headers', 'GET / HTTP/1.1\r\nhost: shop\r\nx-a:'],
    ['body', 'POST / HTTP/1.1\r\nhost: shop\r\ncontent-length: 9\r\n\r\nslow'],
  ])('is cut off when it is slow with its %s, and holds up nobody', async (_part, begun) => {
    const waits = { headersMs: 200, requestMs: 400, checkMs: 50 };
    const app = { fetch: async (request: Request) => new Response(`here${await request.text()}`) };
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, waits);
    const slow = connect(server.port, '127.0.0.1');
    const answered: string[] = [];
    slow.on('data', (chunk) => answered.push(String(chunk)));
    slow.write(begun);
    const closed = new Promise((resolve) => slow.on('close', resolve));
    expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe('here');
    await closed;
    expect(answered.join('')).toMatch(/^HTTP\/1\.1 408/);
    await server.close(0);
  });
});

test('a connection is kept for longer than a proxy in front keeps it, so that none of its requests meets a shut door', async () => {
  const { call } = await serve(openShop());
  const { headers } = await call('/health/live');
  const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});

describe('injection', () => {
  test.each(['a\r\nset-cookie: x=1', '{{7*7}}', '${7*7}', "'; DROP TABLE actors; --", '<script>alert(1)</script>'])(
    'in an id or a query changes nothing and is not reflected: %s',
    async (words) => {
      const { call } = await serve(openShop());
      const coded = encodeURIComponent(words);
      for (const path of [`/api/books?q=${coded}`, `/api/actors/${coded}`, `/${coded}`, `/assets/${coded}`]) {
        const response = await call(path, asStaff());
        const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
        expect([response.status < 500, response.headers.get('set-cookie'), text.includes(words)]).toEqual([
          true,
          null,
          false,
        ]);
      }
    },
  );

  test('in a correlation id does not reach a header or a log', async () => {
    const shop = openShop();
    const { call } = await serve(shop);
    const { headers } = await call('/nowhere', { headers: { 'x-correlation-id': '"},{"level":60,"msg":"forged' } });
    expect(headers.get('x-correlation-id')).not.toContain('forged');
    expect(JSON.stringify(shop.logged)).not.toContain('forged');
  });
});

describe('events of the inside', () => {
  test.each(['xstate.done.actor.link', 'xstate.init', 'payment.completed', 'order.linkReady', 'consent.revoked'])(
    'are no staff’s to send: %s',
    async (type) => {
      const shop = openShop();
      const { call } = await serve(shop);
      const post = asStaff('POST', { type });
      const { status } = await call(`/api/actors/customer:${READER}/events`, post);
      expect([status >= 400 && status < 500, shop.sent]).toEqual([true, []]);
    },
  );
});

describe('packages', () => {
  const FREE =
    /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|CC0-1\.0|Unlicense|BlueOak-1\.0\.0|Python-2\.0|CC-BY-4\.0|MPL-2\.0|OFL-1\.1|PostgreSQL|EPL-2\.0|WTFPL|Artistic-2\.0)$/;

  test('that run in production have a licence that lets us', () => {
    const lock: unknown = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
    const packages = Object.entries(Object(Object(lock).packages)).filter(
      ([path, entry]) => path !== '' && !Object(entry).dev && existsSync(join(projectRoot, path)),
    );
    const strange = packages.flatMap(([path]) => {
      const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, path, 'package.json'), 'utf8'));
      const licence = String(Object(manifest).license ?? 'none');
      const choices = licence.replace(/[()]/g, '').split(/ OR | AND /);
      return choices.some((one) => FREE.test(one)) ? [] : [`${path}: ${licence}`];
    });
    expect([packages.length > 50, strange]).toEqual([true, []]);
  });
});
