// Limits of each provider's account, shared by all processes: what is over them waits, fails nobody and counts as no attempt.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { createBudget } from '../../src/catalogue/sources/budget.ts';
import { limitedClaude, roomPerSecond } from '../../src/cli/shop/provider-limits.ts';
import { NotYet } from '../../src/runtime/define-actor.ts';
import { PhoneLine, recordingChannel } from '../channels/phone-line.ts';
import { linkRequest, outcome, squareShop } from '../commerce/square-counter.ts';
import { FakeSquare } from '../fakes/square.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const never = new AbortController().signal;
const square = new FakeSquare();
beforeAll(() => square.start());
afterAll(() => square.stop());
beforeEach(() => database.db.execute(sql`truncate source_budgets`));

async function databaseMs(): Promise<number> {
  const { rows } = await database.pool.query<{ ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  return rows[0]?.ms ?? NaN;
}

describe('an account', () => {
  test('is asked no more than it allows, by all processes together', async () => {
    const [one, another] = [createBudget(database.db), createBudget(database.db)].map((budget) =>
      roomPerSecond(budget, 3)('twilio'),
    );
    const began = await databaseMs();
    const answers = await Promise.all(Array.from({ length: 7 }, (_, n) => (n % 2 ? one : another)?.() ?? NaN));
    const tookMs = (await databaseMs()) - began; // by the clock that gives the room; and so much of it there is besides
    const places = answers.sort((a, b) => a - b);
    expect(places.slice(0, 3)).toEqual([0, 0, 0]);
    for (const [n, waitMs] of places.slice(3).entries()) {
      const turnMs = ((n + 1) * 1000) / 3;
      expect([waitMs <= turnMs + 1, waitMs >= turnMs - tookMs]).toEqual([true, true]);
    }
  });

  test('gives no moment twice, also when who came first is written last', async () => {
    const roomIn = (db: typeof database.db) => roomPerSecond(createBudget(db), 1)('twilio');
    const began = await databaseMs();
    await roomIn(database.db)();
    await database.db.transaction(async (earlier) => {
      await earlier.execute(sql`select pg_sleep(1)`);
      await roomIn(database.db)();
      await roomIn(earlier)();
    });
    const fourth = await roomIn(database.db)();
    expect(fourth).toBeGreaterThanOrEqual(3_000 - ((await databaseMs()) - began));
  });

  test('of one shop takes nothing from that of another', async () => {
    const roomOf = roomPerSecond(createBudget(database.db), 1);
    const began = await databaseMs();
    expect([await roomOf('twilio/1')(), await roomOf('twilio/2')()]).toEqual([0, 0]);
    const second = await roomOf('twilio/1')();
    expect(second).toBeGreaterThanOrEqual(1_000 - ((await databaseMs()) - began));
  });

  test('has room again after a while', async () => {
    const room = roomPerSecond(createBudget(database.db), 1)('smobi');
    await room();
    await database.db.execute(sql`update source_budgets set filled_at = filled_at - interval '1 second'`);
    expect(await room()).toBe(0);
  });

  test('makes nobody wait longer than a sender may hold a phone', async () => {
    const room = roomPerSecond(createBudget(database.db), 1)('smobi');
    const places = [];
    for (let n = 0; n < 30; n++) places.push(await room());
    const [last = 0] = places.filter(Number.isFinite).slice(-1);
    expect([last > 18_000, last <= 20_000, places.at(-1)]).toEqual([true, true, Infinity]);
  });
});

describe('over the limit', () => {
  test('a bubble waits in the queue, and no attempt is counted', async () => {
    const smobi = recordingChannel('smobi');
    const waits = [0, Infinity, 30];
    const room = () => Promise.resolve(waits.shift() ?? 0);
    const line = new PhoneLine(database, [{ ...smobi.channel, room }]);
    await line.hear('hi');
    await line.fact('one', 'two');
    await expect(line.deliver()).rejects.toEqual(new NotYet(line.nowMs + 20_000));
    expect(smobi.texts()).toEqual(['one']);
    line.nowMs += 20_000;
    expect(await line.deliver({ attempt: 2 })).toMatchObject({ sent: 1 });
    expect(smobi.texts()).toEqual(['one', 'two']);
  });

  test('Claude is not asked, so the house answers', async () => {
    const asked: unknown[] = [];
    const client = { ask: (request: unknown) => Promise.reject(new Error(`asked ${asked.push(request)}`)) };
    const limited = limitedClaude(createBudget(database.db), 6, client);
    const answer = () => outcome(limited.ask({ max_tokens: 1, messages: [] }, never));
    expect(await answer()).toEqual(new Error('asked 1'));
    expect(await answer()).toBe('limited');
    expect(asked).toHaveLength(1);
  });

  test('a call to Square waits for its place, or until nobody wants it any more', async () => {
    await squareShop(square, { room: () => Promise.resolve(30) }).till.ping();
    expect(square.heard).toHaveLength(1);
    const crowded = squareShop(square, { room: () => Promise.resolve(Infinity) }).till;
    expect(await outcome(crowded.ping())).toBe('rate_limited');
    const left = new AbortController();
    const waiting = squareShop(square, { room: () => Promise.resolve(60_000) }).till.createLink(
      linkRequest(),
      left.signal,
    );
    left.abort();
    await expect(waiting).rejects.toThrow('aborted');
    expect(square.heard).toHaveLength(1);
  });
});
