// An event whose step kills the process must not kill every process that comes after it.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { DOUBT_MS } from '../../src/runtime/probation.ts';
import { useDatabase } from '../harness/database.ts';
import { prepare, soon, startRuntime, stored } from './kit.ts';

const database = useDatabase();
const begunMs = Date.now();
/** Ten times as fast as the wall's. */
const hurried: Clock = {
  now: () => begunMs + (Date.now() - begunMs) * 10,
  elapsed: () => systemClock.elapsed() * 10,
  after: (ms, callback) => systemClock.after(ms / 10, callback),
};
beforeAll(() => prepare(database.pool));
const to = (id: string) => ({ storeId: 1, machine: 'parcel', id });
const notes = async () =>
  (await database.pool.query<{ key: string; tries: number }>('SELECT key, tries FROM attempts')).rows;

describe('a process that has just started', () => {
  test('notes an attempt before it steps, and forgets it with the commit', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    await runtime.send(to('calm'), { type: 'parcel.note' }, { dedupeKey: 'm1' });
    await vi.waitFor(async () => expect(await notes()).toEqual([]), soon);
  });

  test('sets an event aside that was in hand when three processes died, and steps its neighbours', async () => {
    const { runtime } = startRuntime(database.url, { work: false, clock: hurried });
    const { actorKey } = await runtime.send(to('deadly'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    await database.pool.query('INSERT INTO attempts VALUES ($1, 3)', [`1/${actorKey}/event/deadly`]);
    const [deadly, neighbour] = await Promise.all([
      runtime.send(to('deadly'), { type: 'parcel.note' }, { dedupeKey: 'deadly' }),
      runtime.send(to('deadly'), { type: 'parcel.note' }, { dedupeKey: 'neighbour' }),
    ]);
    expect([deadly.settled, neighbour.settled]).toEqual(['aside', 'stepped']);
    expect(await stored(database.pool, actorKey ?? '')).toMatchObject({ seq: 3, context: { notes: 2 } });
    const aside = await database.pool.query("SELECT type, trouble FROM inbox WHERE state = 'aside'");
    expect(aside.rows).toEqual([{ type: 'parcel.note', trouble: 'Error' }]);
    await vi.waitFor(async () => expect(await notes()).toEqual([]), soon);
  });

  test('tries what was in hand at one death alone, and goes on', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('suspect'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    await database.pool.query('INSERT INTO attempts VALUES ($1, 1)', [`1/${actorKey}/event/suspect`]);
    expect(await runtime.send(to('suspect'), { type: 'parcel.note' }, { dedupeKey: 'suspect' })).toMatchObject({
      settled: 'stepped',
    });
    await vi.waitFor(async () => expect(await notes()).toEqual([]), soon);
  });

  test('waits before the last attempt: what else kills processes as they start has done so by then', async () => {
    const { runtime } = startRuntime(database.url, { work: false, clock: hurried });
    const { actorKey } = await runtime.send(to('last'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    await database.pool.query('INSERT INTO attempts VALUES ($1, 2)', [`1/${actorKey}/event/last`]);
    const began = hurried.now();
    const sent = await runtime.send(to('last'), { type: 'parcel.note' }, { dedupeKey: 'last' });
    expect(sent).toMatchObject({ settled: 'stepped' });
    expect(hurried.now() - began).toBeGreaterThan(DOUBT_MS * 0.9);
    await vi.waitFor(async () => expect(await notes()).toEqual([]), soon);
  });

  test('does not take what another process has in hand for what killed it', async () => {
    const [one, two] = [startRuntime(database.url, { work: false }), startRuntime(database.url, { work: false })];
    const { actorKey } = await one.runtime.send(to('busy'), { type: 'parcel.note' });
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM actors WHERE key = $1 FOR UPDATE', [actorKey]);
    const copies = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? one : two).runtime.send(to('busy'), { type: 'parcel.note' }, { dedupeKey: 'copy' }),
    );
    await sleep(150); // long enough for each to miss the lock several times
    await holder.query('COMMIT');
    holder.release();
    const settled = (await Promise.all(copies)).map((answer) => answer.settled);
    expect(settled.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'duplicate'), 'stepped']);
    await vi.waitFor(async () => expect((await notes()).filter(({ tries }) => tries > 0)).toEqual([]), soon);
  });

  test('steps what looked like the third death when it was only others at work, who are done by now', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('doubt'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    await database.pool.query('INSERT INTO attempts VALUES ($1, 3)', [`1/${actorKey}/event/doubt`]);
    const sent = runtime.send(to('doubt'), { type: 'parcel.note' }, { dedupeKey: 'doubt' });
    await sleep(500);
    await database.pool.query('DELETE FROM attempts');
    expect(await sent).toMatchObject({ settled: 'stepped' });
  });

  test('sets nothing aside that was taken in before', async () => {
    const { runtime } = startRuntime(database.url, { work: false, clock: hurried });
    const { actorKey } = await runtime.send(to('again'), { type: 'parcel.note' }, { dedupeKey: 'again' });
    await vi.waitFor(async () => expect(await notes()).toEqual([]), soon);
    await database.pool.query('INSERT INTO attempts VALUES ($1, 3)', [`1/${actorKey}/event/again`]);
    const again = await runtime.send(to('again'), { type: 'parcel.note' }, { dedupeKey: 'again' });
    expect(again).toMatchObject({ settled: 'duplicate' });
    const aside = await database.pool.query("SELECT 1 FROM inbox WHERE state = 'aside' AND actor_key = $1", [actorKey]);
    expect(aside.rowCount).toBe(0);
  });

  test('is careless later', async () => {
    const { runtime } = startRuntime(database.url, { work: false, probationMs: 0 });
    const { actorKey } = await runtime.send(to('later'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    await database.pool.query('INSERT INTO attempts VALUES ($1, 3)', [`1/${actorKey}/event/x`]);
    expect(await runtime.send(to('later'), { type: 'parcel.note' }, { dedupeKey: 'x' })).toMatchObject({
      settled: 'stepped',
    });
  });
});
