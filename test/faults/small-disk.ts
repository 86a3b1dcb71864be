// A disk that can be filled to its last byte and emptied again: a small tmpfs of its own, which takes root to mount.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, openSync, closeSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MOUNTED_MB = 192;

export type SmallDisk = {
  /** An empty folder on it. */
  readonly folder: string;
  /** Takes all the room that is left. */
  fill: () => void;
  /** Gives it back. */
  empty: () => void;
  remove: () => void;
};

/** For a server's tables and for its write-ahead log. */
export type Disks = { tables: SmallDisk; wal: SmallDisk };

/** Whether this machine has a way to make one. */
export function canMakeDisks(): boolean {
  const disk = makeSmallDisk();
  disk?.remove();
  return disk !== null;
}

/** Null where this machine has no way to make them. */
export function makeDisks(): Disks | null {
  const tables = makeSmallDisk();
  const wal = tables && makeSmallDisk();
  return wal && { tables, wal };
}

function makeSmallDisk(): SmallDisk | null {
  const mounted = mountOne();
  return mounted === null ? null : diskAt(mounted, () => void execFileSync('umount', ['--lazy', mounted]));
}

function mountOne(): string | null {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-small-'));
  chmodSync(folder, 0o755);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNTED_MB}m,mode=0755`, 'marty-small', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

function diskAt(root: string, unmount: () => void): SmallDisk {
  const folder = join(root, 'data');
  const ballast = join(root, 'ballast');
  mkdirSync(folder);
  return {
    folder,
    fill: () => writeUntilFull(ballast),
    empty: () => rmSync(ballast, { force: true }),
    remove() {
      unmount();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function writeUntilFull(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let size = 2 ** 20; size >= 512; size /= 2) appendWhileRoom(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function appendWhileRoom(file: number, block: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, block) < block.length) return;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
