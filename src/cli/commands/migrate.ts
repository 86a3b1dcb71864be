// `marty migrate`: the database gets this build's schema, and BullMQ's own tables where the queues are on Postgres.
import { openDatabase } from '../../runtime/database.ts';
import { loadConfig } from '../config.ts';
import { openDatabaseAddress } from '../database-address.ts';
import { migrate, migrateQueues } from '../migrations/migrate.ts';

/** Prints one line when done. */
export async function runMigrate(): Promise<void> {
  const { config } = loadConfig();
  const address = await openDatabaseAddress(config);
  const { driver, neonWsProxy } = config.database;
  const database = openDatabase({ url: address.url, driver, wsProxy: neonWsProxy ?? undefined });
  try {
    await migrate(database.pool);
    if (config.redisUrl === null) await migrateQueues(database.pool);
    console.log('The database has the schema of this build.');
  } finally {
    await database.close();
    await address.close();
  }
}
