// The shop that simulated customers text: a dozen books, some of them the last copy.
import type { ShownBook } from '../../schema/acts.ts';
import type { NewStore } from '../../src/commerce/stores.ts';

const ALL_DAY = [{ opens: '00:00', closes: '23:59' }];

export const STORE: NewStore = {
  slug: 'main',
  name: 'Dungeon Books',
  timezone: 'America/New_York',
  hours: {
    weekly: { mon: ALL_DAY, tue: ALL_DAY, wed: ALL_DAY, thu: ALL_DAY, fri: ALL_DAY, sat: ALL_DAY, sun: ALL_DAY },
    holidays: [],
  },
  phone: '+12015550100',
  currency: 'USD',
  taxRatePpm: 66_250,
  shippingCents: 499,
};

// Copies enough for a small world, and too few for a big one: both sell out of something.
const COPIES = [1, 1, 2, 3, 5, 8, 12, 20];

export const BOOKS: readonly ShownBook[] = COPIES.map((onHand, n) => ({
  isbn13: isbnOf(n),
  title: `Book ${n + 1}`,
  authors: ['Somebody'],
  priceCents: 999 + 100 * n,
  onHand,
}));

function isbnOf(n: number): string {
  const digits = `97800000${String(1000 + n)}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
