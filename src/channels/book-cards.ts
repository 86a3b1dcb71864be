// A book that was shown, as a card. It says nothing that the bubble beside it does not say, for half of all phones show none.
import type { ShownBook } from '../../schema/acts.ts';
import type { Card } from '../../schema/messages.ts';
import { money } from './voice.ts';

/** What RCS shows of a card's title, and of what an answer says, in characters. */
const TITLE_CHARS_MAX = 200;
const REPLY_CHARS_MAX = 200;
/** A row of cards has ten at most. */
export const CARDS_MAX = 10;

/** @param currency ISO 4217 */
export function bookCard({ isbn13, title, authors, priceCents }: ShownBook, currency: string): Card {
  const by = authors.length > 0 ? `${authors.slice(0, 2).join(' and ')}, ` : '';
  return {
    isbn13,
    title: title.slice(0, TITLE_CHARS_MAX),
    subtitle: by + money(priceCents, currency),
    take: { label: "i'll take it", reply: `i'll take ${title}`.slice(0, REPLY_CHARS_MAX) },
  };
}
