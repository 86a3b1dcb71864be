// Each part of XState, and each fixture of SCXML, on XState's own actor and on the durable one; docs/xstate-support.md says what came of it.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { OTHERWISE } from '../scxml/outcome.ts';
import { GROUPS, PAGE, pageOf, runAll } from './support-page.ts';
import type { Run } from './support-page.ts';
import type { Verdict } from './verdict.ts';

let run: Run;
beforeAll(async () => {
  run = await runAll();
}, 180_000); // a second or two on a machine with nothing else to do

describe.each(GROUPS)('of XState: $title', ({ title, parts }) => {
  test.each(parts)('$name', ({ name, ends }) => {
    const judged = run.groups.find((group) => group.title === title)?.judged.find(({ part }) => part.name === name);
    expect(endOf(judged?.verdict)).toEqual(ends);
  });
});

describe('a fixture of SCXML', () => {
  test('does the same durably as in memory, all that XState has words for', () => {
    expect(run.outcomes.filter(({ is }) => is === 'different' || is === 'unanswered')).toEqual([]);
    expect(run.outcomes.length).toBe(316);
  });

  test('ends otherwise than SCXML says where it is known that XState does, and nowhere else', () => {
    const otherwise = run.outcomes.filter(({ is }) => is === 'otherwise').map(({ name, why }) => [name, why]);
    expect(Object.fromEntries(otherwise)).toEqual(OTHERWISE);
  });
});

// Where the actor stands in the end; undefined where there is no such part.
function endOf(verdict: Verdict | undefined): unknown {
  if (verdict?.is === 'same') return verdict.seen.at(-1)?.value;
  return verdict?.is === 'refused' || verdict?.is === 'failed' ? undefined : verdict;
}

test('docs/xstate-support.md is fresh (npm run xstate-support)', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await pageOf(run));
});
