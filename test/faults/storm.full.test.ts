// One shop in processes of its own, customers who never stop buying, and everything that can go wrong around it, some of it at
// the same time. Whatever happens, the shop sells again by itself; in the end each text was heard once and the books are audited.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { machines } from '../../src/cli/shop/machines.ts';
import { PATIENCE_MS } from './crowd.ts';
import { deedNamed, isPossible } from './deeds.ts';
import { openPremises } from './premises.ts';
import type { Premises } from './premises.ts';

const CUSTOMERS = 4;
/** What happens at the same time, one line after the other. */
const TOGETHER = [
  ['a worker is frozen', 'a web process is frozen', 'connections are terminated'],
  ['a web process is killed', 'a worker is killed', 'Redis is emptied'],
  ['the network is down', 'Redis is restarted'],
  ['Postgres is stopped at once'],
  ['the network is silent'],
  ['the disk of the tables is full'],
  ['the disk of the log is full'],
  ['every process is deployed'],
].map((names) => ({ what: names.join(', '), deeds: names.map(deedNamed) }));
const NEXT_BUILD = ['--import', 'tsx', 'test/faults/next-build.ts'];
const NEXT_VERSION = 1 + Math.max(...machines.map(({ version }) => version));
/** A missing part is a failure where all of them must be there. */
const mustHaveAll = process.env['REQUIRE_ALL'] === '1';

let premises: Premises;
let isOver = false;
let buying: Promise<void>;
beforeAll(async () => {
  premises = await openPremises('redis');
  const { crowd } = premises.stage;
  buying = crowd.buyUntil(CUSTOMERS, () => isOver);
  buying.catch(() => undefined); // heard in every test
}, 240_000);
afterAll(() => premises?.close());

describe('G1 G2 G3 G4 G5 G6 G9 G12 customers buy without a pause, and', () => {
  for (const { what, deeds } of TOGETHER) {
    test.skipIf(!mustHaveAll && !deeds.every(isPossible))(what, async () => {
      await whileTheyBuy(Promise.all(deeds.map(({ happen }) => happen(premises))));
      await whileTheyBuy(sellsAgain());
    });
  }

  // Last: what the next build has written is not this build's any more.
  test('the next build takes over beside the old one, which never steps what is newer', async () => {
    const { stage } = premises;
    const [web, worker] = await Promise.all([stage.hire('web', NEXT_BUILD), stage.hire('worker', NEXT_BUILD)]);
    await whileTheyBuy(Promise.all([web.start(), worker.start()]));
    const old = [...stage.webs.splice(0, 2, web), ...stage.workers.splice(0, 1, worker)];
    await whileTheyBuy(until(async () => expect(await stage.versions()).toContain(NEXT_VERSION), PATIENCE_MS, 300));
    old.push(...stage.workers.splice(1));
    await Promise.all(old.map((program) => program.stop()));
    await whileTheyBuy(sellsAgain());
    expect(await stage.steppedBack()).toEqual([]);
  });

  test('in the end nothing is lost, nothing doubled, and no process has died of it', async () => {
    isOver = true;
    await buying;
    await premises.stage.audit();
  });
});

/** Two more sales: one of them may have been as good as made before. */
async function sellsAgain(): Promise<void> {
  const { crowd } = premises.stage;
  const before = crowd.sales;
  await until(() => expect(crowd.sales).toBeGreaterThan(before + 1), PATIENCE_MS, 100);
}

/** Fails at once where a customer does. */
async function whileTheyBuy(happening: Promise<unknown>): Promise<void> {
  happening.catch(() => undefined); // heard below, where they still buy
  await Promise.race([happening, buying]);
  await happening;
}
