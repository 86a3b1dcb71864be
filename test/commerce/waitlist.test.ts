// The line for a book: first come first served, each called once, whoever asks how often and at the same time.
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { waitlist as entries } from '../../schema/elsewhere.ts';
import { threads } from '../../schema/messages.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { Stock } from '../../src/commerce/stock/stock.ts';
import { callWaiting } from '../../src/commerce/waitlist/call-waiting.ts';
import { createWaitlist } from '../../src/commerce/waitlist/waitlist.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNE, EMMA, HOUR_MS, NOON, openShop, shelve, wish } from './shop.ts';

const database = useDatabase();
let storeId = 0;
let stock: Stock;
let nowMs = NOON.getTime();
let told: string[] = [];
let gone: string[] = [];
const DAY_MS = 24 * HOUR_MS;
const [ADA, BOB, CLEO] = [randomUUID(), randomUUID(), randomUUID()];
const list = () => createWaitlist(database.db, () => nowMs);

beforeEach(async () => {
  await database.db.execute(sql`delete from threads`);
  storeId = await openShop(database.db);
  stock = createStock(database.db);
  await shelve(database.db, storeId, DUNE, 0);
  await shelve(database.db, storeId, EMMA, 0);
  nowMs = NOON.getTime();
  [told, gone] = [[], []];
});

function joins(actorKey: string, isbn13 = DUNE, commandId: string = randomUUID()): Promise<'joined' | 'withdrawn'> {
  nowMs += 1;
  return list().join({ storeId, commandId, actorKey, isbn13, title: 'A book' });
}
const round = (over: Partial<Parameters<typeof callWaiting>[0]> = {}) =>
  callWaiting({
    db: database.db,
    stock,
    now: () => nowMs,
    untilMs: (atMs) => atMs + DAY_MS,
    tellBack: async ({ entry }) => void told.push(entry.actorKey),
    tellGone: async (entry) => void gone.push(entry.actorKey),
    onError: (error) => {
      throw error;
    },
    limit: 10,
    ...over,
  });
const comes = (onHand: number, isbn13 = DUNE) => stock.adjust({ storeId, isbn13, onHand });
async function stateOf(actorKey: string): Promise<string[]> {
  return (await list().of(storeId, actorKey)).map(({ state }) => state);
}

describe('the line for a book', () => {
  test('keeps the place of who joins twice, and lets them join again once it is over', async () => {
    await joins(ADA);
    await joins(ADA);
    expect(await stateOf(ADA)).toEqual(['waiting']);
    await comes(1);
    await round();
    nowMs += DAY_MS + 1;
    await round();
    await joins(ADA);
    expect(await stateOf(ADA)).toEqual(['lapsed', 'waiting']);
  });

  test('as many are called as copies came, in order, however many processes look', async () => {
    for (const reader of [ADA, BOB, CLEO]) await joins(reader);
    await comes(2);
    await Promise.all(Array.from({ length: 4 }, () => round()));
    expect([await stateOf(ADA), await stateOf(BOB), await stateOf(CLEO)]).toEqual([['told'], ['told'], ['waiting']]);
    expect(new Set(told)).toEqual(new Set([ADA, BOB]));
    expect(await stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 2, reserved: 2 }]);
  });

  test('a notice that could not be given is given in the next round', async () => {
    await joins(ADA);
    await comes(1);
    const failures: unknown[] = [];
    await round({ tellBack: () => Promise.reject(new Error('down')), onError: (error) => failures.push(error) });
    expect([failures.length, await stateOf(ADA)]).toEqual([1, ['called']]);
    await round();
    expect([told, await stateOf(ADA)]).toEqual([[ADA], ['told']]);
  });

  test('what is not fetched in time is for the next, and both hear of it', async () => {
    await joins(ADA);
    await joins(BOB);
    await comes(1);
    await round();
    nowMs += DAY_MS + 1;
    await round();
    expect([await stateOf(ADA), await stateOf(BOB), told, gone]).toEqual([['lapsed'], ['told'], [ADA, BOB], [ADA]]);
  });

  test('who has opted out is passed over and keeps their place', async () => {
    await joins(ADA);
    await joins(BOB);
    await database.db.insert(threads).values({ storeId, actorKey: ADA, optedOut: true });
    await comes(1);
    await round();
    expect([await stateOf(ADA), await stateOf(BOB)]).toEqual([['waiting'], ['told']]);
  });

  test('who has waited for half a year is called no more', async () => {
    await joins(ADA);
    nowMs += 181 * DAY_MS;
    await comes(1);
    await round();
    expect([await stateOf(ADA), told]).toEqual([['lapsed'], []]);
  });

  test('one book’s line does not hold up another’s', async () => {
    await joins(ADA);
    await joins(BOB, EMMA);
    await comes(1, EMMA);
    await round();
    expect([await stateOf(ADA), await stateOf(BOB)]).toEqual([['waiting'], ['told']]);
  });

  test('an entry that is taken back before it is called is gone; one that was called stays', async () => {
    const [adas, bobs] = [randomUUID(), randomUUID()];
    await joins(ADA, DUNE, adas);
    await list().leave({ storeId, commandId: adas });
    await joins(BOB, DUNE, bobs);
    await comes(1);
    await round();
    await list().leave({ storeId, commandId: bobs });
    expect([await stateOf(ADA), await stateOf(BOB)]).toEqual([['lapsed'], ['told']]);
    expect(await database.db.select().from(entries)).toHaveLength(2);
  });

  test('what was undone joins no more, also where the undo came first', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    await list().leave({ storeId, commandId: before });
    expect(await joins(ADA, DUNE, before)).toBe('withdrawn');
    expect(await stateOf(ADA)).toEqual([]);
    await joins(ADA, DUNE, after);
    await list().leave({ storeId, commandId: after });
    expect(await joins(ADA, DUNE, after)).toBe('withdrawn');
    expect(await stateOf(ADA)).toEqual(['lapsed']);
  });

  test('what an older build joined is taken back too', async () => {
    const commandId = randomUUID();
    await joins(ADA, DUNE, commandId);
    await database.db.execute(sql`delete from waitlist_joins`);
    await list().leave({ storeId, commandId });
    expect([await stateOf(ADA), await joins(ADA, DUNE, commandId)]).toEqual([['lapsed'], 'withdrawn']);
  });

  test('a place that two asked for stands until both have taken it back', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await joins(ADA, DUNE, first);
    expect(await joins(ADA, DUNE, second)).toBe('joined');
    await list().leave({ storeId, commandId: first });
    expect([await stateOf(ADA), await joins(ADA, DUNE, second)]).toEqual([['waiting'], 'joined']);
    await list().leave({ storeId, commandId: second });
    expect(await stateOf(ADA)).toEqual(['lapsed']);
  });

  test('joining and taking back at once ends out of the line, whoever is faster', async () => {
    for (let i = 0; i < 20; i += 1) {
      const [first, second] = [randomUUID(), randomUUID()];
      await joins(ADA, DUNE, first);
      const leave = (commandId: string) => list().leave({ storeId, commandId });
      await Promise.all([joins(ADA, DUNE, second), leave(first), leave(second)]);
      expect(new Set(await stateOf(ADA))).toEqual(new Set(['lapsed']));
    }
  });
});

describe('the copy that is set aside', () => {
  test('goes into an order of the same customer, and into nobody else’s', async () => {
    await joins(ADA);
    await comes(1);
    await round();
    const [entry] = await list().asideFor(storeId, ADA);
    const line = [{ isbn13: DUNE, copies: 1 }];
    expect(await stock.reserve(wish(storeId, line))).toMatchObject({ refused: 'sold_out' });
    const mine = { ...wish(storeId, line), insteadOf: [entry?.id ?? ''] };
    expect(await stock.reserve(mine)).toEqual({ reservationId: mine.id });
    expect([await stock.reserve(mine), await stateOf(ADA)]).toEqual([{ reservationId: mine.id }, ['taken']]);
    expect(await stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 1, reserved: 1 }]);
  });

  test('stands when the order has its own copy already', async () => {
    const mine = wish(storeId, [{ isbn13: DUNE, copies: 1 }]);
    await comes(1);
    await stock.reserve(mine);
    await joins(ADA);
    await comes(2);
    await round();
    const [entry] = await list().asideFor(storeId, ADA);
    expect(await stock.reserve({ ...mine, insteadOf: [entry?.id ?? ''] })).toEqual({ reservationId: mine.id });
    expect(await stateOf(ADA)).toEqual(['told']);
    expect(await stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 2, reserved: 2 }]);
  });

  test('stands when the order that wanted it is short of something else', async () => {
    await joins(ADA);
    await comes(1);
    await round();
    const [entry] = await list().asideFor(storeId, ADA);
    const lines = [DUNE, EMMA].map((isbn13) => ({ isbn13, copies: 1 }));
    const wanted = { ...wish(storeId, lines), insteadOf: [entry?.id ?? ''] };
    expect(await stock.reserve(wanted)).toMatchObject({ refused: 'sold_out' });
    expect(await stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 1, reserved: 1 }]);
  });
});

test('copies that were ordered in are counted and promised once, however often it is said', async () => {
  const arrived = wish(storeId, [{ isbn13: DUNE, copies: 2 }]);
  await Promise.all(Array.from({ length: 4 }, () => stock.receive(arrived)));
  expect(await stock.counts(storeId, [DUNE])).toEqual([{ isbn13: DUNE, onHand: 2, reserved: 2 }]);
});
