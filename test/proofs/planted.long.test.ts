// A theorem that cannot be broken proves nothing: each is seen to fail where a fault is planted in its chart.
import { describe, expect, test } from 'vitest';
import { PLANTED, storyOf } from './planted.ts';
import { exploreWorld, WORLDS } from './worlds.ts';

/** Whatever a chart asks for, the shelf gives no more than there is: its own fault is planted among the mutants. */
const OF_THE_SHELF = ['no more copies are promised or sold than there are'];

describe('a planted fault breaks its theorem', () => {
  test.each(PLANTED.map((it) => [it.fault, it] as const))('%s', (_, planted) => {
    const story = storyOf(planted, 20_000);
    expect(story?.why).toMatch(planted.why);
    expect(story?.trace).toEqual(planted.story);
  });

  test('and there is one for each theorem that a chart can break', () => {
    const theorems = new Set(WORLDS.flatMap((world) => exploreWorld(world, { statesMax: 1 }).theorems));
    const planted = new Set([...PLANTED.map(({ theorem }) => theorem), ...OF_THE_SHELF]);
    expect([...planted].toSorted()).toEqual([...theorems].toSorted());
  });
});
