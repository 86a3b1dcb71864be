// Processes with different parts share one database.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { prepare, soon, startRuntime, stored } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

describe('a process that only takes events in', () => {
  test('leaves its timers to the others at once', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send({ storeId: 1, machine: 'parcel', id: 'apart' }, { type: 'parcel.wait' });
    startRuntime(database.url);
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey ?? '')).toMatchObject({ value: 'idle' }),
      soon,
    );
  });
});
