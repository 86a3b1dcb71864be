// Makes a database ready to serve: this build's schema, the first store, and in development its demo books.
import { seedBooks } from '../../catalogue/seed-books.ts';
import { openDb } from '../../commerce/db.ts';
import { seedStore } from '../../commerce/stores.ts';
import { openDatabase } from '../../runtime/database.ts';
import type { Database } from '../../runtime/database.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config/config.ts';
import { makePartitions } from '../../runtime/partitions.ts';
import { openDatabaseAddress } from '../database-address.ts';
import { migrate, migrateQueues } from '../migrations/migrate.ts';
import { assertReachable } from '../migrations/reachable.ts';
import { grantTo } from '../migrations/roles.ts';
import { PARTITIONED } from '../shop/partitioned.ts';

/** Safe to run again and beside running processes. The caller's own connection keeps an embedded server running meanwhile. */
export async function prepare(config: Config, say: (line: string) => void): Promise<void> {
  say(config.database.url === null ? 'Starting the embedded Postgres …' : 'Looking at the database …');
  await withDatabase(config, async (database) => {
    await bringUpToDate(config, database);
    const books = await seed(config, database);
    if (books > 0) say(`Put ${books} books on the shelves.`);
  });
}

/** `marty migrate` @param flags.grantTo a role that gets just what the running program needs */
export async function runMigrate(flags: { grantTo?: string } = {}): Promise<void> {
  const { config } = loadConfig();
  await withDatabase(config, async (database) => {
    await bringUpToDate(config, database);
    if (flags.grantTo !== undefined) await grantTo(database.pool, flags.grantTo);
  });
  console.log('The database has the schema of this build.');
}

/** `marty seed` */
export async function runSeed(): Promise<void> {
  const { config } = loadConfig();
  const books = await withDatabase(config, (database) => seed(config, database));
  console.log(books > 0 ? `Put ${books} books on the shelves.` : 'The shelves were full already.');
}

async function bringUpToDate({ redisUrl }: Config, { pool }: Database): Promise<void> {
  await migrate(pool);
  if (redisUrl === null) await migrateQueues(pool);
  await makePartitions(pool, PARTITIONED, Date.now());
}

// A shop in production sells its own books: it gets its store, and imports the rest.
async function seed(config: Config, { pool }: Database): Promise<number> {
  const db = openDb(pool);
  const store = await seedStore(db, { slug: 'main', ...config.store });
  return config.mode === 'production' && !config.isDemo ? 0 : seedBooks(db, store.id);
}

/** Opens the configured database for one piece of work and leaves nothing running that was not running before. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const address = await openDatabaseAddress(config);
  const { driver, neonWsProxy } = config.database;
  const database = openDatabase({ url: address.url, driver, wsProxy: neonWsProxy ?? undefined });
  try {
    await assertReachable(database.pool);
    return await work(database);
  } finally {
    await database.close();
    await address.close();
  }
}
