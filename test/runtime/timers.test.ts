// Timers, messages between actors and births: what a commit leaves for later happens then, once, over restarts.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnyEventObject } from 'xstate';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openActor } from '../../src/runtime/actor-turn.ts';
import { take } from '../../src/runtime/turn.ts';
import { useDatabase } from '../harness/database.ts';
import { empty, holdUpCommits, journal, prepare, soon, startRuntime, stopped, stored, to, vault } from './kit.ts';
import { parcel, parcelMachine } from './parcel.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));
const timerRows = async () =>
  (await database.pool.query<{ id: string; token: string }>('SELECT id, token FROM timers ORDER BY id')).rows;
const FIRED = 'xstate.after.patience.parcel.waiting';
// On a busy machine a state that is to be left before its time needs time.
const UNHURRIED_MS = 3_000;
const patient = {
  machines: [{ ...parcel, machine: parcelMachine.provide({ delays: { patience: UNHURRIED_MS } }) }],
};

describe('G7 a timer fires at or after its time, over restarts, and never after it was cancelled', () => {
  test('it fires after its process is gone, in the next one', async () => {
    const first = startRuntime(database.url, { work: false });
    const { actorKey } = await first.runtime.send(to('survivor'), { type: 'parcel.wait' });
    await stopped(first);
    await database.pool.query(`UPDATE timers SET held_until = now()`); // as after its process has been gone for a while
    expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'waiting' });
    startRuntime(database.url);
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { heard: [FIRED] } }),
      soon,
    );
    expect(await timerRows()).toEqual([]);
  });

  test('one that is set while its process stops is not kept from the next one', async () => {
    const leaving = startRuntime(database.url, patient);
    const held = await holdUpCommits(database.pool);
    const sent = leaving.runtime.send(to('leaving'), { type: 'parcel.wait' });
    await held.untilHeldUp();
    const gone = stopped(leaving);
    await wait(100); // as far as it comes while the turn has not committed
    await held.letGo();
    await Promise.all([sent, gone]);
    const { rows } = await database.pool.query(`SELECT held_until <= now() AS free FROM timers WHERE id = $1`, [FIRED]);
    expect(rows).toEqual([{ free: true }]);
  });

  test('it does not fire before its time', async () => {
    const { runtime } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('early'), { type: 'parcel.wait' });
    await vi.waitFor(async () => expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle' }), soon);
    const { rows } = await database.pool.query<{ took: string }>(
      `SELECT extract(epoch FROM max(at) - min(at)) * 1000 AS took FROM events WHERE actor_key = $1 AND seq > 1`,
      [actorKey],
    );
    expect(Number(rows[0]?.took)).toBeGreaterThanOrEqual(300);
  });

  test('one that was cancelled never fires, though a process still holds it', async () => {
    const [holder, door] = [
      startRuntime(database.url, patient),
      startRuntime(database.url, { ...patient, work: false }),
    ];
    await door.runtime.send(to('warm'), { type: 'parcel.note' });
    const { actorKey } = await holder.runtime.send(to('cancelled'), { type: 'parcel.wait' });
    await door.runtime.send(to('cancelled'), { type: 'parcel.left' });
    await vi.waitFor(() => expect(holder.runtime.gauges().timersHeld).toBe(0), soon);
    await door.runtime.send(to('cancelled'), { type: 'parcel.note' });
    expect(await journal(database.pool, actorKey)).toEqual([
      '1 xstate.init',
      '2 parcel.wait',
      '3 parcel.left',
      '4 parcel.note',
    ]);
  });

  test('an old one does not fire into a state that was entered anew', async () => {
    const [holder, door] = [
      startRuntime(database.url, patient),
      startRuntime(database.url, { ...patient, work: false }),
    ];
    await door.runtime.send(to('warm'), { type: 'parcel.note' });
    const { actorKey } = await holder.runtime.send(to('anew'), { type: 'parcel.wait' });
    await door.runtime.send(to('anew'), { type: 'parcel.left' });
    await wait(UNHURRIED_MS / 2); // the old one's time comes that much before the new one's
    await door.runtime.send(to('anew'), { type: 'parcel.wait' }); // another token under the same id
    const turns = await vi.waitFor(async () => {
      const { rows } = await database.pool.query<{ type: string; at: Date }>(
        'SELECT type, at FROM events WHERE actor_key = $1 ORDER BY seq',
        [actorKey],
      );
      expect(rows.at(-1)?.type).toMatch(/^xstate\.after/);
      return rows;
    }, soon);
    const [entered, fired] = turns.slice(-2).map(({ at }) => at.getTime());
    expect(Number(fired) - Number(entered)).toBeGreaterThanOrEqual(UNHURRIED_MS);
  });

  test('the fire of an old one that was on its way already is dropped, the right one is taken', () => {
    const { knowledge } = startRuntime(database.url, { work: false }).runtime;
    const row = { storeId: 1, key: randomUUID(), machine: 'parcel', version: 1, addressSealed: null, seq: 0 };
    const turn = openActor(knowledge, { ...row, dataKey: vault.createDataKey(), status: 'active', snapshot: null });
    const told = { source: 'test', correlationId: 'c' };
    const waits = { kind: 'event' as const, event: { type: 'parcel.wait' } };
    expect(take(knowledge, turn, { ...told, cause: waits }, Date.now(), null)).toBe('stepped');
    const { token = '', dueAt = new Date() } = turn.timers.get(FIRED) ?? {};
    turn.due.set(FIRED, { token, dueAt, event: { type: FIRED }, correlationId: null, trace: null });
    const fires = (by: string) =>
      take(knowledge, turn, { ...told, cause: { kind: 'timer', id: FIRED, token: by } }, Date.now(), null);
    expect([fires(randomUUID()), fires(token)]).toEqual(['dropped', 'stepped']);
  });

  test('a far one is loaded by whoever works when it comes near', async () => {
    const door = startRuntime(database.url, { work: false });
    const { actorKey } = await door.runtime.send(to('far'), { type: 'parcel.waitLong' });
    await database.pool.query(`UPDATE timers SET due_at = now(), held_until = now()`); // an hour has passed
    startRuntime(database.url);
    await vi.waitFor(async () => expect(await stored(database.pool, actorKey)).toMatchObject({ status: 'done' }), soon);
  });

  test('an actor that has ended has no timers', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    await runtime.send(to('ended'), { type: 'parcel.waitLong' });
    expect(await timerRows()).toHaveLength(1);
    expect(await runtime.send(to('ended'), { type: 'parcel.close' })).toMatchObject({ settled: 'stepped' });
    expect(await timerRows()).toEqual([]);
    expect(await runtime.send(to('ended'), { type: 'parcel.note' })).toMatchObject({ settled: 'ended' });
  });
});

describe('G4 everything of a turn commits together or not at all', () => {
  test.each(['actors', 'events', 'commands', 'dedupe', 'test_notes', 'inbox', 'timers'])(
    'nothing of it is there when its rows of %s cannot be written',
    async (table) => {
      const { runtime } = startRuntime(database.url, { work: false });
      for (const id of ['whole', 'wait']) await runtime.send(to(id), { type: 'parcel.left' });
      const before = await allRows();
      await database.pool.query(
        `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END'`,
      );
      await database.pool.query(
        `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`,
      );
      const sends: Array<[id: string, event: AnyEventObject]> = [
        ['whole', { type: 'parcel.weigh', grams: 1 }],
        ['whole', { type: 'parcel.note' }],
        ['whole', { type: 'parcel.greet', id: 'wait' }],
        ['wait', { type: 'parcel.wait' }],
      ];
      // Nothing can be set aside either where the table is the inbox or the dedupe: those senders hear an error.
      await Promise.allSettled(sends.map(([id, event], n) => runtime.send(to(id), event, { dedupeKey: `k${n}` })));
      await database.pool.query(`DROP TRIGGER refuse ON ${table}`);
      const after = await allRows();
      const touched =
        {
          actors: [0, 1, 2, 3],
          events: [0, 1, 2, 3],
          commands: [0],
          dedupe: [0, 1, 2, 3],
          test_notes: [1],
          inbox: [2],
          timers: [3],
        }[table] ?? [];
      expect(after.turns - before.turns).toBe(4 - touched.length);
      expect(after.seq).toBe(after.all);
      expect(after.commands).toBe(
        table === 'commands' || table === 'actors' || table === 'events' || table === 'dedupe' ? 0 : 1,
      );
    },
  );

  async function allRows() {
    const { rows } = await database.pool.query<{ turns: number; all: number; seq: number; commands: number }>(
      // What came by sendTo is stepped by itself, sooner or later.
      `SELECT (SELECT count(*)::int FROM events WHERE source NOT LIKE 'actor:%') AS turns, (SELECT count(*)::int FROM events) AS all, (SELECT sum(seq)::int FROM actors) AS seq, (SELECT count(*)::int FROM commands) AS commands`,
    );
    return rows[0] ?? { turns: 0, all: 0, seq: 0, commands: 0 };
  }

  test('messages to another actor arrive once and in the order they were sent', async () => {
    const processes = [startRuntime(database.url), startRuntime(database.url)];
    const { actorKey } = await startRuntime(database.url).runtime.send(to('listener'), {
      type: 'parcel.note',
      text: 'hello',
    });
    const texts = Array.from({ length: 30 }, (_, n) => String(n));
    for (const [n, text] of texts.entries())
      await processes[n % 2]?.runtime.send(to('speaker'), { type: 'parcel.greet', id: 'listener', text });
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ context: { heard: ['hello', ...texts] } }),
      soon,
    );
  });

  test('a message whose sender died right after its commit arrives', async () => {
    const door = startRuntime(database.url, { work: false });
    const { actorKey } = await door.runtime.send(to('listener'), { type: 'parcel.note' });
    await stopped(door);
    const envelope = {
      cause: { kind: 'event', event: { type: 'parcel.note', text: 'late' } },
      source: 'actor:parcel',
      correlationId: 'c',
    };
    await database.pool.query(
      `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at) VALUES (1, $1, 'waiting', $2, 'parcel.note', now(), now())`,
      [actorKey, vault.sealShared(JSON.stringify(envelope))],
    );
    startRuntime(database.url);
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ context: { heard: ['parcel.note', 'late'] } }),
      soon,
    );
  });

  test('an actor is born once, however often it is started', async () => {
    const { runtime } = startRuntime(database.url);
    const id = '0190aaaa-0000-7000-8000-000000000001';
    await Promise.all([1, 2, 3].map((n) => runtime.send(to(`mother${n}`), { type: 'parcel.twinned', id })));
    await vi.waitFor(async () => expect(await journal(database.pool, id)).toEqual(['1 xstate.init']), soon);
    await vi.waitFor(async () => expect((await database.pool.query('SELECT 1 FROM inbox')).rows).toEqual([]), soon);
  });
});
