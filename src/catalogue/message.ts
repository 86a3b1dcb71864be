// A text message read for what it may say about books: its words, whether it asks for something, quotes a title,
// talks of reading, or gives an address.
import { fold, wordsOf } from './fold.ts';
import { Hearing } from './hearing.ts';

export type Message = {
  words: string[];
  hearing: Hearing;
  /** For each word, whether it was written with a capital that its place does not explain. */
  capital: boolean[];
  asks: boolean;
  talksOfReading: boolean;
  isAddress: boolean;
  /** Folded words of each stretch in quotation marks, joined by spaces. */
  quoted: string[];
};

const WORDS_MAX = 60;

const ASKS = new RegExp(
  [
    '\\b(?:u|you|ya|yall|guys) (?:still )?(?:got|have|carry|stock|sell)\\b',
    '\\b(?:got|have|is there|are there|any) (?:a |any |the )?(?:copy|copies)\\b',
    '^(?:hey |hi |hello |yo |marty |um |ok |so |and )*(?:got|have|is|any|what about|how about|how much|whats the price)\\b',
    '\\b(?:in stock|for sale|on the shelf|available|have in)\\b',
    '\\b(?:looking for|look for|searching for|after a copy|find me|find|hunting for|carry|order|buy|purchase|get me|grab|pick up)\\b',
    '\\b(?:i want|i need|id like|i would like|ill take|i will take|i wanna|gimme|give me|can i get|could i get|can i have|send me|hold)\\b',
    '\\b(?:do you have|have you got|price of|how much is|copy of|copies of|you know)\\b',
  ].join('|'),
);
const READING =
  /\b(?:read|reading|reread|book|books|novel|author|sequel|loved|finished|recommend|written|wrote|called|title|titled|series|trilogy)\b/;
const STREET =
  /\b\d+[a-z]? (?:\w+ ){1,4}(?:st|street|ave|avenue|rd|road|dr|drive|blvd|boulevard|ln|lane|ct|court|pl|place|way|ter|terrace|pkwy|hwy|apt|unit|suite)\b/;
const ZIP = /\b(?:[a-z]{2}|jersey|york|zip(?: code)?(?: is)?) \d{5}(?: \d{4})?\b/;
const QUOTES = /["“”«»]([^"“”«»]{1,120})["“”«»]|(?<![\p{L}\p{N}])['‘]([^'‘’]{2,120})['’](?![\p{L}\p{N}])/gu;

/** Only the first 60 words count: a longer text is not about one book. */
export function readMessage(text: string): Message {
  const folded = fold(text);
  const pieces = text
    .split(/\s+/)
    .map((piece) => ({ words: wordsOf(piece), isCapital: /^[^\p{L}\p{N}]*\p{Lu}/u.test(piece) }));
  const shouts = pieces.every(({ isCapital, words }) => isCapital || words.length === 0);
  const words = pieces.flatMap((piece) => piece.words).slice(0, WORDS_MAX);
  return {
    words,
    hearing: new Hearing(words),
    capital: pieces.flatMap(({ words, isCapital }, at) => words.map(() => at > 0 && isCapital && !shouts)),
    asks: ASKS.test(folded),
    talksOfReading: READING.test(folded),
    isAddress: STREET.test(folded) || ZIP.test(folded),
    quoted: [...text.matchAll(QUOTES)].map((match) => wordsOf(match[1] ?? match[2] ?? '').join(' ')),
  };
}
