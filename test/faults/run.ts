// `npm run faults`: one shop in processes of its own, customers who never stop buying, and one fault after the other.
// Ends with 1 where anything was lost, doubled or miscounted.
import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TEXTS_A_SALE } from './crowd.ts';
import { DEEDS, isPossible } from './deeds.ts';
import type { Deed } from './deeds.ts';
import { openPremises } from './premises.ts';
import type { Premises } from './premises.ts';

const NEEDS = { redis: ' (needs redis-server)', disks: ' (needs root, to mount a small disk)' };
const HELP = `Runs a shop as in production, two web processes and two workers on a Postgres and a Redis of their own, while customers buy.
Meanwhile these happen, one after the other and again:

${DEEDS.map(({ name, needs }) => `  ${name}${needs === undefined ? '' : NEEDS[needs]}`).join('\n')}

In the end all books are audited: each text heard once, each sale made once, turns without a gap, no process dead that nobody killed.

  --minutes N     how long (10)
  --customers N   how many buy at a time (6)
  --alone         each fault once, while so many customers buy one book each, and an audit after each of them
  --postgres      the queue in Postgres, without Redis; so it is where there is no redis-server
  --only WORD     only faults with this word in their name
  --tests         instead of all that: the tests of faults in full, as npm run test:full runs them
`;
/** Between two faults: enough for what waited to be done (ms). */
const QUIET_MS = 10_000;
/** When customers are in the middle of their sale (ms). */
const INTO_SALES_MS = 6_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    customers: { type: 'string', default: '6' },
    alone: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    tests: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const customers = Number(values.customers);

async function main(): Promise<void> {
  const deeds = wantedDeeds();
  const premises = await openPremises(values.postgres ? 'postgres' : 'redis');
  try {
    await (values.alone ? eachAlone(premises, deeds) : storm(premises, deeds));
  } finally {
    await premises.close();
  }
}

function wantedDeeds(): readonly Deed[] {
  const named = DEEDS.filter(({ name }) => name.includes(values.only));
  const wanted = named.filter((deed) => isPossible(deed) && !(values.postgres && deed.needs === 'redis'));
  for (const { name } of named) if (!wanted.some((one) => one.name === name)) say(`left out: ${name}`);
  if (wanted.length > 0) return wanted;
  const names = DEEDS.map(({ name }) => name).join(', ');
  throw new Error(`--only "${values.only}": no fault that can happen here has that in its name. There are: ${names}`);
}

async function storm(premises: Premises, deeds: readonly Deed[]): Promise<void> {
  const { crowd } = premises.stage;
  const began = Date.now();
  const isOver = () => Date.now() - began > Number(values.minutes) * 60_000;
  const buying = crowd.buyUntil(customers, isOver);
  buying.catch(() => undefined); // heard below
  let happened = 0;
  for (; !isOver(); happened++) {
    const deed = deeds[happened % deeds.length];
    if (!deed) break;
    say(`${secondsSince(began)} s, ${crowd.sales} sales: ${deed.name}`);
    await deed.happen(premises);
    await wait(QUIET_MS);
  }
  await buying;
  await premises.stage.audit();
  tell(premises, happened, began);
}

async function eachAlone(premises: Premises, deeds: readonly Deed[]): Promise<void> {
  const { crowd } = premises.stage;
  const allBegan = Date.now();
  for (const { name, happen } of deeds) {
    const began = Date.now();
    const buying = crowd.buy(customers);
    buying.catch(() => undefined); // heard below
    await wait(INTO_SALES_MS);
    await happen(premises);
    await buying;
    await premises.stage.audit();
    say(`${secondsSince(began)} s: ${name}`);
  }
  tell(premises, deeds.length, allBegan);
}

function tell({ stage: { crowd } }: Premises, faults: number, began: number): void {
  const sales = `${crowd.sales} sales of ${crowd.sales * TEXTS_A_SALE} texts`;
  say(`${faults} faults, ${sales} in ${secondsSince(began)} s: nothing lost, nothing doubled`);
}

function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The exit code of the tests. */
function runTests(): number {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'full', '--no-file-parallelism', 'test/faults'];
  return spawnSync(process.execPath, vitest, { stdio: 'inherit' }).status ?? 1;
}

if (values.help) say(HELP);
else if (values.tests) process.exitCode = runTests();
else {
  await main();
  process.exit(0); // a server that fell leaves sockets that nobody closes
}
