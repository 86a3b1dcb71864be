// Postgres with durable commits and Redis, both for this run alone, and a database for each subject.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from '../../test/harness/free-port.ts';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
export type Servers = {
  /** Of Postgres. */
  url: string;
  postgresPid: number;
  redisPid: number;
  /** The Redis database that goes with one of Postgres: no way sees another's queue. */
  redisFor: (databaseUrl: string) => string;
  /** For sockets and such; deleted with everything else. */
  folder: string;
  /** A new database that a way can start on; with `like`, first a copy of that database, which nobody may use meanwhile. */
  databaseFor: (way: string, prepare: (pool: pg.Pool) => Promise<void>, like?: string) => Promise<string>;
  /** Where the database's files are: what is filled must fit there. */
  dataFolder: () => Promise<string>;
  /** Bytes of write-ahead log that were written so far, by all databases. */
  walBytes: () => Promise<number>;
  /** What the servers are, for the report. */
  describe: () => Promise<Record<string, string>>;
  stop: () => Promise<void>;
};

const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
];

/** @throws where there is no `redis-server` */
export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-bench-'));
  chmodSync(folder, 0o755); // so that the server's account can enter it when root runs the benchmark
  const postgres = await startPostgres(folder);
  const redis = await startRedis();
  return {
    url: postgres.url,
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    redisFor: numbering(redis.url),
    folder,
    databaseFor: (way, prepare, like) => makeDatabase(postgres.url, way, prepare, like),
    dataFolder: () => dataFolderOf(postgres.url),
    walBytes: () => walBytesOf(postgres.url),
    describe: () => describe(postgres.url, redis.version),
    async stop() {
      redis.stop();
      await destroyEmbeddedPostgres(folder);
    },
  };
}

/** As its manual advises for a machine of its own: a quarter of the memory is the server's. */
async function startPostgres(folder: string): Promise<EmbeddedPostgres> {
  const small = await attachEmbeddedPostgres(folder, 'kept');
  const megabytes = Math.round(totalmem() / 4 / 2 ** 20);
  await onDatabase(small.url, (pool) => pool.query(`ALTER SYSTEM SET shared_buffers = '${megabytes}MB'`));
  await small.close();
  return attachEmbeddedPostgres(folder, 'kept');
}

function numbering(redisUrl: string): (databaseUrl: string) => string {
  const numbers = new Map<string, number>();
  return (databaseUrl) => {
    const number = numbers.get(databaseUrl) ?? numbers.size;
    numbers.set(databaseUrl, number);
    return `${redisUrl}/${number}`;
  };
}

async function makeDatabase(
  serverUrl: string,
  way: string,
  prepare: (pool: pg.Pool) => Promise<void>,
  like = 'template1',
): Promise<string> {
  const name = way.replaceAll('-', '_');
  await onDatabase(serverUrl, (pool) => pool.query(`CREATE DATABASE ${name} TEMPLATE ${like.replaceAll('-', '_')}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await onDatabase(url.toString(), prepare);
  return url.toString();
}

async function dataFolderOf(url: string): Promise<string> {
  const { rows } = await onDatabase(url, (pool) => pool.query<{ data_directory: string }>('SHOW data_directory'));
  return rows[0]?.data_directory ?? '/';
}

async function walBytesOf(url: string): Promise<number> {
  const { rows } = await onDatabase(url, (pool) =>
    pool.query<{ bytes: string }>("SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes"),
  );
  return Number(rows[0]?.bytes);
}

/** Opens a pool for a few statements. */
export async function onDatabase<T>(url: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined); // a server that is stopped cuts what is still closing
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

async function describe(url: string, redisVersion: string): Promise<Record<string, string>> {
  const { rows } = await onDatabase(url, (pool) =>
    pool.query<{ name: string; setting: string }>(
      'SELECT name, current_setting(name) AS setting FROM pg_settings WHERE name = ANY($1)',
      [SETTINGS],
    ),
  );
  return { redis_version: redisVersion, ...Object.fromEntries(rows.map(({ name, setting }) => [name, setting])) };
}

async function startRedis() {
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  const failed = new Promise<never>((_, fail) =>
    server.once('error', () => fail(new Error('there is no redis-server here'))),
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 25, maxRetriesPerRequest: null });
  client.on('error', () => undefined); // expected until it listens
  const info = await Promise.race([client.info('server'), failed]);
  client.disconnect();
  const version = /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
  return { pid: server.pid ?? 0, url, version, stop: () => void server.kill('SIGTERM') };
}
