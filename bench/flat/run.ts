// Is a turn as cheap in a database with a million customers as in one with ten thousand, and for a customer who has written ten
// thousand texts as for one who has written ten? Fills one database of each kind, then measures them in turn.
import { statfsSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import type { Candidate } from '../turns/candidate.ts';
import { startCandidate, startOn } from '../turns/candidate.ts';
import type { Whom } from '../turns/load.ts';
import { measureRound } from '../turns/measure.ts';
import type { Closed } from '../turns/measure.ts';
import { median } from '../turns/median.ts';
import { bundleServers } from '../turns/process.ts';
import { describeMachine } from '../turns/report.ts';
import { writeResults } from '../turns/results.ts';
import { onDatabase, startServers } from '../turns/servers.ts';
import type { Servers } from '../turns/servers.ts';
import { fill, keepTemplate } from './fill.ts';
import type { Crowd } from './fill.ts';

export type FlatOptions = {
  actors: number;
  journal: number;
  fewActors: number;
  texts: number;
  seconds: number;
  rounds: number;
  callers: number;
  chance: () => number;
  out: string | undefined;
};

const WAY = 'ours-redis';
/** The most that the larger of two may cost of the smaller. */
const BOUND = 1.25;
const FEW_TEXTS = 10;
const TAKEN = 1;
const TEXTS_KEPT = 12;
const DISK_SHARE = 0.8;

type Crowded = { title: string; actors: number; journal: number };
type Measured = Crowded & { callers: number; rounds: Closed[] };
type Pair = [Measured, Measured];

/** Answers whether both pairs are within the bound and nothing was lost. */
export async function benchFlat(options: FlatOptions): Promise<boolean> {
  await bundleServers([WAY]);
  const servers = await startServers();
  const candidates: Candidate[] = [];
  try {
    await makeTemplate(servers, options);
    const turns = Math.max(2, Math.round(options.journal / options.actors));
    const { fewActors, actors, texts } = options;
    const small = await filled('few', servers, [
      { first: 0, customers: fewActors, turns, taken: TAKEN },
      { first: fewActors, customers: 1, turns: 2 * FEW_TEXTS, taken: FEW_TEXTS },
      { first: fewActors + 1, customers: 1, turns: 2 * texts, taken: texts },
    ]);
    await refuseWhatDoesNotFit(small, actors * turns, servers);
    const large = await filled('many', servers, [{ first: 0, customers: actors, turns, taken: TAKEN }]);
    const among = async (filled: Filled, customers: number) => {
      const candidate = await started(filled, customers, servers, options);
      candidates.push(candidate);
      return { candidate, filled, callers: options.callers };
    };
    const [ofFew, ofMany] = [await among(small, fewActors), await among(large, actors)];
    const sizes = await comparison(servers, options, [
      { ...ofFew, title: `${fewActors} customers`, whom: { first: 0, customers: fewActors } },
      { ...ofMany, title: `${actors} customers`, whom: { first: 0, customers: actors } },
    ]);
    const one = { ...ofFew, callers: 1 };
    const lengths = await comparison(servers, options, [
      { ...one, title: `one customer of ${FEW_TEXTS} texts`, whom: { first: fewActors, customers: 1 } },
      { ...one, title: `one customer of ${texts} texts`, whom: { first: fewActors + 1, customers: 1 } },
    ]);
    for (const candidate of candidates) await candidate.stop();
    const lost = [await lostBy(candidates[0], small), await lostBy(candidates[1], large)];
    return tell(options, describeMachine(await servers.describe()), [small, large], [sizes, lengths], lost);
  } finally {
    for (const candidate of candidates) await candidate.stop();
    await servers.stop();
  }
}

/** A few customers who really write: what all others are made of. */
async function makeTemplate(servers: Servers, { chance }: FlatOptions): Promise<void> {
  const who = { customers: 8, customersBy: 'uniform' as const, chance, lanes: undefined, nodeArgs: [] };
  const candidate = await startCandidate(WAY, servers, who);
  try {
    for (let texts = 0; texts < TEXTS_KEPT; texts++) await candidate.load.everybody(who.customers);
  } finally {
    await candidate.stop();
  }
  await onDatabase(candidate.url, keepTemplate);
}

type Filled = { url: string; actors: number; journal: number; bytes: number; seconds: number };

async function filled(name: string, servers: Servers, crowds: readonly Crowd[]): Promise<Filled> {
  const began = performance.now();
  const actors = crowds.reduce((sum, { customers }) => sum + customers, 0);
  const journal = crowds.reduce((sum, { customers, turns }) => sum + customers * turns, 0);
  const bar = new SingleBar({ format: `${name}: [{bar}] {percentage} % of ${journal} journal rows` });
  bar.start(100, 0);
  const url = await servers.databaseFor(name, (pool) => fill(pool, crowds, (done) => bar.update(done * 100)), WAY);
  bar.stop();
  const bytes = await onDatabase(url, async (pool) => {
    const { rows } = await pool.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return Number(rows[0]?.bytes);
  });
  return { url, actors, journal, bytes, seconds: (performance.now() - began) / 1000 };
}

/** @throws where the disk has no room for as many rows of the size that the smaller database's have */
async function refuseWhatDoesNotFit(small: Filled, journal: number, servers: Servers): Promise<void> {
  const share = journal / small.journal;
  const { bavail, bsize } = statfsSync(await servers.dataFolder());
  const [bytes, free] = [small.bytes * share, bavail * bsize];
  console.log(
    `${journal} journal rows will take ${gigabytes(bytes)} of ${gigabytes(free)} and some ${Math.ceil((small.seconds * share) / 60)} minutes`,
  );
  if (bytes > free * DISK_SHARE)
    throw new Error('there is too little room on the disk: ask for fewer rows with --journal');
}

function started({ url }: Filled, customers: number, servers: Servers, { chance }: FlatOptions): Promise<Candidate> {
  const who = { customers, customersBy: 'uniform' as const, chance, lanes: undefined, nodeArgs: [] };
  return startOn(url, WAY, servers, who);
}

type Subject = { candidate: Candidate; filled: Filled; title: string; whom: Whom; callers: number };

async function comparison(servers: Servers, { seconds, rounds }: FlatOptions, pair: [Subject, Subject]): Promise<Pair> {
  const results: Pair = [measuredOf(pair[0]), measuredOf(pair[1])];
  for (let round = 0; round < rounds; round++)
    for (const [n, { candidate, title, whom, callers }] of pair.entries()) {
      const { load, pids } = candidate;
      const theirs = { ...load, closed: (count: number, ms: number) => load.closed(count, ms, whom) };
      const plan = { callers: [callers], seconds, rates: [] };
      const { closed } = await measureRound(theirs, pids, servers.walBytes, plan);
      results[n]?.rounds.push(...closed);
      console.log(`${title}: ${closed.map(({ turnsPerSecond }) => Math.round(turnsPerSecond)).join()} full turns/s`);
    }
  return results;
}

function measuredOf({ filled, title, callers }: Subject): Measured {
  return { title, actors: filled.actors, journal: filled.journal, callers, rounds: [] };
}

/** Turns that are missing or too many in the journal, and commands that are not done. */
async function lostBy(candidate: Candidate | undefined, { url, journal }: Filled): Promise<number> {
  const messages = [...(candidate?.load.accepted.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return onDatabase(url, async (pool) => {
    const { rows } = await pool.query<{ turns: string; open: string }>(
      `SELECT (SELECT sum(seq) FROM actors) AS turns, (SELECT count(*) FROM commands WHERE status <> 'done') AS open`,
    );
    return Math.abs(Number(rows[0]?.turns) - journal - 2 * messages) + Number(rows[0]?.open);
  });
}

type Ratios = { turnsPerSecond: number; cpu: number; p50: number };

function tell(
  options: FlatOptions,
  machine: Record<string, string>,
  filled: Filled[],
  pairs: Pair[],
  lost: number[],
): boolean {
  const compared = pairs.map((pair) => ({ pair, ratios: ratiosOf(pair) }));
  const { chance: _chance, out, ...plan } = options;
  const sizes = filled.map(({ url: _url, ...size }) => size);
  const at = new Date().toISOString();
  const nothing = lost.every((count) => count === 0);
  const text = [
    ...compared.flatMap(({ pair, ratios }) => [...pair.map(lineOf), sentenceOf(ratios)]),
    nothing ? 'no turn lost or doubled, no command open' : `WRONG: ${lost.join(' and ')} turns or commands`,
  ].join('\n');
  const report = { at, plan, bound: BOUND, machine, sizes, compared, lost };
  console.log(`\n${text}\n${writeResults('flat', at, out, { json: report, txt: text }).join('\n')}`);
  return nothing && compared.every(({ ratios }) => ratios.cpu <= BOUND);
}

// The larger one's share of the smaller one's, round by round: what else the machine does is less different within a round.
function ratiosOf([one, other]: Pair): Ratios {
  const ratio = (pick: (loop: Closed) => number) =>
    median(other.rounds.map((loop, n) => pick(loop) / pick(one.rounds[n] ?? loop)));
  return {
    turnsPerSecond: ratio((loop) => loop.turnsPerSecond),
    cpu: ratio(cpuOf),
    p50: ratio(({ times }) => times.doneP50),
  };
}

function cpuOf({ cpu }: Closed): number {
  return cpu.node + cpu.postgres + cpu.redis;
}

function lineOf({ title, actors, journal, callers, rounds }: Measured): string {
  const mid = (pick: (loop: Closed) => number) => median(rounds.map(pick));
  const figures = [
    `${Math.round(mid((loop) => loop.turnsPerSecond))} full turns/s with ${callers} callers`,
    `end to end p50 ${mid(({ times }) => times.doneP50).toFixed(1)} ms, p99 ${mid(({ times }) => times.doneP99).toFixed(1)} ms`,
    `${mid(({ cpu }) => cpu.node).toFixed(2)} + ${mid(({ cpu }) => cpu.postgres).toFixed(2)} CPU s per 1,000 (node + Postgres)`,
    `${(mid(({ walBytes }) => walBytes) / 1024).toFixed(1)} KB of log a turn`,
    `others' cores ${mid(({ foreignCores }) => foreignCores).toFixed(2)}`,
  ];
  return `${title}, in a database of ${actors} with ${journal} rows of journal: ${figures.join('; ')}`;
}

function sentenceOf({ turnsPerSecond, cpu, p50 }: Ratios): string {
  const verdict = cpu <= BOUND ? 'ok' : 'TOO MUCH';
  return `  ${cpu.toFixed(2)} × the CPU (at most ${BOUND}: ${verdict}), ${turnsPerSecond.toFixed(2)} × the turns/s, ${p50.toFixed(2)} × the time end to end`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}
