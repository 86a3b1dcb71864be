// A theorem that cannot be broken proves nothing: each is seen to fail where a fault is planted in its chart.
import { describe, expect, test } from 'vitest';
import { PLANTED, storyOf } from './planted.ts';

describe('a planted fault breaks its theorem', { timeout: 120_000 }, () => {
  test.each(PLANTED.map((it) => [it.fault, it] as const))('%s', (_, planted) => {
    const story = storyOf(planted, 20_000);
    expect(story?.why).toMatch(planted.why);
    expect(story?.trace).toEqual(planted.story);
  });
});
