// A throw-away Postgres with the shop's schema, for runs outside of the test runner; it is gone when the run is.
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate } from '../../src/cli/migrations/migrate.ts';

/** `url` is a migrated, empty database's. */
export async function withOwnPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(realpathSync(tmpdir()), 'marty-simulation-'));
  chmodSync(dataDir, 0o755); // so that the server's account can enter it when root runs this
  const { url } = await attachEmbeddedPostgres(dataDir, 'thrownAway');
  try {
    const address = new URL(url);
    const server = new Pool({ connectionString: url, max: 1 });
    await server.query('CREATE DATABASE simulation');
    await server.end();
    address.pathname = '/simulation';
    const pool = new Pool({ connectionString: address.toString(), max: 1 });
    await migrate(pool);
    await pool.end();
    return await work(address.toString());
  } finally {
    await destroyEmbeddedPostgres(dataDir);
  }
}
