// The embedded PostgreSQL of a data folder, shared by every command that runs on it: the first one starts it, the
// others attach, the last one to leave stops it. After a crash the next start finds the living server and attaches.
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { every, systemClock } from '../../runtime/clock.ts';
import { attach, countAttached, detach } from './attachments.ts';
import { findBinaries } from './binaries.ts';
import { withLock } from '../lock.mjs';
import { findOrMakePlace, knownPlace } from './place.ts';
import type { Place } from './place.ts';
import { findRunning, initialise, isServing, startServer, stopServer, urlOf } from './server.ts';
import type { Server } from './server.ts';
import type { Durability } from './settings.ts';

/** How often somebody looks whether it still runs (ms). */
const LOOK_MS = 1000;

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
      const server = (await findRunning(place)) ?? (await startNew(place, { durability }));
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

/**
 * Starts the server again, at its address, whenever it has gone away or was told to stop while this process uses it: whoever was
 * connected connects again. Gives back what ends that. @param told what became of it
 */
export function keepRunning(
  dataDir: string,
  { url, pid }: Pick<EmbeddedPostgres, 'url' | 'pid'>,
  told: (what: string) => void,
): () => Promise<void> {
  const folder = realpathSync(dataDir);
  const place = knownPlace(folder);
  if (place === null) throw new Error(`there is no database in ${folder}`);
  let server = { pid, port: Number(new URL(url).port) };
  const revived = () =>
    withLock(lockOf(folder), async () => {
      server = (await findRunning(place)) ?? (await startNew(place, { durability: 'kept', port: server.port }));
      told('Postgres had gone away; it runs again, and nothing that was answered is lost');
    });
  const look = async () => {
    if (!isServing(server, place)) await revived();
  };
  return every(systemClock, LOOK_MS, look, (error) => told(`Postgres has gone away: ${String(error)}`));
}

async function startNew(place: Place, how: { durability: Durability; port?: number }): Promise<Server> {
  const binaries = await findBinaries(place.account);
  await initialise(place, binaries, how.durability);
  return startServer(place, binaries, how);
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
