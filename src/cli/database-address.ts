// Where this process finds Postgres: the address it was given, or the embedded server of its data folder.
import { Client } from 'pg';
import type { Config } from './config/config.ts';
import { attachEmbeddedPostgres, keepRunning } from './embedded/embedded-postgres.ts';

/** A database to connect to. `close` after the last connection was ended: the last process to leave stops the embedded server. */
export type DatabaseAddress = { url: string; isEmbedded: boolean; close: () => Promise<void> };

const NAME = 'marty';
const DUPLICATE_DATABASE = new Set(['42P04', '23505']); // the second is what a race ends in

/** The database of a configuration; the embedded one is started and made when needed, and started again where it goes away. */
export async function openDatabaseAddress({
  database,
  dataDir,
}: Pick<Config, 'database' | 'dataDir'>): Promise<DatabaseAddress> {
  if (database.url !== null) return { url: database.url, isEmbedded: false, close: () => Promise.resolve() };
  const server = await attachEmbeddedPostgres(dataDir);
  try {
    await makeDatabase(server.url);
  } catch (error) {
    await server.close();
    throw error;
  }
  const url = new URL(server.url);
  url.pathname = `/${NAME}`;
  const stopLooking = keepRunning(dataDir, server, (what) => console.warn(what));
  const close = async () => {
    await stopLooking();
    await server.close();
  };
  return { url: url.toString(), isEmbedded: true, close };
}

async function makeDatabase(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${NAME}`);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  } finally {
    await client.end();
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && DUPLICATE_DATABASE.has(String(error.code));
}
