// What src/runtime/README.md shows, run.
import { expect, onTestFinished, test, vi } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { prepare, stored, vault } from '../runtime/kit.ts';
import type { Running } from '../runtime/kit.ts';
import { openKitchen, switchOn } from './kitchen.ts';
import type { Stove } from './kitchen.ts';

const database = useDatabase();

async function stop({ runtime, database }: Running): Promise<void> {
  await runtime.stop(0);
  await database.close();
}

test('water that was asked for gets hot in the process that is left, once', async () => {
  await prepare(database.pool);
  const stove: Stove = {
    heat: vi.fn<Stove['heat']>(() => Promise.resolve({ celsius: 100 })),
    off: () => Promise.resolve(),
    whistle: vi.fn<Stove['whistle']>(() => Promise.resolve(null)),
  };
  const first = openKitchen(database.url, vault, stove); // takes events in, and works nothing
  const { actorKey } = await switchOn(first.runtime, 'tap-17');
  expect(await switchOn(first.runtime, 'tap-17')).toMatchObject({ settled: 'duplicate' });
  await stop(first);
  const second = openKitchen(database.url, vault, stove);
  onTestFinished(() => stop(second));
  second.runtime.startWork();
  await vi.waitFor(async () => {
    expect((await stored(database.pool, actorKey)).value).toBe('hot');
    expect(stove.whistle).toHaveBeenCalledOnce();
  }, 20_000);
  expect(stove.heat).toHaveBeenCalledOnce();
});
