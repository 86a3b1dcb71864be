// One PostgreSQL server process: made ready, found again, started, stopped. Which one runs is read from the
// `postmaster.pid` that Postgres itself keeps in its data folder, so a crash of ours leaves nothing stale.
import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { commandLine, errorCode, isRunning } from '../processes.mjs';
import { serverArguments, SETTINGS_AT_FIRST } from './settings.ts';
import type { Durability } from './settings.ts';

/** A server that takes connections on 127.0.0.1. */
export type Server = { pid: number; port: number };

const USER = 'marty';
const START_MAX_MS = 60_000;
const STOP_MAX_MS = 30_000;
const POLL_MS = 20;
/** Attempts at a start, and the first wait between two of them (ms); each wait is twice the one before: six seconds in all. */
const ATTEMPTS_MAX = 8;
const ATTEMPT_AGAIN_MS = 50;

/** Address of one database of a server. */
export function urlOf(server: Server, place: Place, database: string): string {
  return `postgresql://${USER}:${place.password}@127.0.0.1:${server.port}/${database}`;
}

/** Makes the data folder when there is none. Throws when it belongs to another major version of Postgres. */
export async function initialise(place: Place, binaries: Binaries, durability: Durability): Promise<void> {
  const data = dataFolder(place);
  if (existsSync(data)) return refuseOtherVersion(data, binaries);
  const draft = `${data}.new`; // renamed when whole: a killed initdb leaves nothing that looks ready
  const passwordFile = join(place.home, 'password.new');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, place.password, { mode: 0o600 });
  if (place.account !== null) chownSync(passwordFile, place.account.uid, place.account.gid);
  try {
    await run(
      binaries.initdb,
      [...initArguments(draft, passwordFile), ...(durability === 'kept' ? [] : ['--no-sync'])],
      place,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, data);
}

/** The server that already runs on this place, once it takes connections; null when there is none. One that was told to stop is ended. */
export async function findRunning(place: Place): Promise<Server | null> {
  for (let waitedMs = 0; waitedMs < START_MAX_MS; waitedMs += POLL_MS) {
    const state = readState(place);
    if (state === null || !isPostgres(state.pid, place)) return null;
    if (state.status === 'ready') return { pid: state.pid, port: state.port };
    // It waits for those who are connected, and lets nobody in any more: told so once more, it ends at once.
    if (state.status === 'stopping') await stopServer(state.pid);
    await wait(POLL_MS);
  }
  throw new Error(`Postgres has not become ready within ${START_MAX_MS / 1000} s: see ${logFile(place)}`);
}

/** Whether this server runs, and whether it was told to stop. */
export function statusOf({ pid }: Pick<Server, 'pid'>, place: Place): 'serving' | 'stopping' | 'gone' {
  if (!isRunning(pid)) return 'gone';
  return readState(place)?.status === 'stopping' ? 'stopping' : 'serving';
}

/** Whether there is anything to serve. */
export function hasData(place: Place): boolean {
  return existsSync(dataFolder(place));
}

/**
 * Starts a server that outlives this process, on the port that it had last where that is free, and waits until it takes connections. It ends at once where
 * somebody took the port meanwhile, or where processes of a server that was killed have not noticed yet: both pass.
 */
export async function startServer(place: Place, binaries: Binaries, durability: Durability): Promise<Server> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    if (attempt > 1) await wait(ATTEMPT_AGAIN_MS * 2 ** (attempt - 2));
    rmSync(join(dataFolder(place), 'postmaster.pid'), { force: true }); // nobody runs: the caller holds the lock and looked
    const pid = spawnServer(place, binaries, durability, await freePort(lastPort(place)));
    const server = await untilReady(pid, place);
    if (server !== null) return server;
  }
  throw new Error(`Postgres does not start: ${lastLines(logFile(place))}`);
}

/** Ends a server and waits for it: open connections are cut, what is committed is kept. */
export async function stopServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isRunning(pid)) return;
    tell(pid, signal);
    for (let waitedMs = 0; isRunning(pid) && waitedMs < STOP_MAX_MS; waitedMs += POLL_MS) await wait(POLL_MS);
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error; // it has just ended by itself
  }
}

function initArguments(draft: string, passwordFile: string): string[] {
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const settings = Object.entries(SETTINGS_AT_FIRST).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', draft, '--encoding=UTF8', ...locale, ...access, ...settings];
}

function refuseOtherVersion(data: string, binaries: Binaries): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.majorVersion) return;
  throw new Error(
    `${data} was made by Postgres ${found} and this is ${binaries.majorVersion}: move it away, or set MARTY_DATA_DIR or DATABASE_URL`,
  );
}

function spawnServer(place: Place, binaries: Binaries, durability: Durability, port: number): number {
  const log = openSync(logFile(place), 'a', 0o600);
  const child = spawn(binaries.postgres, serverArguments(dataFolder(place), port, durability), {
    ...asAccount(place),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined); // seen below as a process that is not there
  child.unref();
  return child.pid ?? 0;
}

async function untilReady(pid: number, place: Place): Promise<Server | null> {
  for (let waitedMs = 0; waitedMs < START_MAX_MS; waitedMs += POLL_MS) {
    const state = readState(place);
    if (state?.pid === pid && state.status === 'ready') return { pid, port: state.port };
    if (!isRunning(pid)) return null;
    await wait(POLL_MS);
  }
  throw new Error(`Postgres has not become ready within ${START_MAX_MS / 1000} s: see ${logFile(place)}`);
}

function isPostgres(pid: number, place: Place): boolean {
  const line = isRunning(pid) ? commandLine(pid) : null;
  return line !== null && line.includes(dataFolder(place));
}

// Lines of postmaster.pid: 1 pid, 2 data folder, 3 start time, 4 port, …, 8 status (`ready`, `starting`, `stopping`).
function readState(place: Place): { pid: number; port: number; status: string } | null {
  const file = join(dataFolder(place), 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** Where others who live on it look for it. */
function lastPort(place: Place): number {
  const file = join(dataFolder(place), 'postmaster.opts');
  const found = existsSync(file) ? /"port=(\d+)"/.exec(readFileSync(file, 'utf8')) : null;
  return Number(found?.[1] ?? 0);
}

/** @param wanted where it is taken, or 0, any other */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no free port')) : resolve(address.port),
      );
    });
  });
}

async function run(program: string, args: string[], place: Place): Promise<void> {
  const child = spawn(program, args, { ...asAccount(place), stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1000)));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint.trim()}`);
}

function asAccount(place: Place): { cwd: string; env: Record<string, string>; uid?: number; gid?: number } {
  return { cwd: place.home, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...place.account };
}

function dataFolder(place: Place): string {
  return join(place.home, 'data');
}

function logFile(place: Place): string {
  return join(place.home, 'postgres.log');
}

function lastLines(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-4).join(' ').trim() : 'it left no log';
}
