// How long the console's lists take at a size that a shop may grow to: medians and 95th percentiles, against the bound.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../src/cli/config/config.ts';
import { destroyEmbeddedPostgres, attachEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate, migrateQueues } from '../../src/cli/migrations/migrate.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { Shop } from '../../src/cli/shop/open-shop.ts';
import { webDeps } from '../../src/cli/shop/web-deps.ts';
import { createApp } from '../../src/web/app.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { describeMachine } from '../turns/report.ts';
import { onDatabase } from '../turns/servers.ts';
import { fill, phoneOf } from './fill.ts';
import type { Size } from './fill.ts';

export type ConsoleOptions = Size & { rounds: number };

/** In milliseconds, for the inbox; the others are shown. */
const BOUND_MS = 100;
const WARM_UP = 3;
const TOKEN = 'a-token-for-the-benchmark';
const KEY = Buffer.alloc(32, 7);

type Timing = { path: string; medianMs: number; p95Ms: number; bounded: boolean };

/** Answers whether every view of the inbox kept the bound in nineteen rounds of twenty. */
export async function benchConsole({ rounds, ...size }: ConsoleOptions): Promise<boolean> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-bench-'));
  chmodSync(folder, 0o755);
  const { url } = await attachEmbeddedPostgres(folder, 'kept');
  try {
    const began = Date.now();
    await onDatabase(url, async (pool) => {
      await migrate(pool);
      await migrateQueues(pool);
      await fill(pool, createVault(KEY), size);
    });
    console.log(
      `${size.customers} customers, ${size.customers * size.turnsEach} turns, filled in ${Date.now() - began} ms`,
    );
    const timings = await measure(url, size, rounds);
    report(timings, size);
    return timings.every(({ bounded, p95Ms }) => !bounded || p95Ms < BOUND_MS);
  } finally {
    await destroyEmbeddedPostgres(folder);
  }
}

async function measure(url: string, { customers }: Size, rounds: number): Promise<Timing[]> {
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: url,
    STAFF_API_TOKEN: TOKEN,
    SESSION_SECRET: KEY.toString('base64'),
    PII_KEY: KEY.toString('base64'),
  });
  const secrets = { sessionSecret: 'bench', piiKey: KEY, piiKeyPrevious: null, smobiWebhookSecret: null };
  const shop: Shop = await openShop(config, secrets, pino({ level: 'error' }));
  try {
    const app = createApp(webDeps(shop, []));
    const measured = (await views(app, customers)).map((view) => ({ ...view, tookMs: new Array<number>() }));
    // View after view in each round, so that what else this machine does for a while falls on all of them alike.
    for (let round = -WARM_UP; round < rounds; round++)
      for (const { path, tookMs } of measured) {
        const ms = await time(app, path);
        if (round >= 0) tookMs.push(ms);
      }
    return measured.map(({ path, bounded, tookMs }) => timingOf(path, bounded, tookMs));
  } finally {
    await shop.close(0);
  }
}

function timingOf(path: string, bounded: boolean, tookMs: number[]): Timing {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { path, bounded, medianMs: at(0.5), p95Ms: at(0.95) };
}

type App = ReturnType<typeof createApp>;

/** Every view of the inbox, pages far down too, and the other lists of the console. */
async function views(app: App, customers: number): Promise<Array<{ path: string; bounded: boolean }>> {
  const middle = phoneOf(customers >> 1);
  const inbox = [
    '',
    'filter=unread',
    'filter=waiting',
    'filter=staff',
    'filter=mine',
    'state=browsing',
    'state=payment.awaiting',
    'state=optedOut',
    'state=missing',
    'filter=unread&state=payment',
    `q=${encodeURIComponent(middle)}`,
    'q=morgana',
    'q=dune',
    'q=nobody',
    `cursor=${await cursorAfter(app, 5)}`,
  ];
  const others = [
    '/api/actors',
    '/api/actors?machine=customer&state=conversation.payment.awaiting',
    '/api/orders',
    '/api/machines',
  ];
  return [
    ...inbox.map((query) => ({ path: `/api/inbox?${query}`, bounded: true })),
    ...others.map((path) => ({ path, bounded: false })),
  ];
}

async function cursorAfter(app: App, pages: number): Promise<string> {
  let cursor = '';
  for (let page = 0; page < pages; page++) {
    const answer: unknown = await (await ask(app, `/api/inbox?limit=100${cursor && `&cursor=${cursor}`}`)).json();
    cursor = String(Object(answer).nextCursor);
  }
  return cursor;
}

function ask(app: App, path: string): Promise<Response> {
  return Promise.resolve(app.request(path, { headers: { authorization: `Bearer ${TOKEN}` } }));
}

async function time(app: App, path: string): Promise<number> {
  const began = performance.now();
  const answer = await ask(app, path);
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${body.slice(0, 200)}`);
  return performance.now() - began;
}

function report(timings: readonly Timing[], size: Size): void {
  for (const { path, medianMs, p95Ms, bounded } of timings) {
    const verdict = bounded ? (p95Ms < BOUND_MS ? 'ok' : 'TOO SLOW') : '';
    console.log(`${medianMs.toFixed(1).padStart(8)} ms  ${p95Ms.toFixed(1).padStart(8)} ms  ${path}  ${verdict}`);
  }
  const folder = join(projectRoot, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'console.json');
  writeFileSync(file, JSON.stringify({ machine: describeMachine({}), size, boundMs: BOUND_MS, timings }, null, 2));
  console.log(`Written to ${file}`);
}
