import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate, migrationsFolder } from '../../src/cli/migrations/migrate.ts';

const name = `empty_${randomBytes(6).toString('hex')}`;
const url = new URL(inject('serverUrl'));
url.pathname = `/${name}`;

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

describe('migrations', () => {
  const pools = [1, 2, 3].map(() => new Pool({ connectionString: url.toString(), max: 2 }));
  beforeAll(() => onServer(`CREATE DATABASE ${name}`));
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await onServer(`DROP DATABASE ${name}`);
  });

  test('several processes may migrate an empty database at once, and again', async () => {
    await Promise.all(pools.map(migrate));
    await Promise.all(pools.map(migrate));
    const applied = await pools[0]?.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations',
    );
    expect(applied?.rows).toEqual([{ count: readMigrationFiles({ migrationsFolder }).length }]);
  });

  test('the journal and the transcript are partitioned, each with a partition for what no other takes', async () => {
    const [pool] = pools;
    const answer = await pool?.query<{ parent: string; child: string; bound: string }>(
      `SELECT inhparent::regclass::text AS parent, inhrelid::regclass::text AS child, pg_get_expr(relpartbound, inhrelid) AS bound
       FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r' ORDER BY 1`,
    );
    expect(answer?.rows).toEqual([
      { parent: 'events', child: 'events_default', bound: 'DEFAULT' },
      { parent: 'messages', child: 'messages_default', bound: 'DEFAULT' },
    ]);
  });
});
