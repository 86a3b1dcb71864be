// The same core of the runtime on each way to run it: both queues of BullMQ, and the driver of Neon.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRedisCarrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { startNeonProxy } from '../harness/neon-proxy.ts';
import type { NeonProxy } from '../harness/neon-proxy.ts';
import { describeWithRedis } from '../harness/redis.ts';
import { commands, empty, gate, journal, prepare, startRuntime, stopped, stored, to } from './kit.ts';
import type { StartOptions } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
const soon = 40_000; // ms
const nothing = () => undefined;

function core(options: () => StartOptions): void {
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

describe('pg, BullMQ on Postgres', () => core(() => ({})));

describeWithRedis('pg, BullMQ on Redis', (redis) => {
  const options = (): StartOptions => ({ carrierOn: () => createRedisCarrier(redis.url, nothing) });
  core(options);

  test('a Redis that was emptied costs nothing but time', async () => {
    const door = startRuntime(database.url, { ...options(), work: false });
    const { actorKey } = await door.runtime.send(to('a'), { type: 'parcel.weigh', grams: 2 });
    await redis.restart();
    await database.pool.query(`UPDATE commands SET due_at = now()`); // ten seconds have passed
    startRuntime(database.url, options());
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [2] } }),
      soon,
    );
  });
});

describe('the driver of Neon, BullMQ on Postgres', () => {
  let proxy: NeonProxy | null = null;
  beforeAll(async () => {
    proxy = await startNeonProxy(database.url);
  });
  afterAll(() => proxy?.close());
  core(() => ({ opened: openDatabase({ url: database.url, driver: 'neon', wsProxy: proxy?.address }) }));
});
