import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../src/cli/lock.mjs';
import { isAlive, isRunning, processMark } from '../../src/cli/processes.mjs';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'marty-lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('a lock file', () => {
  test('lets one after the other work, and leaves nothing behind', async () => {
    const path = join(folder, 'lock');
    let inside = 0;
    let insideMax = 0;
    const work = async () => {
      inside += 1;
      insideMax = Math.max(insideMax, inside);
      await Promise.resolve();
      inside -= 1;
      return inside;
    };
    await Promise.all([1, 2, 3, 4].map(() => withLock(path, work)));
    expect(insideMax).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a dead process is taken over', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, `${deadPid()} left-by-a-killed-process`);
    expect(await withLock(path, () => Promise.resolve('worked'))).toBe('worked');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a living process is waited for, and then named', async () => {
    const path = join(folder, 'lock');
    const mark = processMark(process.ppid);
    writeFileSync(path, `${mark} at-work`);
    const attempt = withLock(path, () => Promise.resolve('worked'), 60);
    await expect(attempt).rejects.toThrow(`is held by process ${process.ppid}: end that process, or delete the file`);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('is given back when the work fails', async () => {
    const path = join(folder, 'lock');
    await expect(withLock(path, () => Promise.reject(new Error('work failed')))).rejects.toThrow('work failed');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a process mark', () => {
  test.runIf(process.platform === 'linux')('is not fooled by another process with the same id', () => {
    expect(isAlive(`${process.pid}.1`)).toBe(false);
  });

  test('lives as long as its process', () => {
    expect(isAlive(processMark(process.pid))).toBe(true);
    expect(isAlive(String(deadPid()))).toBe(false);
    expect(isAlive('')).toBe(false);
    expect(isRunning(-1)).toBe(false);
  });
});
