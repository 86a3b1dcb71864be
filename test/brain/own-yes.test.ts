// Which words of a customer can be the answer that a model says they gave.
import { expect, test } from 'vitest';
import { isUnheard } from '../../src/brain/claude/own-yes.ts';
import { book } from '../shop/books.ts';

const DUNE = book('Dune');
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
  'Sí, claro',
  '👍',
  "i'll swing by at six",
])('%j can be a yes', (said) => expect(isUnheard(agreed, asked(said))).toBe(false));

test.each(['my cat sat under a tree', 'who wrote that?', 'hmm', 'how long is the book', 'no idea'])(
  '%j cannot',
  (said) => expect(isUnheard(agreed, asked(said))).toBe(true),
);

test('an address has a number in it', () => {
  const address = { name: 'Ada', line1: '12 Main St', city: 'Jersey City', state: 'NJ', zip: '07302' };
  const gave = { type: 'customer.gaveAddress', address } as const;
  const where = (said: string) => ({ stage: 'fulfillment.address' as const, unread: [said], chosen: null });
  expect([isUnheard(gave, where('12 main st, jersey city')), isUnheard(gave, where('by the big oak'))]).toEqual([
    false,
    true,
  ]);
});

test('where nothing was asked, nothing is held against an act', () => {
  const idle = { stage: 'browsing' as const, unread: ['my cat'], chosen: null };
  expect(isUnheard({ type: 'customer.choseBook', isbn13: DUNE.isbn13, copies: 1 }, idle)).toBe(false);
});
