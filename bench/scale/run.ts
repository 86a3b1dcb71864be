// One, two and four processes on one database, next to it and some milliseconds away: what a turn costs, and how many there are.
import { startCandidate } from '../turns/candidate.ts';
import type { Candidate } from '../turns/candidate.ts';
import type { Mistakes } from '../turns/check.ts';
import { measureRound } from '../turns/measure.ts';
import type { Closed } from '../turns/measure.ts';
import { bundleServers } from '../turns/process.ts';
import { describeMachine } from '../turns/report.ts';
import { writeResults } from '../turns/results.ts';
import { startServers } from '../turns/servers.ts';
import type { Servers } from '../turns/servers.ts';
import { scaleTable } from './arithmetic.ts';
import { roundTripOf, startDistance } from './distance.ts';

export type ScaleOptions = {
  processes: number[];
  delays: number[];
  /** Of each process: with fewer, its batches would be smaller, and that would be measured instead. */
  callers: number;
  customers: number;
  seconds: number;
  rounds: number;
  chance: () => number;
  out: string | undefined;
};

export type ScaleRun = {
  processes: number;
  delayMs: number;
  /** Measured, of one empty statement. */
  roundTripMs: number;
  rounds: Closed[];
  mistakes: Mistakes;
};
export type ScaleReport = { at: string; plan: object; machine: Record<string, string>; runs: ScaleRun[] };

const WAY = 'ours-redis';

/** Answers whether nothing was lost or doubled anywhere. */
export async function benchScale(options: ScaleOptions): Promise<boolean> {
  await bundleServers([WAY]);
  const servers = await startServers();
  try {
    const runs: ScaleRun[] = [];
    for (const delayMs of options.delays)
      for (const processes of options.processes) runs.push(await runOf(servers, options, processes, delayMs));
    const { chance: _chance, out, ...plan } = options;
    const machine = describeMachine(await servers.describe());
    const report: ScaleReport = { at: new Date().toISOString(), plan, machine, runs };
    const table = scaleTable(report);
    console.log(`\n${table}\n${writeResults('scale', report.at, out, { json: report, txt: table }).join('\n')}`);
    return runs.every(({ mistakes }) => Object.values(mistakes).every((count) => count === 0));
  } finally {
    await servers.stop();
  }
}

async function runOf(servers: Servers, options: ScaleOptions, processes: number, delayMs: number): Promise<ScaleRun> {
  const { customers, chance, callers, seconds } = options;
  const distance = await startDistance(servers.url, delayMs);
  let candidate: Candidate | undefined;
  try {
    const who = { customers, customersBy: 'uniform' as const, chance, lanes: undefined, nodeArgs: [] };
    const many = { processes, through: distance.through, database: `apart_${delayMs}_by_${processes}` };
    candidate = await startCandidate(WAY, servers, who, many);
    await candidate.load.everybody(callers);
    for (let round = 0; round < options.rounds; round++) {
      const plan = { callers: [callers * processes], seconds, rates: [] };
      candidate.rounds.push(await measureRound(candidate.load, candidate.pids, servers.walBytes, plan));
    }
    const roundTripMs = await roundTripOf(distance.through(servers.url));
    const { rounds, mistakes } = await candidate.conclude();
    const closed = rounds.flatMap((round) => round.closed);
    const told = closed.map(({ turnsPerSecond }) => Math.round(turnsPerSecond)).join();
    console.log(`${processes} processes, ${roundTripMs.toFixed(1)} ms away: ${told} full turns/s`);
    return { processes, delayMs, roundTripMs, rounds: closed, mistakes };
  } finally {
    await candidate?.stop();
    distance.stop();
  }
}
