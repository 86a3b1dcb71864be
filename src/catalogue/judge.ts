// Decides whether words that look like a title are meant as one. A rare word is proof enough; an everyday word needs
// company: an author, quotation marks, or a text that asks for nothing else.
import { align, type Alignment } from './align.ts';
import { GLUE, isEveryday, SHOP_TALK } from './everyday-words.ts';
import type { Message } from './message.ts';
import type { FormKind } from './title-forms.ts';
import type { IndexedBook, IndexedForm } from './title-index.ts';
import { likeness } from './typos.ts';

export type Verdict = Alignment & {
  book: IndexedBook;
  kind: FormKind;
  score: number;
  /** The text names one of this book's authors. */
  hasAuthor: boolean;
  /** Nothing around the title suggests that it belongs to a longer, other title. */
  standsAlone: boolean;
};

/** How far a form can be trusted to mean this very book. */
const TRUST: Record<FormKind, number> = { title: 1, full: 1, numbered: 0.95, subtitle: 0.88, series: 0.7 };

/** Null when the text does not name this book by this form. */
export function judge(message: Message, form: IndexedForm): Verdict | null {
  const alignment = align(form, message.hearing, FIT_MIN);
  if (alignment === null || alignment.fit < FIT_MIN) return null;
  const { words } = message;
  const author = findAuthor(words, form.book, alignment);
  const otherAuthor = namesOtherAuthor(words, form.book, alignment);
  if (words[alignment.from - 1] === 'by') return null;
  const isQuoted = message.quoted.includes(words.slice(alignment.from, alignment.to + 1).join(' '));
  const rest = restOf(words, form.book, alignment, author);
  const isAlone = standsAlone(words, alignment, author);
  const need = needOf(message, { form, alignment, author, isQuoted, rest, isAlone });
  if (alignment.fit < need.fit || alignment.said < need.said) return null;
  const certainty = author !== null || isQuoted ? 1 : Math.min(1, alignment.said / 1.2);
  const score = alignment.fit * TRUST[form.kind] * (0.75 + 0.25 * certainty) - (otherAuthor ? 0.25 : 0);
  return {
    ...alignment,
    book: form.book,
    kind: form.kind,
    score: Math.max(0, Math.min(1, score)),
    hasAuthor: author !== null,
    standsAlone: !otherAuthor && (isAlone || (isQuoted && rest === 0)),
  };
}

type Circumstances = {
  form: IndexedForm;
  alignment: Alignment;
  author: AuthorSpan | null;
  isQuoted: boolean;
  /** How many words of weight are neither title, author nor shop talk. */
  rest: number;
  isAlone: boolean;
};

/** How well the title must fit, and what weight of it must have been said, given everything else in the text. */
type Need = { fit: number; said: number };

const FIT_MIN = 0.6;
const WORD_FOR_WORD = 0.97;

function needOf(message: Message, at: Circumstances): Need {
  const { form, author } = at;
  const strong = form.weights.includes(1);
  const loose = loosestFit(message, form, at.alignment);
  if (at.isQuoted) return { fit: 0.72, said: 0.1 };
  if (author !== null)
    return { fit: author.isBeside ? Math.min(loose, 0.65) : loose, said: author.isBeside ? 0.1 : 0.4 };
  if (message.isAddress) return { fit: 0.8, said: 3 };
  if (isBare(message.words, at.alignment)) return bareNeed(form, strong, loose);
  if (at.rest === 0 && message.asks && at.isAlone) {
    const isCapital = message.capital.slice(at.alignment.from, at.alignment.to + 1).every(Boolean);
    return { fit: loose, said: isCapital ? 0.15 : 0.32 };
  }
  if (at.rest === 0 || message.asks || message.talksOfReading)
    return { fit: strong ? loose : WORD_FOR_WORD, said: strong ? 0.95 : 1.3 };
  return { fit: strong ? 0.8 : WORD_FOR_WORD, said: strong ? 1.6 : 2 };
}

/** A text that is a title and nothing else. */
function bareNeed(form: IndexedForm, strong: boolean, loose: number): Need {
  if (form.words.length > 1) return { fit: loose, said: strong ? 0.6 : 0.5 };
  return strong ? { fit: loose, said: 0.74 } : { fit: WORD_FOR_WORD, said: 0.4 };
}

/** One word alone may only be a slip for a title if it is no word of its own. */
function loosestFit({ words }: Message, form: IndexedForm, { from, to }: Alignment): number {
  if (form.words.length > 1) return form.total > 2.5 ? 0.6 : 0.7;
  return words.slice(from, to + 1).some(isEveryday) ? WORD_FOR_WORD : 0.74;
}

const COURTESY = new Set([
  'hey',
  'hi',
  'hello',
  'yo',
  'marty',
  'please',
  'pls',
  'plz',
  'thanks',
  'the',
  'a',
  'an',
  'ok',
  'um',
  'uh',
]);

function isBare(words: string[], { from, to }: Alignment): boolean {
  return words.every((word, at) => (at >= from && at <= to) || COURTESY.has(word));
}

type AuthorSpan = { from: number; to: number; isBeside: boolean };

function findAuthor(words: string[], book: IndexedBook, title: Alignment): AuthorSpan | null {
  for (const surname of book.surnames) {
    for (let from = 0; from + surname.length <= words.length; from++) {
      const to = from + surname.length - 1;
      if (from <= title.to && to >= title.from) continue;
      if (!surname.every((name, at) => isName(name, words[from + at] ?? ''))) continue;
      const span = { from, to, isBeside: isBeside(words, book, title, from, to) };
      const isPlainWord = surname.every(isEveryday);
      if (span.isBeside || !isPlainWord) return span;
    }
  }
  return null;
}

function isName(name: string, word: string): boolean {
  if (name === word || `${name}s` === word) return true;
  return name.length > 4 && likeness(name, word) >= 0.75;
}

/** "… by Ursula K. Le Guin", "le guin's …": between title and surname only "by" and the rest of the name. */
function isBeside(words: string[], book: IndexedBook, title: Alignment, from: number, to: number): boolean {
  const [start, end] = from > title.to ? [title.to + 1, from] : [to + 1, title.from];
  return words
    .slice(start, end)
    .every(
      (word) => word === 'by' || word === 'from' || word === 's' || word.length === 1 || book.names.includes(word),
    );
}

/** Words of weight that are left when title, author, shop talk and glue are taken away. */
function restOf(words: string[], book: IndexedBook, title: Alignment, author: AuthorSpan | null): number {
  return words.filter((word, at) => {
    if (at >= title.from && at <= title.to) return false;
    if (author !== null && at >= author.from && at <= author.to) return false;
    return !GLUE.has(word) && !SHOP_TALK.has(word) && !book.known.has(word) && !book.names.includes(word);
  }).length;
}

/** "… by somebody" right behind the title, where somebody did not write it. */
function namesOtherAuthor(words: string[], { names }: IndexedBook, { to }: Alignment): boolean {
  const by = words.indexOf('by', to + 1);
  const next = words[by + 1];
  if (by === -1 || next === undefined || GLUE.has(next) || SHOP_TALK.has(next)) return false;
  return !words.slice(by + 1, by + 5).some((word) => names.some((name) => isName(name, word)));
}

const wordSet = (list: string): Set<string> => new Set(list.split(/\s+/));

/** What a sentence says right before a title. */
const BEFORE = wordSet(
  `got have has carry stock sell want need get like find buy order grab take read reading reread finished loved
  about hold is any or not maybe no yes yeah hey hi hello marty please ok so also see send try thats is`,
);
/** What may follow a title without belonging to it. */
const AFTER = wordSet(
  `by please pls plz today tomorrow tonight still now available there here book novel paperback hardcover u you thanks thank thx
  is was i im if maybe too also yet right though looks sounds anymore anywhere instead marty copy copies then`,
);
/** Small words that open a phrase of the shop behind a title: "in stock", "on the shelf", "for my sister". */
const PHRASES = new Map([
  ['in', wordSet('stock paperback hardcover hardback print store the your any')],
  ['on', wordSet('sale the hand your')],
  ['for', wordSet('me my him her them us sale a')],
  ['at', wordSet('the your')],
  ['from', wordSet('you the your')],
]);
const ARTICLES = wordSet('the a an');

/** Whether the neighbours leave no doubt: "children of dune" and "dune messiah" are not "Dune". */
function standsAlone(words: string[], { from, to }: Alignment, author: AuthorSpan | null): boolean {
  const isAuthor = (at: number): boolean => author !== null && at >= author.from && at <= author.to;
  const before = ARTICLES.has(words[from - 1] ?? '') ? from - 2 : from - 1;
  const opener = words[before];
  const opens = opener === undefined || isAuthor(before) || BEFORE.has(opener) || introduces(words, before);
  return opens && (isAuthor(to + 1) || mayFollow(words[to + 1], words[to + 2]));
}

function mayFollow(follower: string | undefined, next: string | undefined): boolean {
  if (follower === undefined || AFTER.has(follower)) return true;
  return next !== undefined && (PHRASES.get(follower)?.has(next) ?? false);
}

/** "copy of", "a book called": not "the children of", "a place called". */
function introduces(words: string[], at: number): boolean {
  const before = words[at - 1] ?? '';
  if (words[at] === 'of') return before === 'copy' || before === 'copies';
  if (words[at] === 'for') return SEEKING.has(before);
  return (words[at] === 'called' || words[at] === 'titled') && CALLED.has(before);
}

const SEEKING = wordSet('looking look searching search hunting asking here after');
const CALLED = wordSet('book novel one its something it');
