// Looks for a planted fault in simulated worlds, one after the other, until one shows it; and sees that the same world is sound without it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const CUSTOMERS = 10;
const WORLDS_MAX = 60;
const TIME_MAX_MS = 900_000;
const run = promisify(execFile);

/** `found`: the seed of the world that shows the fault, or null. */
export type Hunt = { found: number | null; worlds: number };

/** In a tree with the fault in it, from a seed on. @throws Error where the worlds cannot be run at all */
export function hunt(tree: string, seed: number): Promise<Hunt> {
  return worlds(tree, seed, WORLDS_MAX);
}

/** Whether the one world of this seed is sound. */
export async function isSound(tree: string, seed: number): Promise<boolean> {
  return (await worlds(tree, seed, 1)).found === null;
}

async function worlds(tree: string, seed: number, count: number): Promise<Hunt> {
  const wish = { seed, world: CUSTOMERS, conversations: count * CUSTOMERS, workers: 1 };
  const flags = Object.entries(wish).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['--import', 'tsx', 'test/simulation/run.ts', ...flags];
  const told = await run(process.execPath, args, { cwd: tree, timeout: TIME_MAX_MS, maxBuffer: Infinity }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '', // it ends with 1 where something was violated
  );
  const [, ran, found] =
    /conversations in (\d+) worlds: .*(?:no violation|violations with seeds (\d+))/.exec(told) ?? [];
  if (ran === undefined) throw new Error(`the worlds from seed ${seed} on were not run: ${told.slice(-500)}`);
  return { found: found === undefined ? null : Number(found), worlds: Number(ran) };
}
