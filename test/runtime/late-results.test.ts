// Results that come late, twice, from a worker that was given up, or back from a person: what counts, and what is taken back.
import { once } from 'node:events';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LEASE_MS } from '../../src/runtime/claims.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { createAsides } from '../../src/runtime/asides.ts';
import { useDatabase } from '../harness/database.ts';
import { gate, outlivesItsLease, Permanent, prepare, soon, startRuntime, stored, vault } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => database.pool.query('TRUNCATE actors, events, commands, inbox, timers, dedupe'));
const to = (id: string) => ({ storeId: 1, machine: 'parcel', id });
const statuses = async () =>
  (
    await database.pool.query<{ it: string }>(
      "SELECT kind || ' ' || name || ' ' || status AS it FROM commands ORDER BY created_at, id",
    )
  ).rows.map(({ it }) => it);

/** No lease is renewed: an attempt that lost its own works on, as in a process that stood still. */
const unrenewing: Clock = {
  ...systemClock,
  after: (ms, callback) => (ms === LEASE_MS / 3 ? () => undefined : systemClock.after(ms, callback)),
};

describe('G5 a result never enters after its state was left', () => {
  test('a result that was set aside, and whose state was left meanwhile, is dropped and undone when a person tries it again', async () => {
    await database.pool.query(`ALTER TABLE events ADD CONSTRAINT no_done CHECK (type NOT LIKE 'xstate.done.%')`);
    const { runtime, scale } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('a'), { type: 'parcel.weigh', grams: 3 });
    const asides = createAsides({ pool: database.pool, vault, now: Date.now, wake: runtime.wake });
    await vi.waitFor(async () => expect(await asides.list({ storeId: 1, limit: 10 })).toHaveLength(1), soon);
    await database.pool.query('ALTER TABLE events DROP CONSTRAINT no_done');
    await runtime.send(to('a'), { type: 'parcel.left' });
    const [aside] = await asides.list({ storeId: 1, limit: 10 });
    await asides.retry(1, aside?.position ?? 0);
    await vi.waitFor(
      () => expect(scale.undone).toContainEqual(expect.objectContaining({ output: { grams: 3 } })),
      soon,
    );
    expect(await stored(database.pool, actorKey ?? '')).toMatchObject({ value: 'idle', context: { weighed: [] } });
    expect(await asides.list({ storeId: 1, limit: 10 })).toEqual([]);
  });

  test('a failure of an attempt that lost its lease says nothing about the attempt that runs now', async () => {
    const { runtime, scale } = startRuntime(database.url);
    let fail: (error: Error) => void = () => undefined;
    let finish: (output: { grams: number }) => void = () => undefined;
    scale.weigh = (_input, { attempt }) =>
      new Promise((resolve, reject) => {
        if (attempt === 1) fail = reject;
        else finish = resolve;
      });
    const { actorKey } = await runtime.send(to('b'), { type: 'parcel.weigh', grams: 4 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await outlivesItsLease(database.pool, actorKey, scale);
    fail(new Error('late'));
    finish({ grams: 4 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey ?? '')).toMatchObject({ context: { weighed: [4] } }),
      soon,
    );
    expect(scale.runs).toHaveLength(2);
    expect((await statuses())[0]).toBe('invoke weigh done');
  });

  test('a refusal of an attempt that lost its lease says nothing about the attempt that runs now', async () => {
    const { runtime, scale } = startRuntime(database.url, { clock: unrenewing });
    const [late, now] = [gate<{ grams: number }>(), gate<{ grams: number }>()];
    scale.weigh = (_input, { attempt, refuse }) =>
      attempt === 1 ? late.opened.then(() => refuse('too_heavy')) : now.opened;
    const { actorKey } = await runtime.send(to('e'), { type: 'parcel.weigh', grams: 4 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await outlivesItsLease(database.pool, actorKey, scale);
    const refused = once(runtime.news, 'performed');
    late.open({ grams: 0 });
    expect(await refused).toMatchObject([{ status: 'refused', attempt: 1 }]);
    await runtime.send(to('e'), { type: 'parcel.note' }); // behind it in its lane
    now.open({ grams: 4 });
    const weighed = { value: 'idle', context: { weighed: [4], refused: null } };
    await vi.waitFor(async () => expect(await stored(database.pool, actorKey)).toMatchObject(weighed), soon);
    expect((await statuses())[0]).toBe('invoke weigh done');
  });

  test('what an attempt did that lost its lease is undone, too, when its command was given up meanwhile', async () => {
    const { runtime, scale } = startRuntime(database.url, { clock: unrenewing });
    const late = gate<{ grams: number }>();
    scale.weigh = (_input, { attempt }) => (attempt === 1 ? late.opened : Promise.reject(new Permanent('rejected')));
    const { actorKey } = await runtime.send(to('f'), { type: 'parcel.weigh', grams: 5 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await outlivesItsLease(database.pool, actorKey, scale);
    await vi.waitFor(async () => expect(await statuses()).toEqual(['invoke weigh failed', 'undo weigh done']), soon);
    late.open({ grams: 5 });
    const undone = expect.objectContaining({ output: { grams: 5 } });
    await vi.waitFor(() => expect(scale.undone).toContainEqual(undone), soon);
    expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [] } });
  });

  test('what it did is undone when its actor can be read again, where it cannot be read when that is told', async () => {
    const { runtime, scale } = startRuntime(database.url, { clock: unrenewing });
    const late = gate<{ grams: number }>();
    scale.weigh = (_input, { attempt }) => (attempt === 1 ? late.opened : Promise.reject(new Permanent('rejected')));
    const { actorKey } = await runtime.send(to('h'), { type: 'parcel.weigh', grams: 6 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await outlivesItsLease(database.pool, actorKey, scale);
    await vi.waitFor(async () => expect(await statuses()).toEqual(['invoke weigh failed', 'undo weigh done']), soon);
    await database.pool.query('UPDATE actors SET version = version + 1');
    late.open({ grams: 6 });
    const parked = async () => (await database.pool.query('SELECT 1 FROM inbox')).rowCount;
    await vi.waitFor(async () => expect(await parked()).toBe(1), soon);
    await database.pool.query('UPDATE actors SET version = version - 1');
    const undone = expect.objectContaining({ output: { grams: 6 } });
    await vi.waitFor(() => expect(scale.undone).toContainEqual(undone), soon);
    expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [] } });
  });

  test('two late successes of one command in one batch are undone once', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('i'), { type: 'parcel.weigh', grams: 7 });
    await database.pool.query(`UPDATE commands SET status = 'failed'`);
    await runtime.send(to('i'), { type: 'parcel.left' });
    const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM commands');
    const command = rows[0]?.id ?? '';
    const told = [1, 2].map((attempt) => {
      const cause = { kind: 'result', command, outcome: { status: 'done', output: { grams: 7 } }, attempt };
      return vault.sealShared(JSON.stringify({ cause, source: 'worker', correlationId: 'c' }));
    });
    await database.pool.query(
      `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at)
       SELECT 1, $1, 'waiting', payload, 'xstate.done.actor', now(), now() FROM unnest($2::bytea[]) AS payload`,
      [actorKey, told],
    );
    runtime.wake(1, actorKey ?? '');
    await vi.waitFor(async () => expect(await statuses()).toEqual(['invoke weigh failed', 'undo weigh pending']), soon);
    expect((await database.pool.query('SELECT 1 FROM inbox')).rowCount).toBe(0);
  });
});

describe('G12 an old build leaves alone what it does not know', () => {
  test('a command that only a newer build can run waits for it', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    await runtime.send(to('c'), { type: 'parcel.weigh', grams: 5 });
    await database.pool.query("UPDATE commands SET name = 'weighByLaser'");
    const { scale } = startRuntime(database.url);
    await runtime.send(to('d'), { type: 'parcel.weigh', grams: 6 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    expect(await statuses()).toContain('invoke weighByLaser pending');
  });
});
