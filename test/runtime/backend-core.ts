// The core of the runtime, to be run on each way to run it: both queues of BullMQ, and the driver of Neon.
import { beforeEach, expect, test, vi } from 'vitest';
import type { TestDatabase } from '../harness/database.ts';
import { commands, empty, gate, journal, startRuntime, stopped, stored, to } from './kit.ts';
import type { StartOptions } from './kit.ts';

export const soon = 40_000; // ms

/** The shortest way through it all. */
export function essence(database: TestDatabase, options: () => StartOptions): void {
  beforeEach(() => empty(database.pool));
  const start = (more: StartOptions = {}) => startRuntime(database.url, { ...options(), ...more });

  test('an event is committed, its copy is a duplicate, poison is set aside', async () => {
    const { runtime } = start({ work: false });
    const sent = await runtime.send(to('a'), { type: 'parcel.note' }, { dedupeKey: 'm' });
    expect(sent.settled).toBe('stepped');
    expect(await runtime.send(to('a'), { type: 'parcel.note' }, { dedupeKey: 'm' })).toMatchObject({
      settled: 'duplicate',
    });
    expect(await runtime.send(to('a'), { type: 'parcel.note', text: 'nul \u0000' })).toMatchObject({
      settled: 'aside',
    });
    expect(await runtime.send(to('a'), { type: 'parcel.note' })).toMatchObject({ settled: 'stepped' });
    expect(await journal(database.pool, sent.actorKey)).toEqual(['1 xstate.init', '2 parcel.note', '3 parcel.note']);
  });

  test('an invoke runs, is tried again after a breakdown, and its result and the next command follow', async () => {
    const { runtime, scale } = start();
    scale.weigh = ({ grams }, { attempt }) =>
      attempt < 3 ? Promise.reject(new Error('again')) : Promise.resolve({ grams });
    const { actorKey } = await runtime.send(to('a'), { type: 'parcel.weigh', grams: 7 });
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh done', 'action print done']),
      soon,
    );
    expect([scale.runs.map(({ attempt }) => attempt), scale.prints]).toEqual([[1, 2, 3], ['weighed']]);
  });
}

/** What takes more than one process. */
export function together(database: TestDatabase, options: () => StartOptions): void {
  beforeEach(() => empty(database.pool));
  const start = (more: StartOptions = {}) => startRuntime(database.url, { ...options(), ...more });

  test('leaving aborts what runs in another process; a timer fires; another actor is told', async () => {
    const [worker, door] = [start(), start({ work: false })];
    const aborted = gate();
    worker.scale.weigh = (_input, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => (aborted.open(), reject(new Error('cut'))), { once: true }),
      );
    const { actorKey } = await door.runtime.send(to('a'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(worker.scale.runs).toHaveLength(1), soon);
    await door.runtime.send(to('a'), { type: 'parcel.left' });
    await aborted.opened;
    await worker.runtime.send(to('a'), { type: 'parcel.wait' });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', seq: 5 }),
      soon,
    );
    await worker.runtime.send(to('b'), { type: 'parcel.greet', id: 'a', text: 'hello' });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { notes: 1 } }),
      soon,
    );
  });

  test('what a stopped process left is done by the next', async () => {
    const first = start({ work: false });
    const { actorKey } = await first.runtime.send(to('a'), { type: 'parcel.weigh', grams: 2 });
    await stopped(first);
    const { scale } = start();
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [2] } }),
      soon,
    );
    expect(scale.runs).toHaveLength(1);
  });
}
