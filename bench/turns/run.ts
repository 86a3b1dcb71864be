// The benchmark of full turns: all ways on the same servers, interleaved round by round, each then checked for mistakes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/cli/project-root.ts';
import type { FromSubject } from './channel.ts';
import { findMistakes } from './check.ts';
import type { Mistakes } from './check.ts';
import { newCustomer } from './customer.ts';
import { createLoad } from './load.ts';
import type { Load } from './load.ts';
import { measureRound } from './measure.ts';
import type { Round } from './measure.ts';
import { bundleServer, startProcess } from './process.ts';
import type { Running } from './process.ts';
import { describeMachine, tableOf } from './report.ts';
import { prepareRaw } from './raw.ts';
import type { Raw } from './raw.ts';
import type { Report, Result } from './report.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import type { SubjectName } from './subject.ts';

export type TurnsOptions = {
  callers: number;
  seconds: number;
  rounds: number;
  customers: number;
  lanes: number | undefined;
  openPerSecond: number | null;
  customersBy: 'uniform' | 'zipf';
  subjects: readonly SubjectName[];
  /** Arguments for the process under test, such as `--cpu-prof`. */
  nodeArgs: readonly string[];
  /** For the order of customers and the arrivals: the same in each run. */
  chance: () => number;
};

type Candidate = {
  name: SubjectName;
  url: string;
  running: Running;
  load: Load;
  rounds: Round[];
  report: () => Promise<Report_>;
};
type Report_ = Extract<FromSubject, { kind: 'report' }>;

/** Measures, prints the table, writes the JSON. Answers whether every check held. */
export async function benchTurns(options: TurnsOptions): Promise<boolean> {
  await bundleServer();
  const servers = await startServers();
  const candidates: Candidate[] = [];
  try {
    for (const name of options.subjects) candidates.push(await prepare(name, servers, options));
    const limit = await prepareRaw(servers, options.customers);
    const raw: Raw = { oneByOne: [], batched: [] };
    for (let round = 1; round <= options.rounds; round++) {
      for (const candidate of candidates) await measure(candidate, servers, options, round);
      raw.oneByOne.push(...(limit ? [await limit('oneByOne', options.seconds)] : []));
      raw.batched.push(...(limit ? [await limit('batched', options.seconds)] : []));
    }
    const results: Report['results'] = {};
    for (const candidate of candidates) results[candidate.name] = await conclude(candidate);
    return tell({
      at: new Date().toISOString(),
      plan: { ...planOf(options), snapshotBytes: JSON.stringify(newCustomer()).length },
      machine: describeMachine(await servers.describe()),
      results,
      raw: limit ? raw : null,
    });
  } finally {
    await Promise.all(candidates.map(({ running }) => running.stop()));
    await servers.stop();
  }
}

async function prepare(
  name: SubjectName,
  servers: Servers,
  { customers, customersBy, callers, chance, nodeArgs, lanes }: TurnsOptions,
): Promise<Candidate> {
  const url = await servers.databaseFor(name, customers);
  const running = await startProcess(
    { subject: name, databaseUrl: url, redisUrl: servers.redisUrl, folder: servers.folder, lanes },
    nodeArgs,
  );
  const load = createLoad({ name, customers, send: running.send, chance, customersBy });
  let reported: (report: Report_) => void = () => undefined;
  running.hearWith((answer) => (answer.kind === 'report' ? reported(answer) : load.hear(answer)));
  const report = () =>
    new Promise<Report_>((resolve) => {
      reported = resolve;
      running.send({ kind: 'report' });
    });
  console.log(`${name}: ${customers} customers write for the first time`);
  await load.everybody(callers);
  return { name, url, running, load, rounds: [], report };
}

async function measure(
  { name, running, load, rounds }: Candidate,
  servers: Servers,
  options: TurnsOptions,
  n: number,
): Promise<void> {
  const pids = { node: running.pid, postgres: servers.postgresPid, redis: servers.redisPid };
  const round = await measureRound(load, pids, options);
  rounds.push(round);
  console.log(
    `round ${n}, ${name}: ${Math.round(round.turnsPerSecond)} full turns/s, end to end p50 ${Math.round(round.closed.doneP50)} ms`,
  );
}

async function conclude({ name, url, running, load, rounds, report }: Candidate): Promise<Result> {
  const { runs, runTwice, peakBytes } = await report();
  await running.stop();
  const { sent, recognised } = load.repeats();
  const messages = [...load.accepted.values()].reduce((sum, count) => sum + count, 0);
  const found = await findMistakes(name, url, load.accepted);
  const mistakes: Mistakes = {
    ...found,
    ranTwice: runTwice + Math.abs(messages - runs),
    takenTwice: sent - recognised,
  };
  return { rounds, mistakes, messages, repeats: sent, peakBytes };
}

function tell(report: Report): boolean {
  const folder = join(projectRoot, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `turns-${report.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n${tableOf(report)}\n`);
  for (const [name, result] of Object.entries(report.results)) console.log(`${name}: ${sentenceOf(result)}`);
  console.log(
    `\n${Object.entries(report.machine)
      .map(([key, value]) => `${key} ${value}`)
      .join(' · ')}\n${file}`,
  );
  return Object.values(report.results).every(isRight);
}

function sentenceOf(result: Result): string {
  const counted = `${result.messages} messages accepted, ${result.repeats} of them delivered twice`;
  return isRight(result)
    ? `${counted}: none lost, none doubled, no gap in any journal`
    : `${counted}: WRONG ${JSON.stringify(result.mistakes)}`;
}

function isRight({ mistakes }: Result): boolean {
  return Object.values(mistakes).every((count) => count === 0);
}

function planOf({ callers, seconds, rounds, customers, lanes, openPerSecond, customersBy }: TurnsOptions) {
  return { callers, seconds, rounds, customers, lanes, openPerSecond, customersBy };
}
