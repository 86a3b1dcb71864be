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
import { freePort } from '../harness/free-port.ts';
import { useDatabase } from '../harness/database.ts';
import { asking, audit } from '../shop/audit.ts';
import { stockOf } from '../shop/rules.ts';
import { book } from '../shop/books.ts';
import { Crowd, insist, miscounted, paidOrders, PATIENCE_MS, unsettled } from './crowd.ts';
import { startObedientClaude } from './obedient-claude.ts';
import type { Call, ObedientClaude } from './obedient-claude.ts';

const KILLS = 20;
const CUSTOMERS = 6;
/** A killed model call is made again within this time of the kill. */
const AGAIN_WITHIN_MS = 15_000;
const HOBBIT = book('The Hobbit');

const database = useDatabase();
const dataDir = mkdtempSync(join(tmpdir(), 'marty-killed-'));
let claude: ObedientClaude;
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
    const ask = asking(database.pool);
    const came = await stockOf(ask);
    const kills: number[] = [];
    const crowd = new Crowd(`http://127.0.0.1:${port}`, HOBBIT);
    const customers = crowd.buyUntil(CUSTOMERS, () => kills.length >= KILLS);
    for (const lifeMs of fc.sample(fc.integer({ min: 400, max: 6000 }), { numRuns: KILLS, seed: 3 })) {
      await wait(lifeMs);
      await killed(shop);
      kills.push(Date.now());
      shop = await born(keys);
    }
    try {
      await customers;
      await vi.waitFor(async () => expect(await unsettled(ask)).toEqual([]), { timeout: PATIENCE_MS, interval: 500 });
    } finally {
      await killed(shop);
    }
    await audit(database.pool, came);
    expect(crowd.sales).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(await miscounted(ask)).toEqual([]);
    expect(await paidOrders(ask)).toBe(crowd.sales);
    expectAgainInTime(claude.calls, kills);
  });
});

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

// Counted from the last kill before the new attempt: each kill may hit the attempt at mending the one before.
function expectAgainInTime(calls: readonly Call[], kills: readonly number[]): void {
  const again = calls.filter(({ texts, at }, index) =>
    calls.slice(0, index).some((one) => one.texts === texts && one.at < at),
  );
  const waits = again.map(({ at }) => at - Math.max(...kills.filter((kill) => kill < at)));
  expect(waits.length).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThan(AGAIN_WITHIN_MS);
}
