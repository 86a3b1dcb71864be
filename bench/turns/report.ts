// Medians over the rounds as a Markdown table, ratios to the ordinary way, and the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';
import type { Mistakes } from './check.ts';
import type { Round } from './measure.ts';
import type { Raw, RawRound } from './raw.ts';
import type { SubjectName } from './subject.ts';

export type Result = { rounds: Round[]; mistakes: Mistakes; messages: number; repeats: number; peakBytes: number };
export type Results = Partial<Record<SubjectName, Result>>;
export type Report = {
  at: string;
  plan: Record<string, unknown>;
  machine: Record<string, string>;
  results: Results;
  /** The limit, where there was a `pgbench`. */
  raw: Raw | null;
};

const NAMES: Record<SubjectName, string> = {
  'ours-redis': 'Marty, BullMQ on Redis',
  'ours-postgres': 'Marty, BullMQ in Postgres',
  ordinary: 'the ordinary way, BullMQ on Redis',
  'ordinary-lean': 'the same, but a crash loses commands',
};

export function describeMachine(servers: Record<string, string>): Record<string, string> {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return {
    cpu: `${cpus().length} × ${cpu?.model ?? 'unknown'}`,
    memory,
    kernel: release(),
    node: process.version,
    ...servers,
  };
}

const HEAD = [
  'way',
  'full turns/s (rounds)',
  '× ordinary',
  'ack p50 / p99 / p99.9 ms',
  'end to end p50 / p99 / p99.9 ms',
  'open loop: per s',
  'ack p50 / p99 / p99.9 ms',
  'end to end p50 / p99 / p99.9 ms',
  'CPU s per 1,000: node + Postgres + Redis',
  'peak MB',
  "others' cores",
];

/** The table as Markdown. */
export function tableOf({ results, raw }: Pick<Report, 'results' | 'raw'>): string {
  const entries = Object.entries(NAMES).flatMap(([name, title]) => {
    const result = Object.entries(results).find(([subject]) => subject === name)?.[1];
    return result ? [{ title, result }] : [];
  });
  const rows = entries.map(({ title, result }) => rowOf(title, result, results.ordinary));
  const limits = raw
    ? [limitRow('one by one', raw.oneByOne, results), limitRow('16 at a time', raw.batched, results)]
    : [];
  return [HEAD, HEAD.map(() => '---'), ...rows, ...limits].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function limitRow(how: string, rounds: readonly RawRound[], { ordinary }: Results): string[] {
  const perSecond = rounds.map(({ turnsPerSecond }) => turnsPerSecond);
  const cpu = median(rounds.map(({ postgres }) => postgres)).toFixed(2);
  const mean = `mean ${short(median(rounds.map(({ meanMs }) => meanMs)))}`;
  const figures = `${Math.round(median(perSecond))} (${perSecond.map(Math.round).join(', ')})`;
  const ratio = ordinary ? ratioOf(rounds, ordinary.rounds).toFixed(2) : '–';
  return [
    `raw SQL from a C client, ${how}`,
    figures,
    ratio,
    '–',
    mean,
    '–',
    '–',
    '–',
    `0 + ${cpu} + 0 = ${cpu}`,
    '–',
    '–',
  ];
}

function rowOf(title: string, { rounds, peakBytes }: Result, ordinary: Result | undefined): string[] {
  const mid = (pick: (round: Round) => number) => median(rounds.map(pick));
  const ack = (loop: 'closed' | 'open') =>
    [mid((r) => r[loop].ackP50), mid((r) => r[loop].ackP99), mid((r) => r[loop].ackP999)].map(short).join(' / ');
  const done = (loop: 'closed' | 'open') =>
    [mid((r) => r[loop].doneP50), mid((r) => r[loop].doneP99), mid((r) => r[loop].doneP999)].map(short).join(' / ');
  const cpu = [mid((r) => r.cpu.node), mid((r) => r.cpu.postgres), mid((r) => r.cpu.redis)];
  const sum = cpu.reduce((total, seconds) => total + seconds, 0);
  return [
    title,
    `${Math.round(mid((r) => r.turnsPerSecond))} (${rounds.map((r) => Math.round(r.turnsPerSecond)).join(', ')})`,
    ordinary ? ratioOf(rounds, ordinary.rounds).toFixed(2) : '–',
    ack('closed'),
    done('closed'),
    String(Math.round(mid((r) => r.open.perSecond))),
    ack('open'),
    done('open'),
    `${cpu.map((seconds) => seconds.toFixed(2)).join(' + ')} = ${sum.toFixed(2)}`,
    String(Math.round(peakBytes / 2 ** 20)),
    mid((r) => r.foreignCores).toFixed(2),
  ];
}

// The median of the ratios of each round: what else the machine does changes from round to round, less within one.
function ratioOf(rounds: ReadonlyArray<Pick<Round, 'turnsPerSecond'>>, ordinary: readonly Round[]): number {
  return median(rounds.map((round, n) => round.turnsPerSecond / (ordinary[n]?.turnsPerSecond ?? Number.NaN)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function short(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
