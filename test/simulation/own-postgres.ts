// A throw-away Postgres for one simulated world after the other, with the shop's schema and with nobody else on it. On a server that is
// shared, others say when a page is cleaned of its dead rows and when a plan is made anew, and rows then come in another order.
import { Pool } from 'pg';
import { destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate } from '../../src/cli/migrations/migrate.ts';
import { startThrowawayPostgres } from '../harness/throwaway-postgres.ts';
import { hangUp } from './connections.ts';

const DATABASE = 'simulation';
/**
 * Autovacuum comes when it pleases, and a page that the checkpointer is about to write is not cleaned of its dead rows by who reads it:
 * each world has a checkpoint as it begins, and no other. The rest only writes and counts what nobody will ask for.
 */
const SETTINGS = [
  'autovacuum = off',
  "checkpoint_timeout = '1d'",
  'bgwriter_lru_maxpages = 0',
  'track_counts = off',
  'track_activities = off',
  'update_process_title = off',
];
/** As those of the test runner, which removes what a killed run has left behind (test/harness/global-setup.ts). */
const PREFIX = 'marty-test-simulation-';

/** `url` is that of a migrated, empty database; `close` deletes the server and its files. */
export type OwnPostgres = { url: string; close: () => Promise<void> };

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const { dataDir, url: serverUrl } = await startThrowawayPostgres(PREFIX);
  await query(serverUrl, [...SETTINGS.map((setting) => `ALTER SYSTEM SET ${setting}`), 'SELECT pg_reload_conf()']);
  await query(serverUrl, [`CREATE DATABASE ${DATABASE}`]);
  const url = addressOf(serverUrl, DATABASE);
  const pool = new Pool({ connectionString: url, max: 1 });
  await migrate(pool);
  await pool.end();
  const close = async () => {
    await hangUp(url);
    await destroyEmbeddedPostgres(dataDir);
  };
  return { url, close };
}

async function query(url: string, statements: readonly string[]): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  for (const statement of statements) await pool.query(statement);
  await pool.end();
}

function addressOf(serverUrl: string, database: string): string {
  const address = new URL(serverUrl);
  address.pathname = `/${database}`;
  return address.toString();
}
