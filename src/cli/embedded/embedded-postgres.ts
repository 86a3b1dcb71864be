// The embedded PostgreSQL of a data folder, shared by every command that runs on it: the first one starts it, the
// others attach, the last one to leave stops it. After a crash the next start finds the living server and attaches.
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach, countAttached, detach } from './attachments.ts';
import { findBinaries } from './binaries.ts';
import { withLock } from '../lock.mjs';
import { findOrMakePlace, knownPlace } from './place.ts';
import type { Place } from './place.ts';
import { findRunning, initialise, startServer, stopServer, urlOf } from './server.ts';
import type { Server } from './server.ts';
import type { Durability } from './settings.ts';

/** A use of the server. `url` names the database `postgres`, which is always there; `close` may be called twice. */
export type EmbeddedPostgres = { url: string; pid: number; close: () => Promise<void> };

/**
 * Attaches to the server of `dataDir` (made when missing), starting it when it does not run.
 * Throws one sentence where the platform has no binaries (it names DATABASE_URL), and when Postgres does not start.
 */
export async function attachEmbeddedPostgres(
  dataDir: string,
  durability: Durability = 'kept',
): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true });
  const folder = realpathSync(dataDir);
  return withLock(lockOf(folder), async () => {
    const note = attach(folder);
    try {
      const place = findOrMakePlace(folder);
      const server = (await findRunning(place)) ?? (await startNew(place, durability));
      return { url: urlOf(server, place, 'postgres'), pid: server.pid, close: () => leave(folder, note) };
    } catch (error) {
      detach(note);
      throw error;
    }
  });
}

/** Stops the server of a data folder whatever uses it, and deletes its files. For tests' throw-away folders. */
export async function destroyEmbeddedPostgres(dataDir: string): Promise<void> {
  const folder = realpathSync(dataDir);
  const place = knownPlace(folder);
  if (place !== null) {
    await stopIfRunning(place);
    rmSync(place.home, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

async function startNew(place: Place, durability: Durability): Promise<Server> {
  const binaries = await findBinaries(place.account);
  await initialise(place, binaries, durability);
  return startServer(place, binaries, durability);
}

async function leave(folder: string, note: string): Promise<void> {
  await withLock(lockOf(folder), async () => {
    detach(note);
    const place = knownPlace(folder);
    if (place !== null && countAttached(folder) === 0) await stopIfRunning(place);
  });
}

async function stopIfRunning(place: Place): Promise<void> {
  const server = await findRunning(place);
  if (server !== null) await stopServer(server.pid);
}

function lockOf(folder: string): string {
  return join(folder, 'postgres.lock');
}
