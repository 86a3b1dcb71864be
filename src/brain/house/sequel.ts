// "what comes after dune": the next book of a series, when the shelf has it; never a guess.
import type { Book } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { meantBooks, whichReply } from './book-talk.ts';
import { fitting, shortTitle, talk } from './draft.ts';
import { price, sentence } from './sentences.ts';

const WORDS_OF_SEQUEL =
  /\b(?:is there|do you have|have you got|got|what(?:'s| is)?|comes?|(?:a |the )?sequel|(?:the )?next|read|books?|volume|part|novel|one|after|of|in|to|from|(?:2|two|ii))\b/g;

/** Answers from the series and number that the catalogue knows. */
export async function sequelReply(catalogue: Shelf, situation: Situation, text: string): Promise<Draft> {
  const { storeId, seed } = situation;
  const title = text.replace(WORDS_OF_SEQUEL, ' ').replace(/\s+/g, ' ').trim();
  const meant = await meantBooks(catalogue, situation, title === '' ? 'that one' : title);
  if (meant.kind === 'several' && meant.books.length > 1) return whichReply(meant.books, seed, true);
  const book = meant.kind === 'one' ? meant.book : meant.kind === 'several' ? meant.books[0] : undefined;
  if (book === undefined) return talk([sentence('book.dangling', seed)], [], 0.5);
  const next = await nextOf(catalogue, storeId, book);
  return next === null
    ? talk([fitting(sentence('book.next.none', seed, { title: shortTitle(book.title) }))], [book])
    : talk([nextWords(next, seed)], [next]);
}

function nextWords(next: Book, seed: number): string {
  const title = shortTitle(next.title);
  if (next.onHand === 0) return sentence('book.next.out', seed, { title });
  return fitting(sentence('book.next', seed, { title, price: price(next.priceCents), count: String(next.onHand) }));
}

const OF_SERIES_MAX = 10;

async function nextOf(catalogue: Shelf, storeId: number, book: Book): Promise<Book | null> {
  const { series, seriesNumber } = book;
  if (series === null || seriesNumber === null) return null;
  const alike = await catalogue.recommend(storeId, { likeIsbn: book.isbn13, age: book.age, limit: OF_SERIES_MAX });
  return alike.find((each) => each.series === series && each.seriesNumber === seriesNumber + 1) ?? null;
}
