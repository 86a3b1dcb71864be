// Installs what package-lock.json names when node_modules lacks it, is older, or was made on another kind of machine.
// Plain JavaScript without dependencies: this is the first thing that runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

/** The folder of package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const INSTALL_MAX_MS = 15 * 60_000;

/** Ends the process with one sentence where Node.js is older than 20.19. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Marty needs Node.js 20.19 or newer and this is ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
  process.exit(1);
}

/** Makes a folder's node_modules match its lock file. Several processes may call it at once; one installs. */
export async function ensureInstalled(folder = root) {
  if (isComplete(folder)) return;
  const installUnlessDone = async () => (isComplete(folder) ? undefined : runNpm(folder));
  await withLock(join(folder, '.marty-install.lock'), installUnlessDone, INSTALL_MAX_MS);
}

// `npm ci` refuses a lock file that lacks some other platform's optional package; `npm install` does not.
/** @param {string} folder */
function runNpm(folder) {
  console.log('Installing what package-lock.json names (npm ci) …');
  if (npm(folder, ['ci']) || npm(folder, ['install', '--no-save'])) return;
  throw new Error(`Installing failed, and npm says why above. Mend it, run \`npm ci\` in ${folder}, and try again.`);
}

/**
 * @param {string} cwd
 * @param {string[]} command
 */
function npm(cwd, command) {
  const args = [...command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npmOf(cwd, args, { stdio: 'inherit' });
  if (result.error !== undefined) console.error(`npm could not be run: ${result.error.message}`);
  return result.status === 0;
}

/**
 * Runs the npm that runs this process, or else the one of the PATH.
 * @param {string} cwd
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
export function npmOf(cwd, args, options) {
  const cli = process.env['npm_execpath'] ?? '';
  return cli.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [cli, ...args], { ...options, cwd })
    : spawnSync('npm', args, { ...options, cwd, shell: process.platform === 'win32' });
}

// npm notes what it has installed, as its last act, in node_modules/.package-lock.json. Comparing with it also finds
// folders that were copied from another kind of machine, and costs a few milliseconds.
/** @param {string} folder */
export function isComplete(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const installed = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || !isForThisMachine(entry)) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isOfOneKind(entry);
    return found.version === entry.version && existsSync(join(folder, path));
  });
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} Entry
 * @param {string} file
 * @returns {Record<string, Entry>}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** @param {Entry} entry */
function isForThisMachine({ os, cpu, libc }) {
  return allows(os, process.platform) && allows(cpu, process.arch) && allows(libc, isMusl() ? 'musl' : 'glibc');
}

/**
 * Whether a package is made for one kind of machine only: such an optional one is needed on that machine.
 * @param {Entry} entry
 */
function isOfOneKind({ os, cpu }) {
  return os !== undefined && cpu !== undefined;
}

/**
 * npm's rule: a list of what is allowed, or with `!` of what is not.
 * @param {string[] | undefined} list
 * @param {string} value
 */
function allows(list, value) {
  if (list === undefined) return true;
  return list.some((item) => item.startsWith('!')) ? !list.includes(`!${value}`) : list.includes(value);
}

function isMusl() {
  return (
    process.platform === 'linux' && (existsSync('/lib/ld-musl-x86_64.so.1') || existsSync('/lib/ld-musl-aarch64.so.1'))
  );
}
