// What can go wrong, by name: `npm run faults` goes through all of it, and the tests do as much in one running shop.
import { hasRedis } from '../harness/redis-server.ts';
import * as faults from './faults.ts';
import type { Premises } from './premises.ts';
import { canMakeDisks } from './small-disk.ts';
import type { Disks } from './small-disk.ts';

type Part = 'redis' | 'disks';
export type Deed = { name: string; needs?: Part; happen: (premises: Premises) => Promise<unknown> };

/** In an order that lets the shop recover between things of one kind. */
export const DEEDS: readonly Deed[] = [
  { name: 'a worker is frozen', happen: ({ stage }) => faults.workerFrozen(stage) },
  { name: 'connections are terminated', happen: ({ server }) => faults.connectionsTerminated(server) },
  { name: 'a web process is killed', happen: ({ stage }) => faults.webKilled(stage) },
  { name: 'the network is down', happen: ({ stage }) => faults.networkDown(stage) },
  { name: 'a web process is frozen', happen: ({ stage }) => faults.webFrozen(stage) },
  { name: 'Postgres is stopped at once', happen: ({ stage, server }) => faults.postgresStoppedAtOnce(stage, server) },
  { name: 'a worker is killed', happen: ({ stage }) => faults.workerKilled(stage) },
  { name: 'the network is silent', happen: ({ stage }) => faults.networkSilent(stage) },
  { name: 'every process is deployed', happen: ({ stage }) => faults.deployed(stage) },
  { name: 'Redis is emptied', needs: 'redis', happen: (premises) => faults.redisEmptied(redisOf(premises)) },
  { name: 'Redis is restarted', needs: 'redis', happen: (premises) => faults.redisRestarted(redisOf(premises)) },
  {
    name: 'the disk of the tables is full',
    needs: 'disks',
    happen: (premises) => faults.tablesFull(premises.server, disksOf(premises).tables),
  },
  {
    name: 'the disk of the log is full',
    needs: 'disks',
    happen: (premises) => faults.walFull(premises.stage, premises.server, disksOf(premises).wal),
  },
];

/** Whether this machine has what it takes. */
export function isPossible({ needs }: Deed): boolean {
  if (needs === undefined) return true;
  return needs === 'redis' ? hasRedis() : canMakeDisks();
}

/** @throws where there is none of that name */
export function deedNamed(name: string): Deed {
  const deed = DEEDS.find((one) => one.name === name);
  if (deed === undefined) throw new Error(`no fault is named "${name}"`);
  return deed;
}

function redisOf({ redis }: Premises): NonNullable<Premises['redis']> {
  if (redis === null) throw new Error('this shop has no Redis: install redis-server');
  return redis;
}

function disksOf({ disks }: Premises): Disks {
  if (disks === null) throw new Error('no small disk can be mounted here: run as root');
  return disks;
}
