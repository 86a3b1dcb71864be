// Which of the books on the table a customer means: "that one", "the second", "the le guin one", "both", a title.
// It never guesses: what fits several books is answered with all of them.
import type { ShownBook } from '../../../schema/acts.ts';
import type { Situation } from '../situation.ts';
import { contentWords, plain } from './text.ts';

export type Reference =
  | { kind: 'one'; book: ShownBook }
  | { kind: 'several'; books: ShownBook[] }
  /** The text points at a book on the table, and there is none. */
  | { kind: 'dangling' }
  /** The text names none of them. */
  | { kind: 'none' };

const ORDINALS: readonly RegExp[] = [
  /\b(?:first|1st|former|top|number (?:one|1)|no\.? ?1|#1|option (?:1|a|one))\b/,
  /\b(?:second|2nd|middle|number (?:two|2)|no\.? ?2|#2|option (?:2|b|two))\b/,
  /\b(?:third|3rd|number (?:three|3)|no\.? ?3|#3|option (?:3|c|three))\b/,
  /\b(?:fourth|4th|number (?:four|4)|#4)\b/,
];
const LAST = /\b(?:last|latter|bottom)(?: one)?\b(?! (?:week|month|year|night|time))/;
/** "all good" and "that's all" count nothing. */
const ALL =
  /\b(?:both|(?<!\b(?:that|that's|thats|at|after) )all(?! (?:good|right|set|done|i|over|about)\b)|every one|them all|the (?:two|three|lot))\b/;
const POINTING = /\b(?:it|that|this|that one|this one|the book|the one|one)\b/;
const POINTING_WORDS_MAX = 3;
const BARE_NUMBER = /^#?([1-6])(?: please| pls)?$/;

/** What `text` points at among `offers`, newest first as the customer's chart keeps them and as they were listed. */
export function referenceIn(text: string, offers: readonly ShownBook[]): Reference {
  const words = withoutTurnedDown(plain(text), offers);
  const named = namedIn(words, offers);
  if (named.length === 1 && named[0] !== undefined) return { kind: 'one', book: named[0] };
  if (named.length > 1) return { kind: 'several', books: named };
  return byPlace(words, offers) ?? byPointing(words, offers);
}

/** "dune, not snow crash" names one. */
function withoutTurnedDown(words: string, offers: readonly ShownBook[]): string {
  return offers.some(({ title }) => TURNED_DOWN.test(plain(title))) ? words : words.replaceAll(TURNED_DOWNS, ' ');
}
const TURNED_DOWN =
  /\b(?:not(?! (?:sure|bad|now|yet|too|only|one|two|\d+)\b)|neither|nor|instead of|rather than)\b.*?(?=$|[,.;]| (?:but|just|only|nor)\b)/;
const TURNED_DOWNS = new RegExp(TURNED_DOWN, 'g');

/** The books that a text counts: those spoken of last, but of one alone nobody says "both". */
export function countedIn(text: string, { table, offers }: Pick<Situation, 'table' | 'offers'>): readonly ShownBook[] {
  return table.length === 1 && ALL.test(plain(text)) ? offers : table;
}

/** The same where a book is taken: "the herbert one" is another offer than those spoken of last, where they are not his. */
export function takenFrom(text: string, { table, offers }: Pick<Situation, 'table' | 'offers'>): readonly ShownBook[] {
  const words = withoutTurnedDown(plain(text), offers);
  const others = namedIn(words, table).length > 0 ? [] : namedIn(words.replace(OF_SOMEBODY, ' '), offers);
  return others.length === 1 ? others : countedIn(text, { table, offers });
}
const OF_SOMEBODY = /\b(?:for|under|name(?:'s| is)|this is|i'm) (?:my )?(?:\p{L}+ ?){1,2}/gu;

function byPlace(words: string, offers: readonly ShownBook[]): Reference | null {
  const place = placeIn(words, offers.length);
  if (place === null) return null;
  const book = offers[place];
  return book === undefined ? { kind: 'dangling' } : { kind: 'one', book };
}

function placeIn(words: string, count: number): number | null {
  const bare = BARE_NUMBER.exec(words)?.[1];
  if (bare !== undefined) return Number(bare) - 1;
  const ordinal = ORDINALS.findIndex((pattern) => pattern.test(words));
  if (ordinal >= 0) return ordinal;
  return LAST.test(words) && count > 0 ? count - 1 : null;
}

function byPointing(words: string, offers: readonly ShownBook[]): Reference {
  const all = ALL.test(words);
  if (!all && !POINTING.test(words)) return { kind: 'none' };
  const [only, ...others] = offers;
  if (only === undefined) return { kind: 'dangling' };
  // "that one about the guy who wakes up as a bug" tells of a book instead of pointing at one.
  if (!all && others.length > 0 && contentWords(words).length > POINTING_WORDS_MAX) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', book: only } : { kind: 'several', books: [...offers] };
}

/** The offers whose title, or whose author, the text names; a title counts for more than an author. */
export function namedIn(words: string, offers: readonly ShownBook[]): ShownBook[] {
  const said = new Set(contentWords(words).map(stem));
  const scored = offers.map((book) => ({ book, score: scoreOf(book, words, said) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === WHOLE) return withoutBeginnings(scored.filter(({ score }) => score === best).map(({ book }) => book));
  return best === 0 ? [] : scored.filter(({ score }) => score === best).map(({ book }) => book);
}

/** "dune messiah" says "dune" as well, and means one book. */
function withoutBeginnings(books: ShownBook[]): ShownBook[] {
  return books.filter(
    (book) => !books.some((other) => other !== book && ` ${mainTitle(other)} `.includes(` ${mainTitle(book)} `)),
  );
}

function mainTitle({ title }: ShownBook): string {
  return plain(title)
    .replace(/[:(].*$/, '')
    .trim();
}

/** Commas end a title. */
function spaced(words: string): string {
  return words.replace(/[,.;?!]+(?= |$)/g, '');
}

const WHOLE = 3;

/** Whether the title stands in the words, from its first word to its last. */
export function saysWhole(words: string, book: ShownBook): boolean {
  return ` ${spaced(words)} `.includes(` ${spaced(mainTitle(book))} `);
}

/** Whether a book is named, but not by the whole of its title. */
export function isNamedInPart(text: string, book: ShownBook): boolean {
  const words = plain(text);
  return namedIn(words, [book]).length > 0 && !saysWhole(words, book);
}

function scoreOf(book: ShownBook, words: string, said: ReadonlySet<string>): number {
  const title = mainTitle(book);
  if (saysWhole(words, book) && (title.length > 3 || words === title)) return WHOLE;
  const titleWords = contentWords(title).map(stem);
  const hits = titleWords.filter((word) => word.length > 2 && said.has(word)).length;
  if (hits > 0 && hits * 2 >= titleWords.length) return 2;
  if (titleWords.some((word) => word.length > 5 && said.has(word))) return 1.5;
  return book.authors.some((author) =>
    contentWords(plain(author)).some((name) => name.length > 2 && said.has(stem(name))),
  )
    ? 1
    : 0;
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/s$/, '') : word;
}
