// `npm run mutants [G5 …]`: breaks the source in each of the ways of mutants.ts and planted.ts, in copies of the tree, and expects the named
// test to turn red, or a simulated world to be violated.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hunt, isSound } from './hunt.ts';
import { mutants } from './mutants.ts';
import type { Fault, Mutant, Patch } from './mutants.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';

const COPIED = [
  'src',
  'actors',
  'machines',
  'schema',
  'prompts',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const COPIES = 2;
const TIME_MAX_MS = 180_000;
/** For the same tests unbroken, whole files where a fault names no test (ms). */
const BASELINE_MAX_MS = 1_800_000;

/** `killed`: it was noticed. `unfit`: the patch no longer fits the source, or what is to notice does not exist or is red by itself. */
type Verdict = 'killed' | 'SURVIVED' | 'UNFIT';
/** `by`: the test, or the world. */
type Judged = { verdict: Verdict; by: string };
type Result = Fault & Judged & { seconds: number };

const HELP = `Breaks the source in each of the ways of test/mutants, in copies of the tree, and wants the named test red each time; those of SIM
are looked for in simulated worlds until one shows them, which is sound without them.
Ends with 1 where a fault survived, or no longer fits the source.

  npm run mutants             all of them
  npm run mutants -- G5 SIM   those of some guarantees
`;

const root = process.cwd();
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const isWanted = ({ guarantee }: Fault) => wanted.length === 0 || wanted.includes(guarantee);
const tested = mutants.filter(isWanted);

function copyTree(): string {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'marty-mutant-'));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

type Run = { failed: number; passed: number };

function runTests(copy: string, args: string[], timeMaxMs = TIME_MAX_MS): Promise<Run> {
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'fast*', '--project', 'long', ...args],
    {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeMaxMs,
    },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', () => {
      const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(out) ?? [];
      resolve({ passed: Number(passed ?? 0), failed: Number(failed ?? 0) });
    });
  });
}

/** Applies patches; answers the way back, or null where one does not fit. */
function apply(copy: string, patches: readonly Patch[]): (() => void) | null {
  const before = new Map(patches.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  const restore = () => before.forEach((text, file) => writeFileSync(join(copy, file), text));
  for (const { file, find, replace } of patches) {
    const text = readFileSync(join(copy, file), 'utf8');
    if (text.split(find).length !== 2) {
      restore();
      return null;
    }
    writeFileSync(
      join(copy, file),
      text.replace(find, () => replace),
    );
  }
  return restore;
}

async function judge(copy: string, fault: Mutant | Planted): Promise<Judged> {
  const restore = apply(copy, fault.patches);
  if (!restore) return { verdict: 'UNFIT', by: 'its patch' };
  try {
    return 'seed' in fault ? await judgeByWorlds(copy, fault, restore) : await judgeByTest(copy, fault);
  } finally {
    restore();
  }
}

async function judgeByTest(copy: string, { test, title }: Mutant): Promise<Judged> {
  const { failed, passed } = await runTests(copy, [test, ...(title ? ['-t', title] : [])]);
  if (failed > 0) return { verdict: 'killed', by: test };
  return { verdict: passed > 0 ? 'SURVIVED' : 'UNFIT', by: test };
}

async function judgeByWorlds(copy: string, { seed }: Planted, restore: () => void): Promise<Judged> {
  const { found, worlds } = await hunt(copy, seed).catch(() => ({ found: undefined, worlds: 0 }));
  if (found === undefined) return { verdict: 'UNFIT', by: `the worlds from seed ${seed} on were not run` };
  if (found === null) return { verdict: 'SURVIVED', by: `${worlds} worlds from seed ${seed} on` };
  restore();
  return { verdict: (await isSound(copy, found)) ? 'killed' : 'UNFIT', by: `seed ${found}, world ${worlds}` };
}

async function worker(queue: Array<Mutant | Planted>, results: Result[]): Promise<void> {
  const copy = copyTree();
  try {
    for (let fault = queue.shift(); fault; fault = queue.shift()) {
      const start = Date.now();
      const judged = await judge(copy, fault);
      const result = { ...fault, ...judged, seconds: Math.round((Date.now() - start) / 1000) };
      results.push(result);
      process.stdout.write(`${line(result)}\n`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function line({ guarantee, verdict, seconds, what, by }: Result): string {
  return `${guarantee.padEnd(4)} ${verdict.padEnd(9)} ${String(seconds).padStart(4)} s  ${what} (${by})`;
}

/** The named tests are green without any fault. */
async function seeUnbroken(): Promise<boolean> {
  const copy = copyTree();
  const titles = tested.flatMap(({ title }) => title ?? []);
  const files = [...new Set(tested.map(({ test }) => test))];
  const { failed, passed } = await runTests(
    copy,
    [...files, ...(titles.length === tested.length ? ['-t', titles.join('|')] : [])],
    BASELINE_MAX_MS,
  );
  rmSync(copy, { recursive: true, force: true });
  process.stdout.write(`unbroken: ${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0;
}

if (tested.length > 0 && !(await seeUnbroken())) process.exit(1);
const results: Result[] = [];
const queue = [...tested, ...planted.filter(isWanted)];
await Promise.all(Array.from({ length: COPIES }, () => worker(queue, results)));
const alive = results.filter(({ verdict }) => verdict !== 'killed');
process.stdout.write(`${results.length - alive.length} of ${results.length} mutants killed\n`);
for (const result of alive) process.stdout.write(`${line(result)}\n`);
process.exit(alive.length > 0 || results.length === 0 ? 1 : 0);
