import { describe, expect, test } from 'vitest';
import { fold, wordsOf } from '../../src/catalogue/fold.ts';

describe('folding: the one form in which titles and texts are compared', () => {
  test('case, accents, quotes and punctuation make no difference', () => {
    expect(fold('  Gödel, Escher — Bach’s "Café"  ')).toBe('godel escher bachs cafe');
  });

  test('initials are one word, an ampersand is "and"', () => {
    expect(fold('J.R.R. Tolkien & C. S. Lewis')).toBe('jrr tolkien and c s lewis');
  });

  test('small numbers agree, spelt or in digits', () => {
    expect(wordsOf('Slaughterhouse-Five')).toEqual(wordsOf('slaughterhouse 5'));
  });

  test('a text without letters has no words', () => {
    expect(wordsOf(' ?! ')).toEqual([]);
  });
});
