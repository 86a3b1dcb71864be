// What can go wrong around a running shop, each as one deed that ends with everything back in its place. The shop gets no
// other help: it must find back by itself.
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisServer } from '../harness/redis-server.ts';
import type { OwnServer } from './own-server.ts';
import type { Disks, SmallDisk } from './small-disk.ts';
import type { Stage } from './stage.ts';

/** Longer than a command's lease (6 s), a lane's idle transaction (5 s) and a pool's (10 s). */
const LONGER_THAN_LEASES_MS = 12_000;
const OUTAGE_MS = 8_000;
/** What an orchestrator gives a process before it kills it (ms). */
const LEAVES_WITHIN_MS = 30_000;
const DATABASE = 'shop';
const TABLESPACE = 'small';

/** Puts the shop's database, and the log, on disks that can be filled. */
export async function furnish(server: OwnServer, disks: Disks | null): Promise<string> {
  if (disks === null) await server.run(`CREATE DATABASE ${DATABASE}`);
  else {
    await server.moveWal(disks.wal.folder);
    await server.run('ALTER SYSTEM SET max_wal_size = 64'); // MB: the disk is small
    await server.run('SELECT pg_reload_conf()');
    await server.addTablespace(TABLESPACE, disks.tables.folder);
    await server.run(`CREATE DATABASE ${DATABASE} TABLESPACE ${TABLESPACE}`);
  }
  return server.urlOf(DATABASE);
}

/** `pg_terminate_backend` for every connection of the shop, again and again. */
export async function connectionsTerminated(server: OwnServer): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await server.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`);
    await wait(1_500);
  }
}

export async function networkDown({ way }: Stage): Promise<void> {
  way.close();
  await wait(OUTAGE_MS);
  way.open();
}

/** Nobody is told that the connections are gone: not the shop, and not Postgres. */
export async function networkSilent({ way }: Stage): Promise<void> {
  way.silence();
  await wait(OUTAGE_MS);
  way.open();
}

export async function postgresStoppedAtOnce(stage: Stage, server: OwnServer): Promise<void> {
  await server.stopAtOnce();
  await wait(OUTAGE_MS / 2);
  await startAgain(stage, server);
}

/** @throws when Postgres did not answer 53100 meanwhile */
export async function tablesFull(server: OwnServer, disk: SmallDisk): Promise<void> {
  disk.fill();
  const big = 'CREATE TABLE one_too_many AS SELECT generate_series(1, 1000000)';
  const met = await server.run(big, DATABASE).then(() => 'no error', sqlStateOf);
  await wait(OUTAGE_MS);
  disk.empty();
  if (met !== '53100') throw new Error(`the disk was full and Postgres answered ${met}`);
}

function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'nothing';
}

/** Postgres panics, cannot recover while there is no room, and is started by somebody who has made some. */
export async function walFull(stage: Stage, server: OwnServer, disk: SmallDisk): Promise<void> {
  disk.fill();
  // Fills what is left of the segments that are there already, more than the disk could hold.
  const fill = `SELECT pg_logical_emit_message(false, 'filler', repeat('x', 100000)) FROM generate_series(1, 2500)`;
  const panic = await server.run(fill).then(
    () => 'none',
    () => 'it fell',
  );
  if (panic === 'none') throw new Error('Postgres found room for its log on a full disk');
  await server.stopAtOnce();
  await wait(OUTAGE_MS / 2);
  disk.empty();
  await startAgain(stage, server);
}

export async function workerFrozen({ workers }: Stage): Promise<void> {
  workers[0]?.freeze();
  await wait(LONGER_THAN_LEASES_MS);
  workers[0]?.thaw();
}

export async function webFrozen({ webs }: Stage): Promise<void> {
  webs[0]?.freeze();
  await wait(LONGER_THAN_LEASES_MS);
  webs[0]?.thaw();
}

export async function workerKilled({ workers }: Stage): Promise<void> {
  await workers[0]?.kill();
  await workers[0]?.start();
}

export async function webKilled({ webs }: Stage): Promise<void> {
  await webs[0]?.kill();
  await webs[0]?.start();
}

/** `FLUSHALL`, four times: the queue forgets every job. */
export async function redisEmptied(redis: RedisServer): Promise<void> {
  const client = new Redis(redis.url);
  for (let n = 0; n < 4; n++) {
    await client.flushall();
    await wait(1_500);
  }
  client.disconnect();
}

/** It is gone for a while and comes back empty. */
export async function redisRestarted(redis: RedisServer): Promise<void> {
  redis.kill();
  await wait(OUTAGE_MS);
  await redis.restart();
}

/** Every process leaves as a deployment makes it leave, one after the other. @throws when one did not leave well, or too late */
export async function deployed({ webs, workers }: Stage): Promise<void> {
  for (const program of [...webs, ...workers]) {
    const { code, ms } = await program.stop();
    if (code !== 0 || ms > LEAVES_WITHIN_MS) throw new Error(`a ${program.role} left with ${code} after ${ms} ms`);
    await program.start();
  }
}

async function startAgain(stage: Stage, server: OwnServer): Promise<void> {
  await server.start();
  stage.way.lead(server.port);
  stage.backWay.lead(server.port);
}
