import fc from 'fast-check';
import { parse } from 'isbn3';
import { describe, expect, test } from 'vitest';
import { isbnsIn, toIsbn13 } from '../../src/catalogue/isbn.ts';

describe('ISBNs as people type them', () => {
  test('ISBN-10 and ISBN-13 of a book are the same', () => {
    expect([toIsbn13('0441172717'), toIsbn13('0-441-17271-7'), toIsbn13('978-0-441-17271-9')]).toEqual(
      Array(3).fill('9780441172719'),
    );
  });

  test('a check digit X is understood in either case', () => {
    expect([toIsbn13('080442957X'), toIsbn13('080442957x')]).toEqual(['9780804429573', '9780804429573']);
  });

  test('a wrong check digit, a wrong length, other text are no ISBN', () => {
    expect(['9780441172718', '044117271', '0441172718', 'dune', ''].map(toIsbn13)).toEqual(Array(5).fill(null));
  });

  test('isbn3 agrees on every ISBN-10 that it knows', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[01]\d{8}$/), fc.constantFrom(...'0123456789X'), (stem, check) => {
        const known = parse(stem + check);
        fc.pre(known !== null);
        expect(toIsbn13(stem + check)).toBe(known?.isbn13);
      }),
      { maxSkipsPerRun: 1000 },
    );
  });

  test('ISBNs are found within a text, a phone number is not one', () => {
    expect(isbnsIn('got 978-0-441-17271-9 or 0441172717? call 555 010 2030')).toEqual(['9780441172719']);
  });
});
