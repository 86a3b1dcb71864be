// `npm run sim`: simulated worlds, one seed after the other, with a line of figures for each. Ends with 1 where something was violated.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startOwnPostgres } from './own-postgres.ts';
import { buildWorker } from './worker-program.ts';
import type { Order } from './run-worker.ts';
import type { SimulationReport } from './simulate.ts';

const HELP = `Runs simulated shops: the real runtime, machines, actors and SQL, processes that crash and are deployed, a queue that loses and
doubles, clocks that jump, providers that fail, customers who change their minds. One seed is one world, the same each time.

  --seed N           the first world's seed (1); to go on where a run was stopped, the seed that it named last
  --conversations N  how many customers in all (200); worlds follow each other, seed by seed
  --world N          customers in one world (25)
  --workers N        worlds at once, each with a process and a Postgres of its own (two for each core: a world waits for Postgres
                     half of its time)
  --turns N          in one world no more texts come after so many turns
  --keep-going       go on after a violation, and end with 1
  --long             100,000 conversations
`;

/** Most of what a turn makes is soon thrown away: with room for it, little of it is ever copied. */
const NODE_OPTIONS = ['--max-semi-space-size=64'];

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    conversations: { type: 'string', default: '200' },
    world: { type: 'string', default: '25' },
    workers: { type: 'string', default: String(2 * availableParallelism()) },
    turns: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const first = Number(values.seed);
const wanted = values.long ? 100_000 : Number(values.conversations);
const perWorld = Math.min(wanted, Number(values.world));
const worlds = Math.ceil(wanted / perWorld);
const began = Date.now();
const done = new Set<number>();
const sums = { turns: 0, texts: 0, crashes: 0, paid: 0 };
const broken: number[] = [];
let next = first;
let stopped = false;

async function main(): Promise<number> {
  process.once('SIGINT', () => (stopped = true));
  process.once('SIGTERM', () => (stopped = true));
  const workers = Math.min(worlds, Number(values.workers));
  const program = await buildWorker();
  const ends = await Promise.allSettled(Array.from({ length: workers }, () => work(program.path))); // all of them, or servers would be left behind
  program.remove();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const { turns, texts, crashes, paid } = sums;
  process.stdout.write(
    `${done.size * perWorld} conversations in ${done.size} worlds: ${texts} texts, ${turns} turns, ${paid} paid orders, ${crashes} crashes, ` +
      `${secondsSince(began)} s, ${broken.length === 0 ? 'no violation' : `violations with seeds ${broken.join(', ')}`}\n` +
      `to go on: --seed ${firstUndone()}\n`,
  );
  return broken.length === 0 ? 0 : 1;
}

/** One world after the other in one process, on one server, until there are no more. */
async function work(program: string): Promise<void> {
  const postgres = await startOwnPostgres();
  const worker = fork(program, { execArgv: NODE_OPTIONS });
  const gone = once(worker, 'exit').then(() =>
    Promise.reject(new Error(`a worker died; to go on: --seed ${firstUndone()}`)),
  );
  gone.catch(() => undefined); // after its last world nobody waits for it
  try {
    while (!stopped && next < first + worlds) {
      const order: Order = {
        url: postgres.url,
        seed: next++,
        conversations: perWorld,
        ...(values.turns === undefined ? {} : { turnsMax: Number(values.turns) }),
      };
      const report = await Promise.race([runWorld(worker, order), gone]);
      tell(report);
      if (report.violations.length > 0 && !values['keep-going']) stopped = true;
    }
  } catch (error) {
    stopped = true;
    throw error;
  } finally {
    if (worker.connected) worker.disconnect();
    await postgres.close();
  }
}

function runWorld(worker: ChildProcess, order: Order): Promise<SimulationReport> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.send(order);
  });
}

function tell(report: SimulationReport): void {
  const { violations, tail, ...figures } = report;
  done.add(report.seed);
  for (const name of ['turns', 'texts', 'crashes', 'paid'] as const) sums[name] += report[name];
  process.stdout.write(`${JSON.stringify({ ...figures, violations: violations.length })}\n`);
  if (violations.length > 0) {
    broken.push(report.seed);
    const again = `npm run sim -- --seed ${report.seed} --world ${perWorld} --conversations ${perWorld}`;
    process.stdout.write(`${[...tail, ...violations, `again: ${again}`].join('\n')}\n`);
  }
  const perHour = (done.size * perWorld * 3_600) / secondsSince(began);
  const hoursLeft = ((worlds - done.size) * perWorld) / perHour;
  process.stderr.write(
    `${done.size * perWorld} of ${wanted} conversations, ${sums.turns} turns, ${Math.round(perHour)} conversations an hour, ` +
      `${hoursLeft < 1 ? `${Math.ceil(hoursLeft * 60)} min` : `${hoursLeft.toFixed(1)} h`} left\n`,
  );
}

/** All worlds before it have been run. */
function firstUndone(): number {
  let seed = first;
  while (done.has(seed)) seed++;
  return seed;
}

function secondsSince(ms: number): number {
  return Math.max(1, Math.round((Date.now() - ms) / 1000));
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();
