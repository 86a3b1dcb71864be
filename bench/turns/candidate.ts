// One way under measurement: its database, its process or processes, and the load that writes to them.
import type { SubjectReport } from './channel.ts';
import { findMistakes } from './check.ts';
import type { Mistakes } from './check.ts';
import { residentBytes } from './cpu.ts';
import { createLoad } from './load.ts';
import type { Load, LoadOptions } from './load.ts';
import type { Pids, Round } from './measure.ts';
import { startProcess } from './process.ts';
import type { Running } from './process.ts';
import { onDatabase } from './servers.ts';
import type { Servers } from './servers.ts';
import type { SubjectName } from './subject.ts';
import { WAYS } from './ways.ts';

export type CandidateOptions = Omit<LoadOptions, 'name' | 'send'> & {
  lanes: number | undefined;
  /** Arguments for the process under test, such as `--cpu-prof`. */
  nodeArgs: readonly string[];
};

export type Candidate = {
  name: SubjectName;
  url: string;
  load: Load;
  pids: Pids;
  rounds: Round[];
  /** Stops it and looks whether everything is right. */
  conclude: () => Promise<Result>;
  /** May be called twice. */
  stop: () => Promise<void>;
};

export type Result = {
  rounds: Round[];
  mistakes: Mistakes;
  messages: number;
  repeats: number;
  /** Of the process of Node; a database of its own included. */
  peakBytes: number;
  /** The share of a table's updates that Postgres made in place, without touching an index. */
  hotShares: Record<string, number>;
};

/** How it is set up: how many processes; the database's name; the address by which the processes reach it. */
export type Setting = { processes?: number; database?: string; through?: (url: string) => string };

/** Starts it on a new database. */
export async function startCandidate(
  name: SubjectName,
  servers: Servers,
  options: CandidateOptions,
  setting: Setting = {},
): Promise<Candidate> {
  const { database = name } = setting;
  const url = await servers.databaseFor(database, (pool) => WAYS[name].prepare(pool, options.customers));
  return startOn(url, name, servers, options, setting);
}

/** Starts it on a database that is there; of several processes, each message goes to one, in turn. */
export async function startOn(
  url: string,
  name: SubjectName,
  servers: Servers,
  { lanes, nodeArgs, ...loadOptions }: CandidateOptions,
  { processes = 1, through = (direct) => direct }: Setting = {},
): Promise<Candidate> {
  const running: Running[] = [];
  for (let n = 1; n <= processes; n++) {
    const { folder } = servers;
    const redisUrl = servers.redisFor(url);
    const own = { subject: name, name: `${name}-${n}`, databaseUrl: through(url), redisUrl, folder, lanes };
    running.push(await startProcess(own, nodeArgs));
  }
  let next = 0;
  const rounds: Round[] = [];
  const load = createLoad({
    ...loadOptions,
    name,
    send: (message) => running[next++ % processes]?.send(message),
  });
  const reports = hearAll(running, load);
  const storePid = running[0]?.storePid ?? null;
  const stop = async () => void (await Promise.all(running.map((one) => one.stop())));
  return {
    name,
    url,
    load,
    pids: { node: running.map(({ pid }) => pid), postgres: storePid ?? servers.postgresPid, redis: servers.redisPid },
    rounds,
    stop,
    async conclude() {
      const all = await reports();
      const storeBytes = storePid === null ? 0 : residentBytes(storePid, 'VmHWM');
      await stop();
      return {
        ...(await verdict(name, url, load, all)),
        peakBytes: all.reduce((sum, { peakBytes }) => sum + peakBytes, storeBytes),
        hotShares: await hotSharesOf(url),
        rounds,
      };
    },
  };
}

function hearAll(running: readonly Running[], load: Load): () => Promise<SubjectReport[]> {
  const waiting = new Map<Running, (report: SubjectReport) => void>();
  for (const one of running)
    one.hearWith((answer) => (answer.kind === 'report' ? waiting.get(one)?.(answer) : load.hear(answer)));
  return () =>
    Promise.all(
      running.map(
        (one) =>
          new Promise<SubjectReport>((resolve) => {
            waiting.set(one, resolve);
            one.send({ kind: 'report' });
          }),
      ),
    );
}

async function verdict(name: SubjectName, url: string, load: Load, reports: readonly SubjectReport[]) {
  const { sent, recognised } = load.repeats();
  const messages = [...load.accepted.values()].reduce((sum, count) => sum + count, 0);
  const [runs, runTwice] = [
    reports.reduce((sum, report) => sum + report.runs, 0),
    reports.reduce((sum, report) => sum + report.runTwice, 0),
  ];
  const found = await findMistakes(name, url, load.accepted, reports[0] ?? { survey: null });
  const mistakes: Mistakes = {
    ...found,
    ranTwice: runTwice + Math.abs(messages - runs),
    takenTwice: sent - recognised,
  };
  return { mistakes, messages, repeats: sent };
}

const FEW_UPDATES = 100;

async function hotSharesOf(url: string): Promise<Record<string, number>> {
  const { rows } = await onDatabase(url, (pool) =>
    pool.query<{ name: string; share: number }>(
      `SELECT relname AS name, n_tup_hot_upd::float / n_tup_upd AS share FROM pg_stat_user_tables
       WHERE n_tup_upd >= $1 ORDER BY n_tup_upd DESC`,
      [FEW_UPDATES],
    ),
  );
  return Object.fromEntries(rows.map(({ name, share }) => [name, share]));
}
