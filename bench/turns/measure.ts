// One subject's measurements of one round: closed loop at full speed with so many callers, then open loop at rates of arrival.
import { performance } from 'node:perf_hooks';
import { cpuSecondsOf, machineCpuSeconds } from './cpu.ts';
import type { Load, Way } from './load.ts';

/** Times in ms. */
export type Times = {
  ackP50: number;
  ackP99: number;
  ackP999: number;
  doneP50: number;
  doneP99: number;
  doneP999: number;
};
/** CPU seconds per 1,000 full turns; of a way with a database of its own, that one's stand for Postgres'. */
export type Cpu = { node: number; postgres: number; redis: number };
export type Loop = {
  turnsPerSecond: number;
  times: Times;
  cpu: Cpu;
  /** Write-ahead log of Postgres, in bytes for each full turn. */
  walBytes: number;
  /** Cores that others used meanwhile: the load generator, and what has nothing to do with the benchmark. */
  generatorCores: number;
  foreignCores: number;
};
export type Closed = Loop & { callers: number };
export type Open = Loop & { rate: string; perSecond: number };
export type Round = { closed: Closed[]; open: Open[] };

/** The processes whose time is a turn's: one of Node, or several. */
export type Pids = { node: readonly number[]; postgres: number; redis: number };
/** Arrivals of an open loop: so many a second, or a share of what the closed loop reached at best. */
export type Rate = { perSecond: number } | { share: number };
export type Plan = { callers: readonly number[]; seconds: number; rates: readonly Rate[] };

const WARM_UP_MS = 1_500;
const CHANGE_MS = 500;

/** @param walBytes written so far */
export async function measureRound(
  load: Pick<Load, 'closed' | 'open'>,
  pids: Pids,
  walBytes: () => Promise<number>,
  { callers, seconds, rates }: Plan,
): Promise<Round> {
  const ms = seconds * 1000;
  const measured = (run: () => Promise<Way[]>) => measureLoop(run, seconds, pids, walBytes);
  const closed: Closed[] = [];
  for (const count of callers) {
    await load.closed(count, Math.min(ms, closed.length === 0 ? WARM_UP_MS : CHANGE_MS));
    closed.push({ callers: count, ...(await measured(() => load.closed(count, ms))) });
  }
  const best = Math.max(...closed.map(({ turnsPerSecond }) => turnsPerSecond));
  const open: Open[] = [];
  for (const rate of rates) {
    const perSecond = 'share' in rate ? best * rate.share : rate.perSecond;
    open.push({ rate: nameOf(rate), perSecond, ...(await measured(() => load.open(perSecond, ms))) });
  }
  return { closed, open };
}

/** `60 %` or `20/s`. */
export function nameOf(rate: Rate): string {
  return 'share' in rate ? `${Math.round(rate.share * 100)} %` : `${rate.perSecond}/s`;
}

async function measureLoop(
  run: () => Promise<Way[]>,
  seconds: number,
  pids: Pids,
  walBytes: () => Promise<number>,
): Promise<Loop> {
  const walBefore = await walBytes();
  const before = spent(pids);
  const ways = await run();
  const used = since(before, spent(pids));
  const perThousand = (cpuSeconds: number) => (cpuSeconds / ways.length) * 1000;
  return {
    turnsPerSecond: ways.filter(({ inTime }) => inTime).length / seconds,
    times: timesOf(ways),
    cpu: { node: perThousand(used.node), postgres: perThousand(used.postgres), redis: perThousand(used.redis) },
    walBytes: ((await walBytes()) - walBefore) / ways.length,
    generatorCores: used.generator / used.elapsed,
    foreignCores: (used.machine - used.node - used.postgres - used.redis - used.generator) / used.elapsed,
  };
}

function spent(pids: Pids) {
  return {
    elapsed: performance.now() / 1000,
    node: pids.node.reduce((sum, pid) => sum + cpuSecondsOf(pid, false), 0),
    postgres: cpuSecondsOf(pids.postgres, true),
    redis: cpuSecondsOf(pids.redis, false),
    generator: cpuSecondsOf(process.pid, false),
    machine: machineCpuSeconds(),
  };
}

function since(before: ReturnType<typeof spent>, after: ReturnType<typeof spent>): ReturnType<typeof spent> {
  return {
    elapsed: after.elapsed - before.elapsed,
    node: after.node - before.node,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
    generator: after.generator - before.generator,
    machine: after.machine - before.machine,
  };
}

function timesOf(ways: readonly Way[]): Times {
  const acks = sorted(ways.map(({ ackMs }) => ackMs));
  const dones = sorted(ways.map(({ doneMs }) => doneMs));
  return {
    ackP50: at(acks, 0.5),
    ackP99: at(acks, 0.99),
    ackP999: at(acks, 0.999),
    doneP50: at(dones, 0.5),
    doneP99: at(dones, 0.99),
    doneP999: at(dones, 0.999),
  };
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b);
}

function at(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}
