// Which words of a customer can be the answer that a model says they gave.
import { expect, test } from 'vitest';
import { isUnheard } from '../../src/brain/claude/own-yes.ts';
import { book } from '../shop/books.ts';

const DUNE = book('Dune');
const shownDune = { isbn13: DUNE.isbn13, title: DUNE.title, authors: ['Frank Herbert'], priceCents: 1199, onHand: 6 };
const agreed = { type: 'customer.agreed' } as const;
const asked = (said: string) => ({ stage: 'confirming.sure' as const, unread: [said], chosen: null });

test.each([
  'yes',
  'Yesss!!',
  'yeah go on then',
  'uh-huh',
  'of course',
  'you bet',
  'i guess so',
  'shut up and take my money',
  'sounds good',
  'cool, that works',
  'Sí',
  'yasss',
  'cash i think',
  'later i guess',
  'mailed would be lovely',
  '👍',
  "i'll swing by at six",
])('%j can be a yes', (said) => expect(isUnheard(agreed, asked(said))).toBe(false));

test.each(['my cat sat under a tree', 'who wrote that?', 'hmm', 'how long is the book', 'no idea'])(
  '%j cannot',
  (said) => expect(isUnheard(agreed, asked(said))).toBe(true),
);

test('the book on the counter is chosen anew by a number, a yes or its title', () => {
  const chose = { type: 'customer.choseBook', isbn13: DUNE.isbn13, copies: 2 } as const;
  const at = (said: string) => ({ ...asked(said), chosen: shownDune });
  const isHeard = (said: string) => !isUnheard(chose, at(said));
  expect(['make it 2', 'two', 'dune', 'yes'].map(isHeard)).toEqual([true, true, true, true]);
  expect(isHeard('my cat sat under a tree')).toBe(false);
});

test('where nothing was asked, nothing is held against an act', () => {
  expect(isUnheard(agreed, { stage: 'browsing', unread: ['my cat'], chosen: null })).toBe(false);
});
