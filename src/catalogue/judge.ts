// Decides whether words that look like a title are meant as one. A rare word is proof enough; an everyday word needs
// company: an author, quotation marks, or a text that asks for nothing else.
import { align, type Alignment } from './align.ts';
import { EVERYDAY, GLUE, SHOP_TALK } from './everyday-words.ts';
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
  const alignment = align(form, message.words);
  if (alignment === null || alignment.fit < 0.6) return null;
  const author = findAuthor(message.words, form.book, alignment);
  const isQuoted = message.quoted.includes(message.words.slice(alignment.from, alignment.to + 1).join(' '));
  const rest = restOf(message.words, form.book, alignment, author);
  const named = author !== null || isQuoted;
  if (alignment.fit < fitNeeded(form, named)) return null;
  if (alignment.said < saidNeeded(message, { form, author, isQuoted, rest })) return null;
  const certainty = named ? 1 : Math.min(1, alignment.said / 1.2);
  const otherAuthor = author === null && namesOtherAuthor(message.words, alignment);
  const score = alignment.fit * TRUST[form.kind] * (0.75 + 0.25 * certainty) - (otherAuthor ? 0.25 : 0);
  return {
    ...alignment,
    book: form.book,
    kind: form.kind,
    score: Math.max(0, Math.min(1, score)),
    hasAuthor: author !== null,
    standsAlone: !otherAuthor && (isQuoted || standsAlone(message.words, alignment, author)),
  };
}

/** A long title may lose a word; a short one made of everyday words must be said exactly. */
function fitNeeded(form: IndexedForm, named: boolean): number {
  if (form.total <= 1) return form.words.length === 1 && form.total === 1 ? 0.78 : 0.97;
  return named ? 0.62 : 0.72;
}

type Circumstances = {
  form: IndexedForm;
  author: AuthorSpan | null;
  isQuoted: boolean;
  /** How many words of weight are neither title, author nor shop talk. */
  rest: number;
};

/** The weight of title words that must have been said, given everything else in the text. */
function saidNeeded(message: Message, { form, author, isQuoted, rest }: Circumstances): number {
  const strong = form.weights.some((weight) => weight === 1);
  if (isQuoted) return 0.1;
  if (author !== null) return author.isBeside ? 0.1 : 0.4;
  if (message.isAddress) return 3;
  if (message.asks && rest === 0) return 0.4;
  if (rest === 0) return strong ? 0.78 : 1.2;
  if (message.asks || message.talksOfReading) return strong ? 0.95 : 1.3;
  return strong ? 1.6 : 2;
}

type AuthorSpan = { from: number; to: number; isBeside: boolean };

function findAuthor(words: string[], book: IndexedBook, title: Alignment): AuthorSpan | null {
  for (const surname of book.surnames) {
    for (let from = 0; from + surname.length <= words.length; from++) {
      const to = from + surname.length - 1;
      if (from <= title.to && to >= title.from) continue;
      if (!surname.every((name, at) => isName(name, words[from + at] ?? ''))) continue;
      const span = { from, to, isBeside: isBeside(words, book, title, from, to) };
      const isPlainWord = surname.every((name) => GLUE.has(name) || SHOP_TALK.has(name) || EVERYDAY.has(name));
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
    .every((word) => word === 'by' || word === 'from' || word === 's' || word.length === 1 || book.names.includes(word));
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
function namesOtherAuthor(words: string[], { to }: Alignment): boolean {
  const next = words[to + 2];
  return words[to + 1] === 'by' && next !== undefined && !GLUE.has(next) && !SHOP_TALK.has(next);
}

const BEFORE = new Set(
  `got have has carry stock sell want need get like find for buy order grab take of read reading reread finished loved called titled about
  hold is any a an the my your some me book novel and or not maybe no yes yeah hey hi hello marty please ok so also see send try with it thats its`
    .split(/\s+/),
);
const AFTER = new Set(
  `by in please pls plz today tomorrow tonight still now available there here book novel paperback hardcover and or for u you thanks thank thx
  is was i im from at on if maybe too also yet right though it looks sounds anymore anywhere left again instead marty copy copies then just`
    .split(/\s+/),
);

/** Whether the neighbours leave no doubt: "children of dune" and "dune messiah" are not "Dune". */
function standsAlone(words: string[], { from, to }: Alignment, author: AuthorSpan | null): boolean {
  const isAuthor = (at: number): boolean => author !== null && at >= author.from && at <= author.to;
  let before = from - 1;
  if (ARTICLES.has(words[before] ?? '')) before -= 1;
  const opener = words[before];
  const follower = words[to + 1];
  const isOpen = opener === undefined || isAuthor(before) || (BEFORE.has(opener) && !isJoint(words, before));
  return isOpen && (follower === undefined || isAuthor(to + 1) || AFTER.has(follower));
}

const ARTICLES = new Set(['the', 'a', 'an']);

/** "of", "and", "with" open a title only after talk of a shop: "copy of", "do you have … and". */
function isJoint(words: string[], at: number): boolean {
  const before = words[at - 1];
  if (words[at] === 'of') return before !== 'copy' && before !== 'copies';
  return false;
}
