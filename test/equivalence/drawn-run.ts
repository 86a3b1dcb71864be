// Draws machines, runs each on both actors, and counts. A difference is shrunk to the smallest machine that shows it.
import fc from 'fast-check';
import type { Move, Seen } from './actor-script.ts';
import { compare } from './compare.ts';
import { drawnMachines, scripts, tellingScripts } from './drawing.ts';
import { caseOf } from './vocabulary.ts';
import type { Drawn } from './vocabulary.ts';

/** What a run saw; `parts` counts the machines that used each part of XState. */
export type DrawnRun = {
  machines: number;
  events: number;
  killed: number;
  parts: Record<string, number>;
  differences: string[];
};

/**
 * @param seed of fast-check; the same gives the same machines
 * @param telling whether work also tells its actor something on its way
 * @param path one machine of that seed, as a report of a difference names it
 */
export async function draw({
  machines,
  seed,
  path,
  telling = false,
  onProgress,
  onDifference,
}: {
  machines: number;
  seed: number;
  path?: string;
  telling?: boolean;
  onProgress?: (done: number) => void;
  /** The first one; what follows is its shrinking. */
  onDifference?: () => void;
}): Promise<DrawnRun> {
  const run: DrawnRun = { machines: 0, events: 0, killed: 0, parts: {}, differences: [] };
  let shrinking = false;
  const property = fc.asyncProperty(drawnMachines, telling ? tellingScripts : scripts, async (drawn, script) => {
    try {
      await sameOnBoth(run, drawn, script);
    } catch (error) {
      if (!shrinking) onDifference?.();
      shrinking = true;
      throw error;
    }
    run.machines += 1;
    if (!shrinking) onProgress?.(run.machines);
  });
  const result = await fc.check(property, { numRuns: machines, seed, ...(path === undefined ? {} : { path }) });
  if (result.failed) run.differences.push(`${fc.defaultReportMessage(result)}\n${String(result.errorInstance)}`);
  return run;
}

async function sameOnBoth(run: DrawnRun, drawn: Drawn, script: readonly Move[]): Promise<void> {
  const { steps, killed, seen, end, difference } = await compare(caseOf(drawn), script);
  run.events += steps;
  run.killed += killed;
  if (difference) throw new Error(JSON.stringify(difference, null, 1));
  count(run.parts, JSON.stringify(drawn), seen);
  if (end !== 'script') run.parts[ENDS[end]] = (run.parts[ENDS[end]] ?? 0) + 1;
}

const PARTS: ReadonlyArray<[part: string, pattern: RegExp]> = [
  ['parallel', /"type":"parallel"/],
  ['history', /"type":"history"/],
  ['final', /"type":"final"/],
  ['always', /"always":\[\{/],
  ['after', /"after":\{"/],
  ['invoke', /"invoke":\[\{/],
  ['spawn', /startSide/],
  ['raise', /"raise[RQ]"/],
  ['sendTo', /"send(?:Self|Peer)"/],
  ['stateIn', /"in:s/],
];

const ENDS = {
  failed: 'failed a step in both',
  astray: 'left off where XState broke its own chart',
  order: 'left off where XState went by the order of entry',
};

type Counted = Pick<Seen, 'status' | 'history' | 'timers' | 'began'>;

function count(parts: DrawnRun['parts'], chart: string, seen: readonly Counted[]): void {
  const add = (part: string) => (parts[part] = (parts[part] ?? 0) + 1);
  for (const [part, pattern] of PARTS) if (pattern.test(chart)) add(part);
  if (seen.some(({ status }) => status === 'done')) add('came to an end');
  if (seen.some(({ history }) => Object.keys(history).length > 0)) add('remembered a state');
  if (seen.some(({ timers }) => timers.length > 0)) add('waited');
  if (seen.some(({ began }) => began.length > 0)) add('had work done');
}
