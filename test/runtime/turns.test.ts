import { beforeAll, describe, expect, test, vi } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { prepare, soon, startRuntime, stored, to } from './kit.ts';
import { NEW_PARCEL } from './parcel.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

describe('a turn', () => {
  test('an event gives birth to its actor and is committed when send resolves', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { settled, actorKey } = await runtime.send(to('birth'), { type: 'parcel.note' });
    expect(settled).toBe('stepped');
    expect(await stored(database.pool, actorKey)).toEqual({
      seq: 2,
      value: 'idle',
      status: 'active',
      context: { ...NEW_PARCEL, notes: 1, heard: ['parcel.note'] },
    });
  });

  test('an invoke runs in a worker and its result comes back as an event', async () => {
    const { runtime, scale } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('invoke'), { type: 'parcel.weigh', grams: 250 });
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { weighed: [250] } }),
      soon,
    );
    await vi.waitFor(() => expect(scale.prints).toEqual(['weighed']), soon);
    expect(scale.runs).toHaveLength(1);
  });

  test('a timer fires', async () => {
    const { runtime } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('timer'), { type: 'parcel.wait' });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', seq: 3 }),
      soon,
    );
  });
});
