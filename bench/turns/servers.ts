// Postgres with durable commits and Redis, both for this run alone, and a database for each subject.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate, migrateQueues } from '../../src/cli/migrations/migrate.ts';
import { ORDINARY_TABLES } from '../ordinary.ts';
import type { SubjectName } from './subject.ts';

export type Servers = {
  postgresPid: number;
  redisPid: number;
  redisUrl: string;
  /** For sockets and such; deleted with everything else. */
  folder: string;
  /** A new database that the subject can start on. */
  databaseFor: (subject: SubjectName | 'raw', customers: number) => Promise<string>;
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
  const postgres = await attachEmbeddedPostgres(folder, 'kept');
  const redis = await startRedis();
  return {
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    redisUrl: redis.url,
    folder,
    databaseFor: (subject, customers) => makeDatabase(postgres.url, subject, customers),
    describe: () => describe(postgres.url, redis.version),
    async stop() {
      redis.stop();
      await destroyEmbeddedPostgres(folder);
    },
  };
}

async function makeDatabase(serverUrl: string, subject: SubjectName | 'raw', customers: number): Promise<string> {
  const name = subject.replace('-', '_');
  await onDatabase(serverUrl, (pool) => pool.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await onDatabase(url.toString(), async (pool) => {
    if (subject === 'raw') return;
    if (subject === 'ordinary' || subject === 'ordinary-lean') {
      await pool.query(ORDINARY_TABLES);
      await pool.query('INSERT INTO customers SELECT n, 0, NULL, now() FROM generate_series(0, $1 - 1) n', [customers]);
    } else await migrate(pool);
    if (subject === 'ours-postgres') await migrateQueues(pool);
  });
  return url.toString();
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      );
    });
  });
}
