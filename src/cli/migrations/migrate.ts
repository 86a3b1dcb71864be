// Brings a database to this build's schema. Any number of processes may do so at once: an advisory lock lets one
// work and the others find it done.
import { drizzle } from 'drizzle-orm/node-postgres';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { runMigrations } from 'bullmq';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { QUEUE } from '../../runtime/carrier.ts';
import { ConfigError } from '../plain-errors.ts';
import { errorCode } from '../processes.mjs';
import { projectRoot } from '../project-root.ts';
import { assertReachable } from './reachable.ts';

/** The Postgres schema that BullMQ keeps its queues in, where there is no Redis. */
export const QUEUE_SCHEMA = 'bullmq';

// Any constant will do; it must only differ from other advisory locks in the same database.
const MIGRATION_LOCK = 7_301_977;
const NOT_THERE = new Set(['42P01', '3F000']); // no such table, no such schema

/** Where the generated SQL is kept. */
export const migrationsFolder = join(projectRoot, 'schema', 'migrations');

/** Applies the migrations that this database lacks, all of them or none. Waits while another process does it. */
export async function migrate(pool: Pool): Promise<void> {
  if (!existsSync(migrationsFolder))
    throw new Error('schema/migrations is missing: run `npm run db:generate -- <name>`');
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await applyMigrations(drizzle(client), { migrationsFolder });
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    client.release();
  } catch (error) {
    client.release(true); // ends the session, and the lock with it
    throw error;
  }
}

/** Throws a sentence that names `marty migrate` when the database has not the schema of this build. */
export async function assertMigrated(pool: Pool): Promise<void> {
  await assertReachable(pool);
  const wanted = readMigrationFiles({ migrationsFolder }).at(-1)?.hash;
  const { rowCount } = await pool
    .query('SELECT 1 FROM drizzle.__drizzle_migrations WHERE hash = $1', [wanted])
    .catch((error: unknown) => {
      if (NOT_THERE.has(errorCode(error) ?? '')) return { rowCount: 0 };
      throw error;
    });
  if (rowCount === 1) return; // or a newer one: an old build goes on beside it
  throw new ConfigError(['the database has not the schema of this build: run `npm exec marty -- migrate` first']);
}

/**
 * Makes or updates BullMQ's own tables in the schema `bullmq`: for queues on Postgres only. With them the sequence that
 * BullMQ would make at the first job of a queue, which a role that is not the owner may not.
 */
export async function migrateQueues(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query(`SELECT ${QUEUE_SCHEMA}.next_job_id($1)`, [QUEUE]);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
