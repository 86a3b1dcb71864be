// When nothing else fits: a look through the shelf by words alone, and owning up to not having understood.
import type { Stage } from '../../../schema/acts.ts';
import type { Book } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { whichReply } from './book-talk.ts';
import { shortTitle, talk } from './draft.ts';
import { perhapsBeyond, soughtWords, unknownBook } from './missing.ts';
import { sentence } from './sentences.ts';
import type { SentenceKey } from './sentences.ts';
import { contentWords, plain, withoutOpeners } from './text.ts';

/** A last look through the shelf by words alone; a weak hit is asked back, never asserted. */
export async function searched(catalogue: Shelf, situation: Situation, text: string): Promise<Draft> {
  if (isIsbn(text)) return (await perhapsBeyond(catalogue, situation, text)) ?? unknownBook(situation);
  const words = contentWords(withoutOpeners(text));
  const found = words.length > SEARCH_WORDS_MAX ? [] : await catalogue.search(situation.storeId, words.join(' '), 10);
  const books = found.filter((book) => isNamedBy(book, words)).slice(0, 3);
  if (books.length === 0)
    return (
      (ASKS_WHERE_TO_BEGIN.test(text) ? await byOneWord(catalogue, situation, text) : null) ??
      (await perhapsBeyond(catalogue, situation, text)) ??
      lost(situation)
    );
  return { ...whichReply(books, situation.seed, true), confidence: 0.4 };
}

/** A series, mostly. */
const ASKS_WHERE_TO_BEGIN = /\b(?:intro(?:duction)? to|begin with)\b/;

const ODD_WORD_CHARS_MIN = 7;
const ODD_WORDS_MAX = 4;

/** "the earthsea book, the first one i think": one odd word of a title is enough to ask back. */
export async function byOneWord(catalogue: Shelf, situation: Situation, text: string): Promise<Draft | null> {
  const books = await withOddWord(catalogue, situation.storeId, text);
  return books.length > 0 ? { ...whichReply(books, situation.seed, true), confidence: 0.4 } : null;
}

/** The books that bear one of the text's odd words in title or series, up to three. */
export async function withOddWord(catalogue: Shelf, storeId: number, text: string): Promise<Book[]> {
  const odd = contentWords(text).filter((word) => word.length >= ODD_WORD_CHARS_MIN);
  for (const word of odd.slice(0, ODD_WORDS_MAX)) {
    const found = await catalogue.search(storeId, word, 3);
    const books = found.filter(({ title, series }) => contentWords(plain(`${title} ${series ?? ''}`)).includes(word));
    if (books.length > 0) return books;
  }
  return [];
}

const NAME_WORDS_MAX = 3;

/** "do you have any terry pratchett": the writer whom all that is sought names; null where no book of theirs is listed. */
export async function writerSought(catalogue: Shelf, storeId: number, text: string): Promise<string | null> {
  const words = contentWords(soughtWords(text));
  if (words.length === 0 || words.length > NAME_WORDS_MAX) return null;
  const found = await catalogue.search(storeId, words.join(' '), 3);
  const writers = found.flatMap(({ authors }) => authors);
  return writers.find((name) => words.every((word) => contentWords(plain(name)).includes(word))) ?? null;
}

const SEARCH_WORDS_MAX = 6;
const STEM_CHARS = 5;

/** Whether title, author or subject begins like every word that was said: a search that forgives more finds "pay now" too. */
function isNamedBy({ title, authors, subjects, series }: Book, words: readonly string[]): boolean {
  const own = contentWords(plain([title, ...authors, ...subjects, series ?? ''].join(' ')));
  return (
    words.some((word) => word.length > 2) &&
    words.every((word) =>
      own.some((each) => (word.length > 2 ? each.startsWith(word.slice(0, STEM_CHARS)) : each === word)),
    )
  );
}

const OPEN_QUESTIONS: Partial<Record<Stage, SentenceKey>> = {
  'confirming.which': 'ask.which',
  'confirming.sure': 'ask.sure',
  'missing.offered': 'ask.missing',
  'missing.sure': 'ask.sure',
  'fulfillment.method': 'ask.method',
  'fulfillment.address': 'ask.address',
  'fulfillment.readback': 'ask.readback',
  'fulfillment.payment': 'ask.payment',
};

const SPANISH =
  /\b(?:hola|quiero|quisiera|tienes|tienen|cuanto|cu\u00e1nto|libros?|gracias|por favor|busco|algun|alg\u00fan|donde|d\u00f3nde|necesito|envio|recoger)(?!\p{L})/iu;

/** Not understood: where a question is open it is put again, else anything may come. */
function lost({ stage, chosen: book, seed, unread }: Situation): Draft {
  if (SPANISH.test(unread.join(' '))) return talk([sentence('lost.spanish', seed)], [], 0.2);
  const question = OPEN_QUESTIONS[stage] ?? 'lost';
  if (question === 'ask.sure' && book === null) return talk([sentence('lost', seed)], [], 0.2);
  return talk([sentence(question, seed, book === null ? {} : { title: shortTitle(book.title) })], [], 0.2);
}

function isIsbn(text: string): boolean {
  return /^(?:isbn:? ?)?(?:97[89][- ]?)?[\d- ]{9,13}[\dx]$/.test(text);
}
