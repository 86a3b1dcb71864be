// What a text was read as: an act for the chart, or a question to be put again.
import { COPIES_MAX } from '../../../schema/acts.ts';
import type { Act, ShownBook } from '../../../schema/acts.ts';
import type { Draft, Situation } from '../situation.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { shortTitle, talk } from './draft.ts';
import { sentence } from './sentences.ts';
import type { SentenceKey } from './sentences.ts';

/** An act for the chart, or a sentence that asks again; `shown` are the books that it is about. */
export type Reading =
  { act: Act; shown: ShownBook[] } | { ask: SentenceKey; values?: Record<string, string>; shown?: ShownBook[] };

type Carrying =
  | 'customer.choseBook'
  | 'customer.namedSeveral'
  | 'customer.gaveAddress'
  | 'customer.wantsElsewhere'
  | 'customer.wantsWaitlist'
  | 'customer.wantsSpecialOrder';

/** An act that carries nothing. */
export const act = (type: Exclude<Act['type'], Carrying>): Reading => ({
  act: { type },
  shown: [],
});

/** Exactly one book is chosen; several are only named. More copies than there are, or than may be bought, are asked back. */
export function chosen(books: readonly ShownBook[], copies: number): Reading | null {
  const [only, ...others] = books;
  if (only === undefined) return null;
  if (others.length === 0 && copies > 1 && only.onHand > 0 && copies > only.onHand) {
    const values = { title: shortTitle(only.title), count: String(Math.min(only.onHand, COPIES_MAX)) };
    return { ask: 'book.fewer', values, shown: [only] };
  }
  if (copies > COPIES_MAX) return { ask: 'copies.max', shown: books.slice(0, 1) };
  if (others.length === 0) return { act: { type: 'customer.choseBook', isbn13: only.isbn13, copies }, shown: [only] };
  const shown = books.slice(0, 10);
  return { act: { type: 'customer.namedSeveral', isbn13s: shown.map((book) => book.isbn13) }, shown };
}

/** The reply that a reading comes to, where there is one. */
export function saidIfAny(reading: Reading | null, situation: Pick<Situation, 'seed'>): Draft | null {
  return reading === null ? null : said(reading, situation);
}

/** The reply that a reading comes to. */
export function said(reading: Reading, { seed }: Pick<Situation, 'seed'>): Draft {
  if ('act' in reading) return { act: reading.act, bubbles: [], shown: reading.shown.map(shownBook), confidence: 0.9 };
  const asked = talk([sentence(reading.ask, seed, reading.values)], [], 0.7);
  return { ...asked, shown: (reading.shown ?? []).map(shownBook) };
}
