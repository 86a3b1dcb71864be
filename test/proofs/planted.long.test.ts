// A theorem that cannot be broken proves nothing: each is seen to fail where a fault is planted in its chart. Here in the large worlds, where
// that takes seconds; in the others: planted.test.ts.
import { describe, expect, test } from 'vitest';
import { isLarge, PLANTED, storyOf } from './planted.ts';

describe('a planted fault breaks its theorem', () => {
  test.each(PLANTED.filter((it) => isLarge(it.world)).map((it) => [it.fault, it] as const))('%s', (_, planted) => {
    const story = storyOf(planted, 20_000);
    expect(story?.why).toMatch(planted.why);
    expect(story?.trace).toEqual(planted.story);
  });
});
