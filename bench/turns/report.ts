// Medians over the rounds as Markdown tables, ratios to the ordinary way, and the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';
import type { Result } from './candidate.ts';
import type { Loop } from './measure.ts';
import { median } from './median.ts';
import type { Raw, RawRound } from './raw.ts';
import type { SubjectName } from './subject.ts';
import { WAYS } from './ways.ts';

export type Results = Partial<Record<SubjectName, Result>>;
export type Report = {
  at: string;
  plan: Record<string, unknown>;
  machine: Record<string, string>;
  results: Results;
  /** The limit, where there was a `pgbench`. */
  raw: Raw | null;
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

const CLOSED_HEAD = [
  'way',
  'callers',
  'full turns/s (rounds)',
  '× ordinary',
  'ack p50 / p99 / p99.9 ms',
  'end to end p50 / p99 / p99.9 ms',
  'CPU s per 1,000: node + database + Redis',
  'WAL KB a turn',
  "others' cores",
];
const OPEN_HEAD = [
  'way',
  'arrivals',
  'per s',
  'ack p50 / p99 / p99.9 ms',
  'end to end p50 / p99 / p99.9 ms',
  'peak MB',
  'updates in place',
];

type Titled = { title: string; result: Result };

/** The closed loops: a row for each way and number of callers; then the limit. */
export function closedTableOf({ results, raw }: Pick<Report, 'results' | 'raw'>): string {
  const { ordinary } = results;
  const rows = titled(results).flatMap(({ title, result }) =>
    (result.rounds[0]?.closed ?? []).map(({ callers }, n) => {
      const loops = result.rounds.flatMap(({ closed }) => closed[n] ?? []);
      const baseline = ordinary?.rounds.flatMap(({ closed }) => closed[n] ?? []) ?? [];
      return closedRow(title, callers, loops, baseline);
    }),
  );
  const limits = raw ? [limitRow('one by one', raw.oneByOne), limitRow('16 at a time', raw.batched)] : [];
  return markdown(CLOSED_HEAD, [...rows, ...limits]);
}

/** The open loops, with what a process held at most and how Postgres updated its rows. */
export function openTableOf({ results }: Pick<Report, 'results'>): string {
  const rows = titled(results).flatMap(({ title, result }) =>
    (result.rounds[0]?.open ?? []).map(({ rate }, n) => {
      const loops = result.rounds.flatMap(({ open }) => open[n] ?? []);
      const perSecond = Math.round(median(loops.map((loop) => loop.perSecond)));
      const shares = Object.entries(result.hotShares).map(([table, share]) => `${table} ${percent(share)}`);
      const peak = String(Math.round(result.peakBytes / 2 ** 20));
      return [title, rate, String(perSecond), acksOf(loops), donesOf(loops), peak, shares.join(', ') || '–'];
    }),
  );
  return markdown(OPEN_HEAD, rows);
}

function titled(results: Results): Titled[] {
  return Object.entries(WAYS).flatMap(([name, { title }]) => {
    const result = Object.entries(results).find(([subject]) => subject === name)?.[1];
    return result ? [{ title, result }] : [];
  });
}

function closedRow(title: string, callers: number, loops: readonly Loop[], baseline: readonly Loop[]): string[] {
  return [
    title,
    String(callers),
    figuresOf(loops),
    baseline.length > 0 ? ratioOf(loops, baseline).toFixed(2) : '–',
    acksOf(loops),
    donesOf(loops),
    cpuOf(loops),
    (median(loops.map(({ walBytes }) => walBytes)) / 1024).toFixed(1),
    median(loops.map(({ foreignCores }) => foreignCores)).toFixed(2),
  ];
}

function limitRow(how: string, rounds: readonly RawRound[]): string[] {
  const cpu = median(rounds.map(({ postgres }) => postgres)).toFixed(2);
  const mean = `mean ${short(median(rounds.map(({ meanMs }) => meanMs)))}`;
  return [
    `raw SQL from a C client, ${how}`,
    '–',
    figuresOf(rounds),
    '–',
    '–',
    mean,
    `0 + ${cpu} + 0 = ${cpu}`,
    '–',
    '–',
  ];
}

function figuresOf(rounds: ReadonlyArray<{ turnsPerSecond: number }>): string {
  const perSecond = rounds.map(({ turnsPerSecond }) => turnsPerSecond);
  return `${Math.round(median(perSecond))} (${perSecond.map(Math.round).join(', ')})`;
}

function acksOf(loops: readonly Loop[]): string {
  return timesOf(loops, ['ackP50', 'ackP99', 'ackP999']);
}

function donesOf(loops: readonly Loop[]): string {
  return timesOf(loops, ['doneP50', 'doneP99', 'doneP999']);
}

function timesOf(loops: readonly Loop[], names: ReadonlyArray<keyof Loop['times']>): string {
  return names.map((name) => short(median(loops.map(({ times }) => times[name])))).join(' / ');
}

function cpuOf(loops: readonly Loop[]): string {
  const parts = (['node', 'postgres', 'redis'] as const).map((part) => median(loops.map(({ cpu }) => cpu[part])));
  const sum = parts.reduce((total, seconds) => total + seconds, 0);
  return `${parts.map((seconds) => seconds.toFixed(2)).join(' + ')} = ${sum.toFixed(2)}`;
}

// The median of the ratios of each round: what else the machine does changes from round to round, less within one.
function ratioOf(loops: readonly Loop[], baseline: readonly Loop[]): number {
  return median(loops.map(({ turnsPerSecond }, n) => turnsPerSecond / (baseline[n]?.turnsPerSecond ?? Number.NaN)));
}

function markdown(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function short(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
