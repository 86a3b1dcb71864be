// docs/scale.md says what its figures come to; here they are computed again from the file that it names.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ASSUMED, scaleOf, scaleSums, scaleTable } from '../../bench/scale/arithmetic.ts';
import { projectRoot } from '../../src/cli/project-root.ts';

const path = join(projectRoot, 'docs', 'scale.md');
const document = readFileSync(path, 'utf8');
const [, named = ''] = /\((performance\/[\w.-]+-scale\.json)\)/.exec(document) ?? [];

const Times = z.object({
  ackP50: z.number(),
  ackP99: z.number(),
  ackP999: z.number(),
  doneP50: z.number(),
  doneP99: z.number(),
  doneP999: z.number(),
});
const Closed = z.object({
  callers: z.number(),
  turnsPerSecond: z.number(),
  times: Times,
  cpu: z.object({ node: z.number(), postgres: z.number(), redis: z.number() }),
  walBytes: z.number(),
  generatorCores: z.number(),
  foreignCores: z.number(),
});
const Mistakes = z.object({
  wrongCustomers: z.literal(0),
  brokenJournals: z.literal(0),
  openCommands: z.literal(0),
  ranTwice: z.literal(0),
  takenTwice: z.literal(0),
});
const Run = z.object({
  processes: z.number(),
  delayMs: z.number(),
  roundTripMs: z.number(),
  rounds: z.array(Closed),
  mistakes: Mistakes,
});
const { runs } = z.object({ runs: z.array(Run) }).parse(JSON.parse(readFileSync(join(dirname(path), named), 'utf8')));

/** A table is padded for the eye; only its words count. */
function words(text: string): string {
  return text.replaceAll(/-{3,}/g, '---').replaceAll(/\s+/g, ' ');
}

test('the table of docs/scale.md is what was measured, and nothing was lost meanwhile', () => {
  expect(runs.length).toBeGreaterThan(0);
  for (const row of scaleTable({ runs }).split('\n')) expect(words(document)).toContain(words(row));
});

test('the sums of docs/scale.md are what the measured and the assumed come to', () => {
  const run = runs.find(({ processes, delayMs }) => processes === 1 && delayMs === 1);
  if (run === undefined) throw new Error('nobody measured one process that is 1 ms away');
  for (const sum of scaleSums(run)) expect(words(document)).toContain(words(sum));
  for (const value of Object.values(ASSUMED)) expect(document).toContain(`**${value}**`);
});

test('twice the CPU for a turn is half the customers of a core and twice the money', () => {
  const [run] = runs;
  if (run === undefined) throw new Error('nothing was measured');
  const dear = {
    ...run,
    rounds: run.rounds.map((loop) => ({
      ...loop,
      cpu: { node: loop.cpu.node * 2, postgres: loop.cpu.postgres * 2, redis: loop.cpu.redis * 2 },
    })),
  };
  const [one, other] = [scaleOf(run), scaleOf(dear)];
  expect(other.customersACore / one.customersACore).toBeCloseTo(0.5);
  expect(other.dollarsAThousandCustomers / one.dollarsAThousandCustomers).toBeCloseTo(2);
  expect(other.postgresCustomers / one.postgresCustomers).toBeCloseTo(0.5);
});
