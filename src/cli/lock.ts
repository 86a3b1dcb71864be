// One process at a time: a file that holds its owner's mark and appears whole or not at all (link is atomic).
// A lock whose owner is dead is taken over, so a SIGKILL never blocks the next start.
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode, isAlive, processMark } from './processes.ts';

const WAIT_MAX_MS = 90_000;
const POLL_MS = 25;

/** Runs `work` while holding the lock at `path`. Throws when another process has held it for 90 seconds. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = `${processMark(process.pid)} ${randomUUID()}`;
  await acquire(path, mine);
  try {
    return await work();
  } finally {
    if (read(path) === mine) rmSync(path, { force: true });
  }
}

async function acquire(path: string, mine: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_MAX_MS; waitedMs += POLL_MS) {
    if (tryLink(path, mine)) return;
    removeIfOwnerIsDead(path);
    await wait(POLL_MS);
  }
  throw new Error(
    `${path} is held by process ${read(path)?.split(' ')[0] ?? 'unknown'}; end that process or delete the file`,
  );
}

function tryLink(path: string, mine: string): boolean {
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

function removeIfOwnerIsDead(path: string): void {
  const held = read(path);
  if (held === null || isAlive(held.split(' ')[0] ?? '')) return;
  const aside = `${path}.dead.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was quicker
  }
  // Between reading and renaming, a third process may have taken the lock over: give it back.
  if (read(aside) !== held) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
