// Is that process still the one that we noted? Process ids are used again, so a note holds the start time besides
// where the system tells it (Linux); elsewhere the id alone has to do. Plain JavaScript: it runs before any build.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The id and start time of a process, as one word that can be kept in a file: `4711` or `4711.982331`.
 * @param {number} pid
 */
export function processMark(pid) {
  const startedAt = startTicks(pid);
  return startedAt === null ? String(pid) : `${pid}.${startedAt}`;
}

/**
 * Whether the process with this mark still runs. A mark that cannot be read is dead.
 * @param {string} mark
 */
export function isAlive(mark) {
  const [pidText = '', startedAt] = mark.split('.');
  const pid = Number(pidText);
  if (!isRunning(pid)) return false;
  return startedAt === undefined || startTicks(pid) === startedAt;
}

/**
 * Whether any process has this id, be it ours or another user's. One that has ended and that no parent asks after, as
 * happens in containers without an init, does not run.
 * @param {number} pid
 */
export function isRunning(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return statOf(pid)?.[STATE] !== 'Z';
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * The command line of a process, or null where it cannot be seen.
 * @param {number} pid
 */
export function commandLine(pid) {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
}

/**
 * The `code` of a system error (`ENOENT`), or undefined.
 * @param {unknown} error
 */
export function errorCode(error) {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** @param {number} pid */
function startTicks(pid) {
  return statOf(pid)?.[START] ?? null;
}

// Fields of /proc/<pid>/stat, counted from the third on.
const STATE = 0;
const START = 19;

/**
 * The second field is a name in brackets that may hold blanks and brackets itself: what is wanted comes after it.
 * @param {number} pid
 */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // not Linux, or no such process
  }
}
