// The whole shop as it is run, `marty start` in a process of its own, killed again and again while customers buy books of it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { freePort } from '../harness/free-port.ts';
import { useDatabase } from '../harness/database.ts';
import { asking, audit } from '../shop/audit.ts';
import { stockOf } from '../shop/rules.ts';
import { book } from '../shop/books.ts';
import { METHOD, PAID, PAY_HOW, SURE } from '../shop/lines.ts';
import { Phone } from '../shop/phone.ts';
import { startObedientClaude } from './obedient-claude.ts';
import type { Call } from './obedient-claude.ts';

const KILLS = 20;
const CUSTOMERS = 6;
/** A killed model call is made again within this time of the kill. */
const AGAIN_WITHIN_MS = 15_000;
/** A text, its answer and however many deaths of the shop between them (ms). */
const PATIENCE_MS = 120_000;
const HOBBIT = book('The Hobbit');
const LINK = /^http\S+\/till\/[0-9a-f-]{36}$/;

const database = useDatabase();
const dataDir = mkdtempSync(join(tmpdir(), 'marty-killed-'));
let claude: FakeAnthropic & { calls: Call[] };
let port = 0;
beforeAll(async () => {
  claude = await startObedientClaude(HOBBIT);
  port = await freePort();
});
afterAll(async () => {
  await claude.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe(`G1 G2 G6 G9 a shop that is killed ${KILLS} times while ${CUSTOMERS} customers buy`, () => {
  test('every text is heard once, every sale is made once, and a model call that was killed is made again soon', async () => {
    const keys = { SESSION_SECRET: secret(), PII_KEY: secret() };
    let shop = await born(keys);
    await database.pool.query('UPDATE inventory SET on_hand = 5000 WHERE isbn13 = $1', [HOBBIT.isbn13]);
    const came = await stockOf(asking(database.pool));
    const kills: number[] = [];
    const sales: Phone[] = [];
    const closing = () => kills.length >= KILLS;
    const customers = Array.from({ length: CUSTOMERS }, (_, n) => buyUntil(closing, n, sales));
    for (const lifeMs of fc.sample(fc.integer({ min: 400, max: 6000 }), { numRuns: KILLS, seed: 3 })) {
      await wait(lifeMs);
      await killed(shop);
      kills.push(Date.now());
      shop = await born(keys);
    }
    try {
      await Promise.all(customers);
      await vi.waitFor(async () => expect(await unsettled()).toEqual([]), { timeout: PATIENCE_MS, interval: 500 });
    } finally {
      await killed(shop);
    }
    await audit(database.pool, came);
    expect(sales.length).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(await inboundTwice()).toEqual([]);
    expect(await paidOrders()).toBe(sales.length);
    expectAgainInTime(claude.calls, kills);
  });
});

/** Buys books, each from a new phone, until the shop is left alone. */
async function buyUntil(isOver: () => boolean, customer: number, sales: Phone[]): Promise<void> {
  for (let n = 0; n === 0 || !isOver(); n += 1) {
    const phone = new Phone(`http://127.0.0.1:${port}`, `+1201555${1000 + customer * 100 + n}`, PATIENCE_MS);
    await buy(phone);
    sales.push(phone);
  }
}

async function buy(phone: Phone): Promise<void> {
  await asks(phone, `do you have ${HOBBIT.named}?`, /The Hobbit/);
  await asks(phone, "i'll take it", SURE);
  await asks(phone, 'yes', METHOD);
  await asks(phone, 'pick it up', PAY_HOW);
  const link = await asks(phone, 'pay now', LINK);
  await insist(() => phone.pays(link));
  await phone.hears(PAID);
  const bubbles = await insist(() => phone.bubbles());
  expect(bubbles.filter((text) => PAID.test(text))).toHaveLength(1);
}

// A provider calls its webhook until it gets a 2xx, with the same id. The number tells the model's calls apart.
async function asks(phone: Phone, text: string, answer: RegExp): Promise<string> {
  const message = { text: `${text} (${phone.number.slice(-4)})`, messageId: crypto.randomUUID() };
  await insist(async () => expect((await phone.sends(message)).status).toBe(202));
  return phone.hears(answer);
}

function insist<T>(attempt: () => Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 200 });
}

function secret(): string {
  return randomBytes(32).toString('base64');
}

async function born(keys: Record<string, string>): Promise<ChildProcess> {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['src/cli/marty.mjs', 'start'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      LOG_LEVEL: 'silent',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: database.url,
      MARTY_DATA_DIR: dataDir,
      ANTHROPIC_API_KEY: 'a-key',
      ANTHROPIC_BASE_URL: claude.url,
      ...keys,
    },
    stdio: 'ignore',
  });
  await insist(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));
  return child;
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((gone) => {
    child.once('exit', () => gone());
    child.kill('SIGKILL');
  });
}

async function unsettled(): Promise<string[]> {
  const { rows } = await database.pool.query<{ what: string }>(`
    SELECT 'command ' || name AS what FROM commands WHERE status IN ('pending', 'running')
    UNION ALL SELECT 'event ' || type FROM inbox
    UNION ALL SELECT 'bubble' FROM messages WHERE status IN ('queued', 'sending')
    UNION ALL SELECT 'callback' FROM till_events WHERE delivered_at IS NULL`);
  return rows.map(({ what }) => what);
}

/** Turns that took in the same text twice. */
async function inboundTwice(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `SELECT thread_id, count(*) FROM messages WHERE direction = 'inbound' GROUP BY thread_id HAVING count(*) <> 5`,
  );
  return rows;
}

async function paidOrders(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM orders WHERE payment_status = 'paid'`,
  );
  return rows[0]?.count ?? 0;
}

// Counted from the last kill before the new attempt: each kill may hit the attempt at mending the one before.
function expectAgainInTime(calls: readonly Call[], kills: readonly number[]): void {
  const again = calls.filter(({ texts, at }, index) =>
    calls.slice(0, index).some((one) => one.texts === texts && one.at < at),
  );
  const waits = again.map(({ at }) => at - Math.max(...kills.filter((kill) => kill < at)));
  expect(waits.length).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThan(AGAIN_WITHIN_MS);
}
