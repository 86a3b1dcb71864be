import { describe, expect, test } from 'vitest';
import sentences from '../../prompts/house.json' with { type: 'json' };
import { isGsm7 } from '../../src/channels/gsm7.ts';

const wordings = Object.entries(sentences).flatMap(([key, each]) => each.map((wording) => [key, wording] as const));

describe("marty's own words", () => {
  test.each(wordings)('%s: %s', (_key, wording) => {
    expect(wording.length).toBeLessThanOrEqual(130);
    expect(isGsm7(wording.replace(/[{}]/g, ''))).toBe(true);
    expect(wording).not.toMatch(/[!*_\u2013\u2014]| - |https?:/);
    expect(wording.replace(/\{\w+\}/g, '')).toBe(wording.replace(/\{\w+\}/g, '').toLowerCase());
  });

  test('every wording of a key is filled with the same values', () => {
    const placeholders = (wording: string) => [...new Set(wording.match(/\{\w+\}/g) ?? [])].sort().join();
    const uneven = Object.entries(sentences).filter(([, each]) => new Set(each.map(placeholders)).size > 1);
    expect(uneven.map(([key]) => key)).toEqual([]);
  });
});
