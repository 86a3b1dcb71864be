// A shop as in production together with what it stands on, all of it its own: a Postgres whose disks can be full, and a Redis.
import { hasRedis, startRedis } from '../harness/redis-server.ts';
import type { RedisServer } from '../harness/redis-server.ts';
import { furnish } from './faults.ts';
import { OwnServer } from './own-server.ts';
import { makeDisks } from './small-disk.ts';
import type { Disks } from './small-disk.ts';
import { Stage } from './stage.ts';

export type Premises = {
  readonly stage: Stage;
  readonly server: OwnServer;
  /** Null where its queue is in Postgres. */
  readonly redis: RedisServer | null;
  /** Null where this machine has no way to fill one. */
  readonly disks: Disks | null;
  close: () => Promise<void>;
};

/** @param queue `redis`: where there is a redis-server; it is in Postgres otherwise */
export async function openPremises(queue: 'redis' | 'postgres'): Promise<Premises> {
  const closers: Array<() => unknown> = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const redis = queue === 'redis' && hasRedis() ? await startRedis() : null;
    closers.push(() => redis?.kill());
    const disks = makeDisks();
    closers.push(() => [disks?.tables, disks?.wal].forEach((disk) => disk?.remove()));
    const server = await OwnServer.start();
    closers.push(() => server.destroy());
    const databaseUrl = await furnish(server, disks);
    const stage = await Stage.open({ databaseUrl, ...(redis === null ? {} : { redisUrl: redis.url }) });
    closers.push(() => stage.close());
    return { stage, server, redis, disks, close };
  } catch (error) {
    await close(); // no process and no mount may be left behind
    throw error;
  }
}
