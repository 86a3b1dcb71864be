// The embedded PostgreSQL of a data folder, shared by every command that runs on it: the first one starts it, the
// others attach, the last one to leave stops it. After a crash the next start finds the living server and attaches; where
// the server itself goes away, whoever lives on it starts it again.
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { every, systemClock } from '../../runtime/clock.ts';
import { attach, countAttached, detach } from './attachments.ts';
import { findBinaries } from './binaries.ts';
import { withLock } from '../lock.mjs';
import { findOrMakePlace, knownPlace } from './place.ts';
import type { Place } from './place.ts';
import { findRunning, hasData, initialise, startServer, statusOf, stopServer, urlOf } from './server.ts';
import type { Server } from './server.ts';
import type { Durability } from './settings.ts';

/** How often somebody looks whether it still runs (ms). */
const LOOK_MS = 1000;
/** More than a shop takes to finish what it has accepted, which may have been told to stop with it (ms). */
const DRAIN_MS = 15_000;

const RUNS_AGAIN = 'Postgres had gone away; it runs again, and nothing that was answered is lost';
const RUNS_ELSEWHERE = 'Postgres had gone away and runs at another port now, for its own was taken: start Marty again';

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

/**
 * Starts the server again, at its address, whenever it has gone away while this process lives on it; one that was told to stop
 * may first wait `drainMs` for those who are connected. Gives back what ends that. @param tell what became of it, once
 */
export function keepRunning(
  dataDir: string,
  { url, pid }: Pick<EmbeddedPostgres, 'url' | 'pid'>,
  tell: (what: string) => void,
  drainMs = DRAIN_MS,
): () => Promise<void> {
  const folder = realpathSync(dataDir);
  const place = knownPlace(folder);
  if (place === null) throw new Error(`there is no database in ${folder}`);
  const port = Number(new URL(url).port);
  let server = { pid, port };
  let stoppingMs = 0;
  let failure = '';
  const revive = async () => {
    server = await withLock(lockOf(folder), async () => (await findRunning(place)) ?? (await startAgain(place)));
    failure = '';
    tell(server.port === port ? RUNS_AGAIN : RUNS_ELSEWHERE);
  };
  const look = async () => {
    const status = statusOf(server, place);
    stoppingMs = status === 'stopping' ? stoppingMs + LOOK_MS : 0;
    if (status === 'gone' || stoppingMs > drainMs) await revive();
  };
  return every(systemClock, LOOK_MS, look, (error) => {
    const what = `Postgres has gone away and does not start: ${error instanceof Error ? error.message : String(error)}`;
    if (what !== failure) tell(what);
    failure = what;
  });
}

async function startNew(place: Place, durability: Durability): Promise<Server> {
  const binaries = await findBinaries(place.account);
  await initialise(place, binaries, durability);
  return startServer(place, binaries, durability);
}

// Never a new, empty one in its place.
async function startAgain(place: Place): Promise<Server> {
  if (!hasData(place)) throw new Error(`its files are gone from ${place.home}`);
  return startServer(place, await findBinaries(place.account), 'kept');
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
