// One subject's measurements of one round: closed loop at full speed, then open loop at a share of what that reached.
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
/** CPU seconds per 1,000 full turns; `generator` and `foreign` (everything else on the machine) are not the subject's. */
export type Cpu = { node: number; postgres: number; redis: number };
export type Round = {
  turnsPerSecond: number;
  closed: Times;
  open: Times & { perSecond: number };
  cpu: Cpu;
  /** Cores that others used meanwhile: the load generator, and what has nothing to do with the benchmark. */
  generatorCores: number;
  foreignCores: number;
};

export type Pids = { node: number; postgres: number; redis: number };
/** `openPerSecond`: arrivals of the open loop; without it, a share of what the closed loop reached. */
export type Plan = { callers: number; seconds: number; openPerSecond: number | null };

/** Open loop runs at this share of the closed loop's throughput. */
const OPEN_SHARE = 0.6;
const WARM_UP_MS = 1_500;

export async function measureRound(load: Load, pids: Pids, { callers, seconds, openPerSecond }: Plan): Promise<Round> {
  await load.closed(callers, WARM_UP_MS);
  const before = spent(pids);
  const ways = await load.closed(callers, seconds * 1000);
  const used = since(before, spent(pids));
  const perSecond = openPerSecond ?? (ways.length / seconds) * OPEN_SHARE;
  const open = await load.open(perSecond, seconds * 1000);
  const perThousand = (cpuSeconds: number) => (cpuSeconds / ways.length) * 1000;
  return {
    turnsPerSecond: ways.length / seconds,
    closed: timesOf(ways),
    open: { perSecond, ...timesOf(open) },
    cpu: { node: perThousand(used.node), postgres: perThousand(used.postgres), redis: perThousand(used.redis) },
    generatorCores: used.generator / used.elapsed,
    foreignCores: (used.machine - used.node - used.postgres - used.redis - used.generator) / used.elapsed,
  };
}

function spent(pids: Pids) {
  return {
    elapsed: performance.now() / 1000,
    node: cpuSecondsOf(pids.node, false),
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
