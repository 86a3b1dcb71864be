// What docs/scale.md says, computed from what was measured and what is assumed. A test holds the document against this.
import type { Closed } from '../turns/measure.ts';
import { median } from '../turns/median.ts';
import type { ScaleReport, ScaleRun } from './run.ts';

/** Not measured: what a shop's customers do, and what a provider charges. Change them and read the table anew. */
export const ASSUMED = {
  textsACustomerAMonth: 20,
  /** Hearing, composing, a bubble or two, sometimes a till. */
  fullTurnsAText: 4,
  /** The busiest hour's share of an average one. */
  peak: 5,
  /** Of a core, so that the tail stays short. */
  utilisation: 0.6,
  dollarsACoreAMonth: 40,
  /** Of the largest ordinary server. */
  postgresCores: 64,
};

const MONTH_S = 30 * 24 * 3600;

export type Scale = {
  node: number;
  postgres: number;
  redis: number;
  all: number;
  turnsACoreSecond: number;
  customersACore: number;
  dollarsAThousandCustomers: number;
  postgresTurnsPerSecond: number;
  postgresCustomers: number;
  walMegabytesPerSecond: number;
};

/** The figures of one measured run, CPU in seconds for 1,000 full turns. */
export function scaleOf({ rounds }: ScaleRun, assumed = ASSUMED): Scale {
  const mid = (pick: (loop: Closed) => number) => median(rounds.map(pick));
  const [node, postgres, redis] = [
    mid(({ cpu }) => cpu.node),
    mid(({ cpu }) => cpu.postgres),
    mid(({ cpu }) => cpu.redis),
  ];
  const all = node + postgres + redis;
  const turnsACoreSecond = 1000 / all;
  const peakTurnsACustomerSecond = (assumed.textsACustomerAMonth * assumed.fullTurnsAText * assumed.peak) / MONTH_S;
  const customersFor = (turnsPerSecond: number) => turnsPerSecond / peakTurnsACustomerSecond;
  const customersACore = customersFor(turnsACoreSecond * assumed.utilisation);
  const postgresTurnsPerSecond = (assumed.postgresCores * assumed.utilisation * 1000) / postgres;
  return {
    node,
    postgres,
    redis,
    all,
    turnsACoreSecond,
    customersACore,
    dollarsAThousandCustomers: (assumed.dollarsACoreAMonth / customersACore) * 1000,
    postgresTurnsPerSecond,
    postgresCustomers: customersFor(postgresTurnsPerSecond),
    walMegabytesPerSecond: (postgresTurnsPerSecond * mid(({ walBytes }) => walBytes)) / 1e6,
  };
}

const HEAD = [
  'round trip to the database',
  'processes',
  'callers',
  'full turns/s (rounds)',
  'end to end p50 / p99 ms',
  'CPU s per 1,000: node + Postgres + Redis',
  "others' cores",
];

/** What was measured, as Markdown. */
export function scaleTable({ runs }: Pick<ScaleReport, 'runs'>): string {
  const rows = runs.map((run) => {
    const mid = (pick: (loop: Closed) => number) => median(run.rounds.map(pick));
    const { node, postgres, redis, all } = scaleOf(run);
    const perSecond = run.rounds.map(({ turnsPerSecond }) => Math.round(turnsPerSecond)).join(', ');
    return [
      `${run.roundTripMs.toFixed(1)} ms`,
      String(run.processes),
      String(run.rounds[0]?.callers),
      `${Math.round(mid(({ turnsPerSecond }) => turnsPerSecond))} (${perSecond})`,
      `${Math.round(mid(({ times }) => times.doneP50))} / ${Math.round(mid(({ times }) => times.doneP99))}`,
      `${[node, postgres, redis].map((part) => part.toFixed(2)).join(' + ')} = ${all.toFixed(2)}`,
      mid(({ foreignCores }) => foreignCores).toFixed(2),
    ];
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The sums, as lines of Markdown. */
export function scaleSums(run: ScaleRun, assumed = ASSUMED): string[] {
  const scale = scaleOf(run, assumed);
  const round = (value: number) => Number(value.toPrecision(2)).toLocaleString('en-US');
  return [
    `a core-second is ${round(scale.turnsACoreSecond)} full turns (1,000 / ${scale.all.toFixed(2)})`,
    `a core is ${round(scale.customersACore)} customers`,
    `a thousand customers are $${scale.dollarsAThousandCustomers.toFixed(2)} of cores a month`,
    `one Postgres of ${assumed.postgresCores} cores is ${round(scale.postgresTurnsPerSecond)} full turns/s (1,000 / ${scale.postgres.toFixed(2)} a core), ${round(scale.postgresCustomers)} customers`,
    `it writes ${round(scale.walMegabytesPerSecond)} MB of log a second then`,
  ];
}
