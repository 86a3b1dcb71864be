// Turns the TypeScript sources into dist/marty.js (esbuild) and the web pages into dist/console (Vite), when a source
// has changed since the last time. Plain JavaScript: it runs before there is anything built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, ensureInstalled, root } from './install.mjs';
import { withLock } from './lock.mjs';

const dist = join(root, 'dist');
const BUILD_MAX_MS = 5 * 60_000;
const CHUNK_LIFE_MS = 24 * 60 * 60_000;

/** One thing to build: `name` of its stamp file, the sources that it depends on, and how. */
const parts = [
  {
    name: 'program',
    product: join(dist, 'marty.js'),
    sources: ['package-lock.json', 'src', 'machines', 'actors', 'schema', 'prompts'],
    ignored: 'console',
    make: bundleProgram,
  },
  {
    name: 'console',
    product: join(dist, 'console'),
    sources: ['package-lock.json', 'src/console', 'src/web/wire', 'src/web/text.ts', 'schema'],
    ignored: null,
    make: bundleConsole,
  },
];

/** Builds what is stale. Several processes may call it at once; one builds. */
export async function ensureBuilt() {
  const wanted = parts.filter(
    ({ name }) => name !== 'console' || existsSync(join(root, 'src', 'console', 'vite.config.ts')),
  );
  if (wanted.every(isFresh)) return;
  mkdirSync(dist, { recursive: true });
  await withLock(join(dist, '.lock'), () => buildStale(wanted), BUILD_MAX_MS);
}

/** @param {typeof parts} wanted */
async function buildStale(wanted) {
  for (const part of wanted) {
    if (isFresh(part)) continue;
    const stamp = stampOf(part); // taken before: a source that is saved meanwhile is built again next time
    const startedAt = performance.now();
    await part.make();
    writeFileSync(stampFile(part), stamp);
    console.log(`Built the ${part.name} in ${Math.round(performance.now() - startedAt)} ms`);
  }
}

async function bundleProgram() {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: { marty: 'src/cli/main.ts' },
    outdir: dist,
    bundle: true,
    splitting: true, // a command loads only what it uses
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  });
  removeOldChunks(new Set(Object.keys(metafile.outputs).map((path) => basename(path))));
}

/**
 * A process that was started before still loads chunks of its own build: they go after a day.
 * @param {Set<string>} current
 */
function removeOldChunks(current) {
  const folder = join(dist, 'chunks');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const isOld = Date.now() - statSync(join(folder, name)).mtimeMs > CHUNK_LIFE_MS;
    if (isOld && !current.has(name)) rmSync(join(folder, name), { force: true });
  }
}

// In a process of its own: Vite sets NODE_ENV to production where it runs.
async function bundleConsole() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', join(root, 'src', 'console'), '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('Vite could not build src/console: it says why above');
}

/** @param {(typeof parts)[number]} part */
function isFresh(part) {
  const file = stampFile(part);
  return existsSync(part.product) && existsSync(file) && readFileSync(file, 'utf8') === stampOf(part);
}

/** @param {(typeof parts)[number]} part */
function stampFile({ name }) {
  return join(dist, `.${name}.stamp`);
}

/**
 * Name, size and time of every source, as one hash.
 * @param {(typeof parts)[number]} part
 */
function stampOf({ sources, ignored }) {
  const hash = createHash('sha256');
  for (const source of sources) addTo(hash, join(root, source), ignored);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 * @param {string | null} ignored
 */
function addTo(hash, path, ignored) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) return void hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
  for (const name of readdirSync(path).sort()) if (name !== ignored) addTo(hash, join(path, name), ignored);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  checkNode();
  await ensureInstalled();
  await ensureBuilt();
}
