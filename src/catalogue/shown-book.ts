// A book as conversations and orders carry it: small, whatever a bookseller's list holds.
import type { ShownBook } from '../../schema/acts.ts';

/** The bounds of `ShownBook`; a shelf may hold longer titles and more authors. */
const TITLE_CHARS_MAX = 300;
const AUTHORS_MAX = 12;
const AUTHOR_CHARS_MAX = 120;

/** What was too long ends in "..."; authors beyond the twelfth are left out. */
export function shownBook({ isbn13, title, authors, priceCents, onHand }: ShownBook): ShownBook {
  const named = authors.slice(0, AUTHORS_MAX).map((author) => cut(author, AUTHOR_CHARS_MAX));
  return { isbn13, title: cut(title, TITLE_CHARS_MAX), authors: named, priceCents, onHand };
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax
    ? text
    : `${text
        .slice(0, charsMax - 3)
        .toWellFormed()
        .trimEnd()}...`;
}
