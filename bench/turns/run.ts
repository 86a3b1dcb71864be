// The benchmark of full turns: all ways on the same servers, interleaved round by round, each then checked for mistakes.
import { startCandidate } from './candidate.ts';
import type { Candidate, CandidateOptions, Result } from './candidate.ts';
import { newCustomer } from './customer.ts';
import { measureRound } from './measure.ts';
import type { Plan } from './measure.ts';
import { plotOf } from './plot.ts';
import { bundleServers } from './process.ts';
import { closedTableOf, describeMachine, openTableOf } from './report.ts';
import { prepareRaw } from './raw.ts';
import type { Raw } from './raw.ts';
import type { Report } from './report.ts';
import { writeResults } from './results.ts';
import { startServers } from './servers.ts';
import type { Servers } from './servers.ts';
import type { SubjectName } from './subject.ts';
import { WAYS } from './ways.ts';

export type TurnsOptions = Plan &
  CandidateOptions & {
    rounds: number;
    subjects: readonly SubjectName[];
    /** Whether a C client's raw SQL is measured beside them. */
    limit: boolean;
    /** Of the files that it writes. */
    name: string;
    /** Where they go; beside the others of bench/results without. */
    out: string | undefined;
  };

/** Measures, prints the tables, writes the JSON and a plot. Answers whether every check held. */
export async function benchTurns(options: TurnsOptions): Promise<boolean> {
  await bundleServers(options.subjects);
  const servers = await startServers();
  const candidates: Candidate[] = [];
  try {
    for (const name of options.subjects) candidates.push(await prepare(name, servers, options));
    const limit = options.limit ? await prepareRaw(servers, options.customers) : null;
    const raw: Raw = { oneByOne: [], batched: [] };
    for (let round = 1; round <= options.rounds; round++) {
      for (const candidate of candidates) await measure(candidate, servers, options, round);
      raw.oneByOne.push(...(limit ? [await limit('oneByOne', options.seconds)] : []));
      raw.batched.push(...(limit ? [await limit('batched', options.seconds)] : []));
    }
    const results: Report['results'] = {};
    for (const candidate of candidates) results[candidate.name] = await candidate.conclude();
    return tell(options, {
      at: new Date().toISOString(),
      plan: { ...planOf(options), snapshotBytes: JSON.stringify(newCustomer()).length },
      machine: describeMachine(await servers.describe()),
      results,
      raw: limit ? raw : null,
    });
  } finally {
    await Promise.all(candidates.map((candidate) => candidate.stop()));
    await servers.stop();
  }
}

/** Callers while the customers are made. */
const FIRST_CALLERS = 64;

async function prepare(name: SubjectName, servers: Servers, options: TurnsOptions): Promise<Candidate> {
  console.log(`${name}: ${options.customers} customers write for the first time`);
  const candidate = await startCandidate(name, servers, options);
  await candidate.load.everybody(FIRST_CALLERS);
  return candidate;
}

async function measure(candidate: Candidate, servers: Servers, plan: TurnsOptions, n: number): Promise<void> {
  const round = await measureRound(candidate.load, candidate.pids, servers.walBytes, plan);
  candidate.rounds.push(round);
  const told = round.closed.map(
    ({ callers, turnsPerSecond, times }) =>
      `${Math.round(turnsPerSecond)} full turns/s with ${callers} callers, end to end p50 ${Math.round(times.doneP50)} ms`,
  );
  console.log(`round ${n}, ${candidate.name}: ${told.join('; ')}`);
}

function tell({ name, out }: TurnsOptions, report: Report): boolean {
  const tables = `${closedTableOf(report)}\n\n${openTableOf(report)}`;
  const files = writeResults(name, report.at, out, { json: report, txt: tables, svg: plotOf(report) });
  console.log(`\n${tables}\n`);
  for (const [subject, result] of Object.entries(report.results)) console.log(`${subject}: ${sentenceOf(result)}`);
  const machine = Object.entries(report.machine).map(([key, value]) => `${key} ${value}`);
  console.log(`\n${machine.join(' · ')}\n${files.join('\n')}`);
  return Object.values(report.results).every(isRight);
}

function sentenceOf(result: Result): string {
  const counted = `${result.messages} messages accepted, ${result.repeats} of them delivered twice`;
  const journals = result.mistakes.brokenJournals === null ? '' : ', no gap in any journal';
  return isRight(result)
    ? `${counted}: none lost, none doubled${journals}`
    : `${counted}: WRONG ${JSON.stringify(result.mistakes)}`;
}

function isRight({ mistakes }: Result): boolean {
  return Object.values(mistakes).every((count) => count === 0 || count === null);
}

function planOf({ callers, seconds, rounds, customers, lanes, rates, customersBy, subjects }: TurnsOptions) {
  const ways = subjects.map((name) => WAYS[name].title);
  return { callers, seconds, rounds, customers, lanes, rates, customersBy, ways };
}
