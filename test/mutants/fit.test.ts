// A patch that no longer fits its source shows nothing; a run of all mutants takes minutes, and this an instant.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutants } from './mutants.ts';
import type { Patch } from './mutants.ts';
import { planted } from './planted.ts';

describe.each([...mutants, ...planted])('$guarantee broken on purpose: $what', ({ patches }) => {
  test('fits the source', () => {
    expect(unfit(patches)).toEqual([]);
  });
});

test('the tests that are to notice are there', () => {
  expect(mutants.filter(({ test: file }) => !existsSync(file))).toEqual([]);
});

/** Patches that do not find their place exactly once, each after those before it. */
function unfit(patches: readonly Patch[]): Patch[] {
  const texts = new Map(patches.map(({ file }) => [file, readFileSync(file, 'utf8')]));
  return patches.filter(({ file, find, replace }) => {
    const [before = '', ...after] = (texts.get(file) ?? '').split(find);
    texts.set(file, before + replace + after.join(find));
    return after.length !== 1;
  });
}
