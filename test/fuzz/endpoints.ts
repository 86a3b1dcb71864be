// Any request to any endpoint of the whole shop: never a 5xx, always a problem where it is refused, nothing that tells of
// the inside, and nothing stored on a refusal. No worker runs meanwhile, so that what is stored came with the request.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Hono } from 'hono';
import { expect } from 'vitest';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import { webDeps } from '../../src/cli/shop/web-deps.ts';
import { tillRoutes } from '../../src/cli/shop/work.ts';
import { createApp } from '../../src/web/app.ts';
import type { TestDatabase } from '../harness/database.ts';
import { Logbook } from '../shop/logbook.ts';
import { Changes } from './changes.ts';
import { endpointsOf, requestTo } from './requests.ts';
import type { Drawn, Signing } from './requests.ts';
import type { Familiar } from './values.ts';

const URL_OF_SHOP = 'http://shop.test';
const PHONE = '+12015550123';
const ORDER = '0190a000-0000-7000-8000-000000000001';
const ISBN = '9780441172719';

/** How many requests, and whether with Square behind the counter instead of the local till. The same ones each time, or where `elsewhere`, others. */
export type Size = { inputs: number; square: boolean; elsewhere: boolean };

const SEED = 20_261_122;

export async function fuzz({ pool, url }: TestDatabase, { square, ...size }: Size): Promise<void> {
  const squareKey = 'a-square-key';
  const given = { SMOBI_WEBHOOK_SECRET: 'a-smobi-secret', SESSION_SECRET: randomBytes(32).toString('base64') };
  const config = readConfig({
    ...given,
    NODE_ENV: 'test',
    PUBLIC_URL: URL_OF_SHOP,
    DATABASE_URL: url,
    PII_KEY: randomBytes(32).toString('base64'),
    STORE_PHONE: '+12015550100',
    STAFF_API_TOKEN: 'a-staff-token',
    TWILIO_ACCOUNT_SID: 'AC1',
    TWILIO_AUTH_TOKEN: 'a-twilio-token',
    TWILIO_BASE_URL: 'http://127.0.0.1:1',
    ...(square ? squareOf(squareKey) : {}),
  });
  await prepare(config, () => undefined);
  const { sessionSecret, piiKey, smobiWebhookSecret } = config.given;
  if (!sessionSecret || !piiKey) throw new Error('the fuzz gives all secrets');
  const log = new Logbook();
  const shop = await openShop(config, { sessionSecret, piiKey, piiKeyPrevious: null, smobiWebhookSecret }, log.logger);
  try {
    const app = createApp(
      webDeps(
        shop,
        tillRoutes(shop, () => undefined),
      ),
    );
    const signing: Signing = {
      url: URL_OF_SHOP,
      smobi: given.SMOBI_WEBHOOK_SECRET,
      twilio: 'a-twilio-token',
      till: given.SESSION_SECRET,
      square: square ? squareKey : null,
      token: 'a-staff-token',
    };
    const changes = await Changes.watch(pool, [...KEPT_OF_REFUSALS, ...(square ? ASKED_OF_SQUARE : [])]);
    await throwAt(app, changes, size, signing, log);
  } finally {
    await shop.close(0);
  }
}

function squareOf(key: string): Record<string, string> {
  return {
    SQUARE_ACCESS_TOKEN: 'none',
    SQUARE_LOCATION_ID: 'L1',
    SQUARE_BASE_URL: 'http://127.0.0.1:1',
    SQUARE_WEBHOOK_SIGNATURE_KEY: key,
  };
}

async function throwAt(
  app: Pick<Hono, 'request' | 'routes'>,
  changes: Changes,
  { inputs, elsewhere }: Omit<Size, 'square'>,
  signing: Signing,
  log: Logbook,
) {
  const openapi: unknown = await (await app.request('/openapi.json')).json();
  const { endpoints, schemas } = endpointsOf(app.routes, openapi);
  expect(endpoints.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/webhook/square', '/webhook/sms', '/api/books']),
  );
  const phones = [PHONE, '+12015550100'];
  const familiar: Familiar = {
    store: ['main'],
    phone: phones,
    from: phones,
    isbn13: [ISBN, '9780547928227'],
    id: [ORDER, '0190a000-0000-7000-8000-000000000002', `customer:${PHONE}`, `order:${ORDER}`],
  };
  await app.request('/api/simulator/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: PHONE, text: 'hello' }),
  });
  const drawn = fc.oneof(...endpoints.map((endpoint) => requestTo(endpoint, schemas, familiar, signing)));
  await fc.assert(
    fc.asyncProperty(drawn, async (request) => {
      log.lines.length = 0;
      const { status, type, text } = await sent(app, request);
      expect([status < 500, log.errors]).toEqual([true, []]);
      if (status >= 400 && !isPage(request)) expect(type).toBe('application/problem+json');
      expect(text).not.toMatch(/\bat .+\.ts:\d+|SELECT |INSERT INTO|invalid input syntax|node_modules/);
      const written = await changes.look();
      if (status >= 400) expect(written).toEqual([]);
    }),
    { numRuns: inputs, ...(elsewhere ? { endOnFailure: true } : { seed: SEED }) },
  );
}

/** Where a person stands before the screen and is refused in words. */
function isPage({ path }: Drawn): boolean {
  return path.startsWith('/till/') || path.startsWith('/console');
}

async function sent(app: Pick<Hono, 'request'>, { method, path, headers, body }: Drawn) {
  const init = {
    method,
    headers,
    ...(body === null ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  };
  const response = await app.request(`${URL_OF_SHOP}${path}`, init);
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) return { status: response.status, type, text: await response.text() };
  await response.body?.cancel(); // a feed has no end
  return { status: response.status, type, text: '' };
}

/** What a refusal may write all the same: who tried what, and how often; and what a young process tidies up and looks up by itself. */
const KEPT_OF_REFUSALS = ['staff_audit', 'login_attempts', 'service_standings', 'attempts', 'source_budgets'];

/** What the customer of an accepted text bought before is asked for beside it, and written down when it is known. */
const ASKED_OF_SQUARE = ['customers'];
