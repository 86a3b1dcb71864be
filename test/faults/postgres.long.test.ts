// What can happen to Postgres and on the way to it, while customers buy through two web processes and two workers.
// After each fault every customer has been answered once, every sale was made once, and the books are audited.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as faults from './faults.ts';
import type { Scene } from './faults.ts';
import { OwnServer } from './own-server.ts';
import { makeSmallDisk } from './small-disk.ts';
import { Stage } from './stage.ts';

const CUSTOMERS = 6;
/** When the first of them are in the middle of their sale (ms). */
const INTO_SALES_MS = 6_000;
const tables = makeSmallDisk();
const wal = makeSmallDisk();
const disks = tables && wal && { tables, wal };
const mustHaveAll = process.env['REQUIRE_ALL'] === '1';

let scene: Scene;
beforeAll(async () => {
  const server = await OwnServer.start();
  const databaseUrl = await faults.furnish(server, disks);
  scene = { stage: await Stage.open({ databaseUrl }), server, redis: null, disks };
}, 240_000);
afterEach(() => scene.stage.audit());
afterAll(async () => {
  await scene.stage.close();
  await scene.server.destroy();
  for (const disk of [tables, wal]) disk?.remove();
});

describe('G1 G2 G4 G6 G9 customers buy, and', () => {
  test('Postgres terminates all connections, four times', () => whileTheyBuy(faults.connectionsTerminated));

  test('the network to Postgres is down', () => whileTheyBuy(faults.networkDown));

  test('the network swallows everything and tells nobody', () => whileTheyBuy(faults.networkSilent));

  test('Postgres is stopped at once and started again', () => whileTheyBuy(faults.postgresStoppedAtOnce));

  test.skipIf(!disks && !mustHaveAll)('the disk of the tables is full: Postgres answers 53100', async () => {
    expect(await whileTheyBuy(faults.tablesFull)).toBe('53100');
  });

  test.skipIf(!disks && !mustHaveAll)('the disk of the write-ahead log is full: Postgres panics', async () => {
    expect(disks, 'REQUIRE_ALL=1 and no small disk can be mounted here: run as root').not.toBeNull();
    await whileTheyBuy(faults.walFull);
  });
});

async function whileTheyBuy<T>(fault: (scene: Scene) => Promise<T>): Promise<T> {
  const sales = scene.stage.crowd.buy(CUSTOMERS);
  await wait(INTO_SALES_MS);
  const outcome = await fault(scene);
  await sales;
  return outcome;
}
