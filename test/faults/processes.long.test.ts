// What can happen to the processes of a shop and to its Redis, while customers buy through two web processes and two
// workers. After each fault every customer has been answered once, every sale was made once, and the books are audited.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { describeWithRedis } from '../harness/redis.ts';
import * as faults from './faults.ts';
import { Stage } from './stage.ts';

const CUSTOMERS = 6;
/** When the first of them are in the middle of their sale (ms). */
const INTO_SALES_MS = 6_000;
/** What an orchestrator gives a process before it kills it (ms). */
const LEAVES_WITHIN_MS = 30_000;
const NEXT_BUILD = ['--import', 'tsx', 'test/faults/next-build.ts'];
const database = useDatabase();

describeWithRedis('G1 G2 G3 G5 G6 G9 G12 customers buy, and', (redis) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ databaseUrl: database.url, redisUrl: redis.url });
  }, 240_000);
  afterEach(() => stage.audit());
  afterAll(() => stage?.close());

  test('a worker is frozen for longer than its leases', () => whileTheyBuy(() => faults.workerFrozen(stage)));

  test('a web process is frozen in the middle of its turns', () => whileTheyBuy(() => faults.webFrozen(stage)));

  test('Redis is emptied, four times: the outbox fills it again', () => whileTheyBuy(() => faults.redisEmptied(redis)));

  test('Redis is gone for a while and comes back empty', () => whileTheyBuy(() => faults.redisRestarted(redis)));

  test('every process is deployed anew: each leaves by itself in under 30 s', async () => {
    const left = await whileTheyBuy(() => faults.deployed(stage));
    expect(left.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(Math.max(...left.map(({ ms }) => ms))).toBeLessThan(LEAVES_WITHIN_MS);
  });

  // Last: what the next build has written is not this build's any more.
  test('the next build takes over beside the old one, which never steps what is newer', async () => {
    await whileTheyBuy(async () => {
      const [web, worker] = await Promise.all([stage.hire('web', NEXT_BUILD), stage.hire('worker', NEXT_BUILD)]);
      await Promise.all([web.start(), worker.start()]);
      stage.webs.push(web);
      stage.workers.push(worker);
      await wait(INTO_SALES_MS);
      await Promise.all([...stage.webs.splice(0, 2), ...stage.workers.splice(0, 2)].map((old) => old.stop()));
    });
    expect(await stage.steppedBack()).toEqual([]);
    expect(await stage.versions()).toContain(3);
  });

  async function whileTheyBuy<T>(fault: () => Promise<T>): Promise<T> {
    const sales = stage.crowd.buy(CUSTOMERS);
    await wait(INTO_SALES_MS);
    const outcome = await fault();
    await sales;
    return outcome;
  }
});
