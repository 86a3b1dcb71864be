// A way to Redis that takes everything, answers nothing and tells nobody, as a firewall does that forgot a connection.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createRedisCarrier } from '../../src/runtime/carrier.ts';
import type { Ticket } from '../../src/runtime/carrier.ts';
import { describeWithRedis } from '../harness/redis.ts';
import { until } from '../harness/until.ts';
import { startWay } from './way.ts';

const PATIENCE_MS = 60_000;
const ticket = (id: string): Ticket => ({ storeId: 1, id, attempt: 1, owner: 'nobody' });

describeWithRedis('G5 a queue whose connections to Redis were swallowed', (redis) => {
  test('adds and hands out tickets again by itself, and can be closed', async () => {
    const way = await startWay(Number(new URL(redis.url).port));
    onTestFinished(() => way.stop());
    const carrier = createRedisCarrier(`redis://127.0.0.1:${way.port}`, () => undefined);
    const handed: string[] = [];
    const stop = carrier.work((tickets) => Promise.resolve(void handed.push(...tickets.map(({ id }) => id))));
    const arrives = (id: string) =>
      until(
        async () => {
          if (!handed.includes(id)) await carrier.enqueue([ticket(id)]);
          expect(handed).toContain(id);
        },
        PATIENCE_MS,
        500,
      );
    await arrives(randomUUID());
    way.silence();
    await expect(carrier.enqueue([ticket(randomUUID())])).rejects.toThrow('timed out');
    way.open(); // what was caught in it never hears again
    await arrives(randomUUID());
    await stop();
    await carrier.close();
  }, 180_000);
});
