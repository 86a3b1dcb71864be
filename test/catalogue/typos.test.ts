import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deletions, editDistance, likeness } from '../../src/catalogue/typos.ts';

const word = fc.stringMatching(/^[a-e]{0,9}$/);

describe('typos', () => {
  test('one slip of the thumb leaves a word alike', () => {
    expect(['darknes', 'darkess', 'darkenss', 'darkmess'].map((slip) => likeness('darkness', slip) > 0.8)).toEqual(
      Array(4).fill(true),
    );
  });

  test('short words and numbers differ or they do not', () => {
    expect([likeness('it', 'is'), likeness('1984', '1985'), likeness('cat', 'cut')]).toEqual([0, 0, 0]);
  });

  test('distance is symmetric and never more than one above the bound', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b, 2)).toBe(editDistance(b, a, 2));
        expect(editDistance(a, b, 2)).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('two words one edit apart share a deletion, so that the vocabulary finds them', () => {
    const letters = fc.stringMatching(/^[a-e]{3,9}$/);
    fc.assert(
      fc.property(letters, fc.nat(), fc.constantFrom('', 'x', 'xy'), (before, place, typed) => {
        const at = place % before.length;
        const after = before.slice(0, at) + typed + before.slice(at + (typed === 'xy' ? 2 : 1));
        fc.pre(editDistance(before, after, 2) <= 1);
        expect(deletions(before).some((part) => deletions(after).includes(part))).toBe(true);
      }),
    );
  });
});
