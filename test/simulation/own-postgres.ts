// A throw-away Postgres with the shop's schema, for runs outside of the test runner; it is gone when the run is.
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate } from '../../src/cli/migrations/migrate.ts';

const TEMPLATE = 'simulation';

/** `urls` are those of migrated, empty databases, as many as were asked for. */
export async function withOwnPostgres<T>(databases: number, work: (urls: readonly string[]) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(realpathSync(tmpdir()), 'marty-simulation-'));
  chmodSync(dataDir, 0o755); // so that the server's account can enter it when root runs this
  const { url } = await attachEmbeddedPostgres(dataDir, 'thrownAway');
  try {
    const server = new Pool({ connectionString: url, max: 1 });
    await server.query(`CREATE DATABASE ${TEMPLATE}`);
    const pool = new Pool({ connectionString: addressOf(url, TEMPLATE), max: 1 });
    await migrate(pool);
    await pool.end();
    const names = Array.from({ length: databases }, (_, n) => `${TEMPLATE}_${n}`);
    for (const name of names) await server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    await server.end();
    return await work(names.map((name) => addressOf(url, name)));
  } finally {
    await destroyEmbeddedPostgres(dataDir);
  }
}

function addressOf(serverUrl: string, database: string): string {
  const address = new URL(serverUrl);
  address.pathname = `/${database}`;
  return address.toString();
}
