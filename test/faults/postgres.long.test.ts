// What can happen to Postgres and on the way to it, while customers buy through two web processes and two workers.
// After each fault every customer has been answered once, every sale was made once, and the books are audited.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import * as faults from './faults.ts';
import { OwnServer } from './own-server.ts';
import { makeDisks } from './small-disk.ts';
import type { Disks, SmallDisk } from './small-disk.ts';
import { Stage } from './stage.ts';

const CUSTOMERS = 6;
/** When the first of them are in the middle of their sale (ms). */
const INTO_SALES_MS = 6_000;
/** A missing part is a failure where all of them must be there. */
const mustHaveAll = process.env['REQUIRE_ALL'] === '1';
const disks = makeDisks();

let server: OwnServer;
let stage: Stage;
beforeAll(async () => {
  server = await OwnServer.start();
  stage = await Stage.open({ databaseUrl: await faults.furnish(server, disks) });
}, 240_000);
afterEach(() => stage.audit());
afterAll(async () => {
  await stage?.close();
  await server?.destroy();
  disks?.tables.remove();
  disks?.wal.remove();
});

describe('G1 G2 G4 G6 G9 customers buy, and', () => {
  test('Postgres terminates all connections, four times', () =>
    whileTheyBuy(() => faults.connectionsTerminated(server)));

  test('the network to Postgres is down', () => whileTheyBuy(() => faults.networkDown(stage)));

  test('the network swallows everything and tells nobody', () => whileTheyBuy(() => faults.networkSilent(stage)));

  test('Postgres is stopped at once and started again', () =>
    whileTheyBuy(() => faults.postgresStoppedAtOnce(stage, server)));
});

describe.skipIf(!disks && !mustHaveAll)('G1 G4 a disk is full (skipped: no small disk can be mounted here)', () => {
  test('that of the tables, while customers buy: Postgres answers 53100', () =>
    whileTheyBuy(() => faults.tablesFull(server, disk('tables'))));

  test('that of the write-ahead log, while customers buy: Postgres panics and is started again', () =>
    whileTheyBuy(() => faults.walFull(stage, server, disk('wal'))));
});

async function whileTheyBuy<T>(fault: () => Promise<T>): Promise<T> {
  const sales = stage.crowd.buy(CUSTOMERS);
  await wait(INTO_SALES_MS);
  const outcome = await fault();
  await sales;
  return outcome;
}

function disk(name: keyof Disks): SmallDisk {
  if (disks === null) throw new Error('REQUIRE_ALL=1 and no small disk can be mounted here: run as root');
  return disks[name];
}
