// The same core of the runtime on each way to run it: both queues of BullMQ, and the driver of Neon. What two processes do on Postgres and
// on Neon is backends.long.test.ts.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedisCarrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { startNeonProxy } from '../harness/neon-proxy.ts';
import type { NeonProxy } from '../harness/neon-proxy.ts';
import { describeWithRedis } from '../harness/redis.ts';
import { essence, soon, together } from './backend-core.ts';
import { prepare, startRuntime, stored, to } from './kit.ts';
import type { StartOptions } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
const nothing = () => undefined;

describe('pg, BullMQ on Postgres', () => essence(database, () => ({})));

describeWithRedis('pg, BullMQ on Redis', (redis) => {
  const options = (): StartOptions => ({ carrierOn: () => createRedisCarrier(redis.url, nothing) });
  essence(database, options);
  together(database, options);

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
  essence(database, () => ({ opened: openDatabase({ url: database.url, driver: 'neon', wsProxy: proxy?.address }) }));
});
