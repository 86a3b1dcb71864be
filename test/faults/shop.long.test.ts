// The whole shop as it is run, `marty start` in a process of its own, killed again and again while customers buy books of it.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../harness/free-port.ts';
import { useDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';
import { asking, audit } from '../shop/audit.ts';
import { stockOf } from '../shop/rules.ts';
import { book } from '../shop/books.ts';
import { Crowd, miscounted, paidOrders, PATIENCE_MS, unsettled } from './crowd.ts';
import { startObedientClaude, THINK_MS } from './obedient-claude.ts';
import type { Call, ObedientClaude } from './obedient-claude.ts';
import { Program } from './program.ts';
import { isInFull } from './size.ts';

const KILLS = isInFull ? 20 : 4;
const CUSTOMERS = isInFull ? 6 : 3;
/** A killed model call is made again within this time of the kill (ms); with nothing beside it, it takes two to four seconds. */
const AGAIN_WITHIN_MS = 15_000;
const HOBBIT = book('The Hobbit');

const database = useDatabase();
const folder = mkdtempSync(join(tmpdir(), 'marty-killed-'));
let claude: ObedientClaude;
let shop: Program;
beforeAll(async () => {
  claude = await startObedientClaude(HOBBIT);
  const port = await freePort();
  const env = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'error',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    MARTY_DATA_DIR: folder,
    ANTHROPIC_API_KEY: 'a-key',
    ANTHROPIC_BASE_URL: claude.url,
    SESSION_SECRET: secret(),
    PII_KEY: secret(),
  };
  shop = new Program('start', env, join(folder, 'log'));
  await shop.start();
}, 240_000);
afterAll(async () => {
  await shop?.kill();
  await claude.close();
  rmSync(folder, { recursive: true, force: true });
});

describe(`G1 G2 G6 G9 a shop that is killed ${KILLS} times while ${CUSTOMERS} customers buy`, () => {
  test('every text is heard once, every sale is made once, and each model call that was killed is made again soon', async () => {
    await database.pool.query('UPDATE inventory SET on_hand = 5000 WHERE isbn13 = $1', [HOBBIT.isbn13]);
    const ask = asking(database.pool);
    const came = await stockOf(ask);
    const kills: number[] = [];
    const crowd = new Crowd(shop.url, HOBBIT);
    const buying = crowd.buyUntil(CUSTOMERS, () => kills.length >= KILLS);
    buying.catch(() => undefined); // heard below
    for (const [n, lifeMs] of lives().entries()) {
      await (n % 2 === 0 ? claude.nextRequest() : wait(lifeMs)); // in the middle of a call, or wherever it is
      const at = Date.now();
      await shop.kill();
      await shop.start();
      kills.push(at);
    }
    await buying;
    await until(async () => expect(await unsettled(ask)).toEqual([]), PATIENCE_MS, 500);
    await shop.kill();
    await audit(database.pool, came);
    expect(crowd.sales).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(await miscounted(ask)).toEqual([]);
    expect(await paidOrders(ask)).toBe(crowd.sales);
    const killed = killedAmong(claude.calls, kills);
    expect(killed.length).toBeGreaterThanOrEqual(KILLS / 2);
    for (const call of killed) expect(madeAgainAfterMs(call, claude.calls, kills)).toBeLessThan(AGAIN_WITHIN_MS);
  });
});

function secret(): string {
  return randomBytes(32).toString('base64');
}

/** How long the shop lives each time, where no model call decides that (ms). */
function lives(): number[] {
  return fc.sample(fc.integer({ min: 400, max: 6000 }), { numRuns: KILLS, seed: 3 });
}

/** Calls that had no answer yet when the shop was killed. */
function killedAmong(calls: readonly Call[], kills: readonly number[]): Call[] {
  return calls.filter(({ at }) => kills.some((kill) => at <= kill && kill < at + THINK_MS));
}

// Counted from the last kill before the new attempt: each kill may hit the attempt at mending the one before.
function madeAgainAfterMs({ texts, at }: Call, calls: readonly Call[], kills: readonly number[]): number {
  const again = calls.find((other) => other.texts === texts && other.at > at);
  const last = again && kills.findLast((kill) => kill < again.at);
  return again === undefined || last === undefined ? Infinity : again.at - last;
}
