// Medians over the rounds as a Markdown table, ratios to the ordinary way, and the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';
import type { Mistakes } from './check.ts';
import type { Round } from './measure.ts';
import type { SubjectName } from './subject.ts';

export type Result = { rounds: Round[]; mistakes: Mistakes; messages: number; repeats: number; peakBytes: number };
export type Results = Partial<Record<SubjectName, Result>>;
export type Report = {
  at: string;
  plan: { callers: number; seconds: number; rounds: number; customers: number; snapshotBytes: number };
  machine: Record<string, string>;
  results: Results;
};

const NAMES: Record<SubjectName, string> = {
  'ours-redis': 'Marty, BullMQ on Redis',
  'ours-postgres': 'Marty, BullMQ in Postgres',
  ordinary: 'the ordinary way, BullMQ on Redis',
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
  'ack p50 / p99 ms',
  'end to end p50 / p99 ms',
  'open loop at 60 %: per s',
  'ack p50 / p99 ms',
  'end to end p50 / p99 ms',
  'CPU s per 1,000: node + Postgres + Redis',
  'peak MB',
  "others' cores",
];

/** The table as Markdown. */
export function tableOf(results: Results): string {
  const entries = Object.entries(NAMES).flatMap(([name, title]) => {
    const result = Object.entries(results).find(([subject]) => subject === name)?.[1];
    return result ? [{ title, result }] : [];
  });
  const rows = entries.map(({ title, result }) => rowOf(title, result, results.ordinary));
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf(title: string, { rounds, peakBytes }: Result, ordinary: Result | undefined): string[] {
  const mid = (pick: (round: Round) => number) => median(rounds.map(pick));
  const pair = (first: (round: Round) => number, second: (round: Round) => number) =>
    `${short(mid(first))} / ${short(mid(second))}`;
  const cpu = [mid((r) => r.cpu.node), mid((r) => r.cpu.postgres), mid((r) => r.cpu.redis)];
  const sum = cpu.reduce((total, seconds) => total + seconds, 0);
  return [
    title,
    `${Math.round(mid((r) => r.turnsPerSecond))} (${rounds.map((r) => Math.round(r.turnsPerSecond)).join(', ')})`,
    ordinary ? ratioOf(rounds, ordinary.rounds).toFixed(2) : '–',
    pair(
      (r) => r.closed.ackP50,
      (r) => r.closed.ackP99,
    ),
    pair(
      (r) => r.closed.doneP50,
      (r) => r.closed.doneP99,
    ),
    String(Math.round(mid((r) => r.open.perSecond))),
    pair(
      (r) => r.open.ackP50,
      (r) => r.open.ackP99,
    ),
    pair(
      (r) => r.open.doneP50,
      (r) => r.open.doneP99,
    ),
    `${cpu.map((seconds) => seconds.toFixed(2)).join(' + ')} = ${sum.toFixed(2)}`,
    String(Math.round(peakBytes / 2 ** 20)),
    mid((r) => r.foreignCores).toFixed(2),
  ];
}

// The median of the ratios of each round: what else the machine does changes from round to round, less within one.
function ratioOf(rounds: readonly Round[], ordinary: readonly Round[]): number {
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
