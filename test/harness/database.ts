// A database of its own for a test file, cloned from the migrated template; dropped when the file is done.
import { randomBytes } from 'node:crypto';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { openDb } from '../../src/commerce/db.ts';

/** What a test file gets. Read the fields inside hooks and tests: they are set before the first `beforeAll` of the file. */
export type TestDatabase = { readonly pool: Pool; readonly db: NodePgDatabase; readonly url: string };

const CONNECTIONS_MAX = 20;

/**
 * Call at the top level of a test file (or a describe). Fails the file when a client of `pool` was not released,
 * and cuts whatever else is still connected.
 */
export function useDatabase(): TestDatabase {
  let current: TestDatabase | null = null;
  const name = `test_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    await onServer(`CREATE DATABASE ${name} TEMPLATE ${inject('template')} STRATEGY ${inject('cloning')}`);
    current = open(name);
  });
  afterAll(async () => {
    const leaked = current === null ? 0 : current.pool.totalCount - current.pool.idleCount;
    if (leaked === 0) await current?.pool.end();
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    if (leaked > 0) throw new Error(`${leaked} client(s) of the test's pool were not released`);
  });

  const opened = (): TestDatabase => {
    if (current === null) throw new Error('useDatabase() is ready only inside hooks and tests');
    return current;
  };
  return {
    get pool() {
      return opened().pool;
    },
    get db() {
      return opened().db;
    },
    get url() {
      return opened().url;
    },
  };
}

function open(name: string): TestDatabase {
  const address = new URL(inject('serverUrl'));
  address.pathname = `/${name}`;
  const pool = new Pool({ connectionString: address.toString(), max: CONNECTIONS_MAX });
  // Dropping the database cuts connections; a leaked one is reported by name, not as an unhandled error.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, db: openDb(pool), url: address.toString() };
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
