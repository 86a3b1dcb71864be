// `npm test`, `npm run test:all`, `npm run check` and CI: installs what is missing, then runs the tools one after the
// other without a shell. Arguments after the task go to vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode, ensureInstalled, root } from './install.mjs';
import { lookForHoles } from './known-holes.mjs';

/**
 * What `npm run check` looks at before the tests: a title, and the tool's package with its arguments, or what does it.
 * @type {Array<{ title: string, tool: string, bin?: string, args: string[] } | { title: string, look: () => boolean }>}
 */
const CHECKS = [
  { title: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { title: 'types', tool: 'typescript', bin: 'tsc', args: ['-p', '.'] },
  { title: 'types of the pages', tool: 'typescript', bin: 'tsc', args: ['-p', 'src/console'] },
  { title: 'lint', tool: 'oxlint', args: ['--deny-warnings'] },
  {
    title: 'layers',
    tool: 'dependency-cruiser',
    bin: 'depcruise',
    args: ['--output-type', 'err', 'src', 'machines', 'actors', 'schema'],
  },
  { title: 'dead code', tool: 'knip', args: [] },
  { title: 'fresh migrations', tool: 'tsx', args: ['src/cli/migrations/generate.ts', '--check'] },
  { title: 'known holes', look: lookForHoles },
];

/** What takes seconds: before each commit, where `npm run hooks` was run once. */
const QUICK = new Set(['format', 'types', 'lint', 'layers']);

/** @type {Record<string, (args: string[]) => boolean>} */
const tasks = {
  test: runFast,
  'test:all': (args) => runTests([...projects('fast*', 'long', 'kernel-*'), ...args]),
  // Whole shops, one at a time: each is a load of its own.
  'test:full': (args) => runTests(['--project', 'full', '--no-file-parallelism', ...args]),
  'check:quick': () => runChecks(CHECKS.filter(({ title }) => QUICK.has(title))).length === 0,
  check: (args) => runChecks(CHECKS).length === 0 && runFast(args),
  ci: runCi,
};

checkNode();
const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) {
  console.error(`"${name}" is no task: use one of ${Object.keys(tasks).join(', ')}`);
  process.exit(1);
}
try {
  await ensureInstalled();
  const { ensureBuilt } = await import('./build.mjs');
  await ensureBuilt(); // tests of whole processes and of pages run what is built
  process.exitCode = task(args) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {string[]} names of vitest's projects */
function projects(...names) {
  return names.flatMap((name) => ['--project', name]);
}

// Half of their time they wait, so on two cores four workers are quicker than three: 291 s instead of 302 s.
/** @param {string[]} args */
function runFast(args) {
  const workers = Math.max(4, Math.min(6, availableParallelism()));
  return runTests([...projects('fast*'), `--maxWorkers=${workers}`, ...args]);
}

/** @param {string[]} args */
function runTests(args) {
  return run('vitest', ['run', ...args]);
}

/** Runs every check, also after one has failed; gives back the titles of those that failed. */
/** @param {typeof CHECKS} checks */
function runChecks(checks) {
  const failed = checks.filter((check) => {
    const { title } = check;
    const startedAt = performance.now();
    const passed = 'look' in check ? check.look() : run(check.tool, check.args, check.bin);
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    return !passed;
  });
  return failed.map(({ title }) => title);
}

// Each test once: the fast ones, the checks, the long ones; then one line for all of it. A failed check counts as a failed test.
/** @param {string[]} args */
function runCi(args) {
  const folder = mkdtempSync(join(tmpdir(), 'marty-ci-'));
  const tallyFile = join(folder, 'tally');
  process.env['TALLY_FILE'] = tallyFile;
  const fast = runFast(args);
  const failedChecks = runChecks(CHECKS);
  const long = runTests([...projects('long', 'kernel-*'), ...args]);
  const tally = readTally(tallyFile);
  rmSync(folder, { recursive: true, force: true });
  const failed = Math.max(tally.failed, fast && long ? 0 : 1) + failedChecks.length;
  for (const { where, why } of tally.failures) console.log(`failed: ${where}: ${why}`);
  if (failedChecks.length > 0) console.log(`failed checks: ${failedChecks.join(', ')}`);
  if (tally.skipped > 0) console.log(`${tally.skipped} skipped`);
  console.log(`${tally.passed} passed, ${failed} failed`);
  return failed === 0;
}

/** @param {string} file */
function readTally(file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  /** @type {{ passed: number, failed: number, skipped: number, failures: { where: string, why: string }[] }} */
  const tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const line of lines.map((text) => JSON.parse(text))) {
    tally.passed += line.passed;
    tally.failed += line.failed;
    tally.skipped += line.skipped;
    tally.failures.push(...line.failures);
  }
  return tally;
}

/**
 * Runs a tool of node_modules in this Node.js; true when it ended well.
 * @param {string} tool
 * @param {string[]} toolArgs
 * @param {string} [bin] the program's name where it is not the package's
 */
function run(tool, toolArgs, bin = tool) {
  const folder = join(root, 'node_modules', tool);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const program = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
  const { status } = spawnSync(process.execPath, [join(folder, program), ...toolArgs], { cwd: root, stdio: 'inherit' });
  return status === 0;
}
