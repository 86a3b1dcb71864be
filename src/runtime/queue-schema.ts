// BullMQ's own tables, for queues that live in Postgres.
import { assertSchemaCompatibility, DEFAULT_SCHEMA, runMigrations } from 'bullmq';
import type pg from 'pg';

/** Brings BullMQ's schema up to what this build's BullMQ needs; may run in several processes at once. */
export async function migrateQueue(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, DEFAULT_SCHEMA);
    await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}
