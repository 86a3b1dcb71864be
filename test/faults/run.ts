// `npm run faults`: one shop in processes of its own, customers who never stop buying, and one fault after the other.
// Ends with 1 where anything was lost, doubled or miscounted.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasRedis, startRedis } from '../harness/redis-server.ts';
import type { RedisServer } from '../harness/redis-server.ts';
import * as faults from './faults.ts';
import { OwnServer } from './own-server.ts';
import { makeDisks } from './small-disk.ts';
import type { Disks } from './small-disk.ts';
import { Stage } from './stage.ts';

const HELP = `Runs a shop as in production, two web processes and two workers on a Postgres and a Redis of their own, while customers buy.
Meanwhile processes are frozen, killed and deployed, connections cut and swallowed, Postgres and Redis stopped, Redis emptied, disks filled.
In the end all books are audited: each text heard once, each sale made once, turns without a gap.

  --minutes N     how long (10)
  --customers N   how many buy at a time (6)
  --postgres      the queue in Postgres, without Redis; so it is where there is no redis-server
  --only WORD     only faults with this word in their name
`;
/** Between two faults: enough for what waited to be done (ms). */
const QUIET_MS = 10_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    customers: { type: 'string', default: '6' },
    postgres: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

type Deed = [name: string, happen: () => Promise<unknown>];

function deedsOf(stage: Stage, server: OwnServer, redis: RedisServer | null, disks: Disks | null): Deed[] {
  const own: Deed[] = [
    ['a worker is frozen', () => faults.workerFrozen(stage)],
    ['connections are terminated', () => faults.connectionsTerminated(server)],
    ['a web process is killed', () => faults.webKilled(stage)],
    ['the network is down', () => faults.networkDown(stage)],
    ['a web process is frozen', () => faults.webFrozen(stage)],
    ['Postgres is stopped at once', () => faults.postgresStoppedAtOnce(stage, server)],
    ['a worker is killed', () => faults.workerKilled(stage)],
    ['the network is silent', () => faults.networkSilent(stage)],
    ['every process is deployed', () => faults.deployed(stage)],
  ];
  const ofRedis: Deed[] = redis
    ? [
        ['Redis is emptied', () => faults.redisEmptied(redis)],
        ['Redis is restarted', () => faults.redisRestarted(redis)],
      ]
    : [];
  const ofDisks: Deed[] = disks
    ? [
        ['the disk of the tables is full', () => faults.tablesFull(server, disks.tables)],
        ['the disk of the log is full', () => faults.walFull(stage, server, disks.wal)],
      ]
    : [];
  const all = [...own, ...ofRedis, ...ofDisks];
  const wanted = all.filter(([name]) => name.includes(values.only));
  if (wanted.length > 0) return wanted;
  throw new Error(
    `--only "${values.only}": no fault has that in its name. There are: ${all.map(([name]) => name).join(', ')}`,
  );
}

async function main(): Promise<void> {
  const redis = values.postgres || !hasRedis() ? null : await startRedis();
  const disks = makeDisks();
  if (disks === null) say('no disk is filled: mounting a small one takes root');
  const server = await OwnServer.start();
  try {
    const databaseUrl = await faults.furnish(server, disks);
    const stage = await Stage.open({ databaseUrl, ...(redis === null ? {} : { redisUrl: redis.url }) });
    try {
      await storm(stage, deedsOf(stage, server, redis, disks));
    } finally {
      await stage.close();
    }
  } finally {
    await server.destroy();
    redis?.kill();
    for (const disk of [disks?.tables, disks?.wal]) disk?.remove();
  }
}

async function storm(stage: Stage, deeds: readonly Deed[]): Promise<void> {
  const began = Date.now();
  const isOver = () => Date.now() - began > Number(values.minutes) * 60_000;
  const buying = stage.crowd.buyUntil(Number(values.customers), isOver);
  buying.catch(() => undefined); // heard below
  let happened = 0;
  for (; !isOver(); happened++) {
    const deed = deeds[happened % deeds.length];
    if (!deed) break;
    const [name, happen] = deed;
    say(`${Math.round((Date.now() - began) / 1000)} s, ${stage.crowd.sales} sales: ${name}`);
    await happen();
    await wait(QUIET_MS);
  }
  await buying;
  await stage.audit();
  const seconds = Math.round((Date.now() - began) / 1000);
  say(
    `${happened} faults, ${stage.crowd.sales} sales of ${stage.crowd.sales * 5} texts in ${seconds} s: nothing lost, nothing doubled`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (values.help) say(HELP);
else {
  await main();
  process.exit(0); // a server that fell leaves sockets that nobody closes
}
