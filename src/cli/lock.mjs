// One process at a time: a file that holds its owner's mark and appears whole or not at all (link is atomic).
// A lock whose owner is dead is taken over, so a SIGKILL never blocks the next start. Plain JavaScript: it runs before any build.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode, isAlive, processMark } from './processes.mjs';

const WAIT_MAX_MS = 90_000;
const POLL_MS = 25;

/**
 * Runs `work` while holding the lock at `path`. Throws when another process has held it for `waitMaxMs`.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {number} [waitMaxMs] 90 seconds by default
 * @returns {Promise<T>}
 */
export async function withLock(path, work, waitMaxMs = WAIT_MAX_MS) {
  const mine = `${processMark(process.pid)} ${randomUUID()}`;
  await acquire(path, mine, waitMaxMs);
  try {
    return await work();
  } finally {
    if (read(path) === mine) rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} mine
 * @param {number} waitMaxMs
 */
async function acquire(path, mine, waitMaxMs) {
  for (let waitedMs = 0; waitedMs < waitMaxMs; waitedMs += POLL_MS) {
    if (tryLink(path, mine)) return;
    removeIfOwnerIsDead(path);
    await wait(POLL_MS);
  }
  const owner = read(path)?.split('.')[0] ?? 'unknown';
  throw new Error(`${path} is held by process ${owner}: end that process, or delete the file`);
}

/**
 * @param {string} path
 * @param {string} mine
 */
function tryLink(path, mine) {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param {string} path */
function removeIfOwnerIsDead(path) {
  const held = read(path);
  if (held === null || isAlive(held.split(' ')[0] ?? '')) return;
  const aside = `${path}.dead.${randomUUID()}`;
  try {
    renameSync(path, aside);
    // Between reading and renaming, a third process may have taken the lock over: give it back.
    if (read(aside) !== held) linkSync(aside, path);
  } catch {
    return; // another process was quicker
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
