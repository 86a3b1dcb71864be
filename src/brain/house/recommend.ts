// One to three books from the shelf, each with a reason, never one that this customer has or saw lately.
// An age and a price limit are never given up; mood and subject are, when nothing fits.
import type { Book, Recommendation, Why } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { authorWords, fitting, shortTitle, talk } from './draft.ts';
import { CHEAPER } from './follow-up.ts';
import { withOddWord } from './last-look.ts';
import { price, sentence } from './sentences.ts';
import { slotsOf, wishes, wishOf } from './wish.ts';
import type { Slots } from './wish.ts';

const CANDIDATES = 10;

/** What to recommend for these slots; `text` says how many. */
export async function recommend(catalogue: Shelf, situation: Situation, given: Slots, text: string): Promise<Draft> {
  const liked = await bookCalled(catalogue, situation.storeId, given.likeText);
  const slots = liked === null ? withTaste(given) : given;
  const left = await bookCalled(catalogue, situation.storeId, slots.butText);
  const excluded = excludedIsbns(situation, [liked, left]);
  const wanted =
    liked === null && slots.likeText !== null && slots.author === null ? { ...slots, author: slots.likeText } : slots;
  const full = await candidates(catalogue, situation.storeId, wanted, liked, excluded);
  if (full.length > 0)
    return presented(turned(full, slots, situation.seed).slice(0, countIn(text)), situation, liked, slots);
  const near = await nearby(catalogue, situation.storeId, wanted, liked, excluded);
  if (near.length === 0) return talk([nothing(slots, situation, text)], [], 0.6);
  const draft = presented(near.slice(0, 2), situation, null, slots);
  const notice = missed(slots, near, liked, situation, text);
  return notice === null ? draft : { ...draft, bubbles: [notice, ...draft.bubbles], confidence: 0.6 };
}

/** Owns up to what the shelf does not have, before something else is shown; null when what is shown still fits. */
function missed(
  slots: Slots,
  near: readonly Recommendation[],
  liked: Book | null,
  { seed, offers }: Situation,
  text: string,
): string | null {
  const { author } = slots;
  if (author !== null)
    return offers.some(({ authors }) => isBy(authors, author))
      ? sentence('rec.noSubject', seed, { subject: author })
      : sentence('rec.noAuthor', seed, { author });
  if (slots.likeText !== null && liked === null && text.includes(slots.likeText)) return noLike(slots.likeText, seed);
  const [subject] = slots.genres;
  const [mood] = slots.moods;
  if (mood !== undefined && !near.some((book) => book.moods.includes(mood)))
    return sentence('rec.noMood', seed, { mood });
  const fits = near.some((book) => book.why.some((why) => why.kind === 'subject'));
  return subject === undefined || fits ? null : sentence('rec.noSubject', seed, { subject });
}

const LIKE_WORDS_MAX = 6;

// What is too long for a title was not understood, and is not said back.
function noLike(likeText: string, seed: number): string {
  const like = likeText.split(' ').length > LIKE_WORDS_MAX ? 'that one' : likeText;
  return sentence('rec.noLike', seed, { like });
}

/** "hard sci fi" and "the funny ones" name no book, but a taste; "the hunger games" is a title. */
const TITLE = /^the (?!.*\b(?:ones?|stuff|kinds?|types?|sorts?)$)/;

function withTaste(slots: Slots): Slots {
  const likeText = slots.likeText ?? '';
  const { moods, genres } = slotsOf(likeText);
  if (moods.length + genres.length === 0 || TITLE.test(likeText)) return slots;
  return { ...slots, likeText: null, moods: [...slots.moods, ...moods], genres: [...slots.genres, ...genres] };
}

async function bookCalled(catalogue: Shelf, storeId: number, words: string | null): Promise<Book | null> {
  if (words === null) return null;
  const found = await catalogue.resolve(storeId, words);
  if (found.kind === 'one') return found.book;
  const [book = null] = found.kind === 'several' ? found.books : await withOddWord(catalogue, storeId, words);
  return book;
}

function excludedIsbns({ seenIsbns, library, offers }: Situation, named: ReadonlyArray<Book | null>): string[] {
  const shown = [...offers, ...named.filter((book) => book !== null)].map((book) => book.isbn13);
  return [...new Set([...seenIsbns, ...library.owned, ...shown])];
}

async function candidates(catalogue: Shelf, storeId: number, slots: Slots, liked: Book | null, excluded: string[]) {
  const wish = { ...wishOf(slots, excluded, CANDIDATES), ...(liked !== null && { likeIsbn: liked.isbn13 }) };
  const books = await catalogue.recommend(storeId, wish);
  return books.filter(
    (book) => isWanted(book, slots) && !excluded.includes(book.isbn13) && byAuthor(book, slots.author),
  );
}

// Without any wish everyone would hear of the same two books: the seed decides where the list begins.
function turned(books: Recommendation[], slots: Slots, seed: number): Recommendation[] {
  if (wishes(slots)) return books;
  const from = seed % books.length;
  return [...books.slice(from), ...books.slice(0, from)];
}

function isWanted({ moods, subjects }: Book, { against }: Slots): boolean {
  return ![...moods, ...subjects].some((label) => against.includes(label));
}

// A wish for an author that the shelf lacks is answered with "none of theirs", not silently with another's.
function byAuthor(book: Recommendation, author: string | null): boolean {
  return author === null || book.why.some((why) => why.kind === 'author') || isBy(book.authors, author);
}

function isBy(authors: readonly string[], author: string): boolean {
  const lastName =
    author
      .toLowerCase()
      .split(/[\s.]+/)
      .at(-1) ?? '';
  return authors.some((name) => name.toLowerCase().includes(lastName));
}

/** The same with less asked for: without mood, then without subject and author. */
async function nearby(catalogue: Shelf, storeId: number, slots: Slots, liked: Book | null, excluded: string[]) {
  const looser: Slots[] = [
    { ...slots, moods: [], likeText: null },
    { ...slots, author: null },
    { ...slots, moods: [], genres: [], author: null },
  ];
  for (const wish of looser) {
    const books = await candidates(catalogue, storeId, wish, liked, excluded);
    if (books.length > 0) return books;
  }
  return [];
}

function nothing(slots: Slots, { seed, seenIsbns, offers }: Situation, text: string): string {
  if (CHEAPER.test(text)) return sentence('rec.noneCheaper', seed);
  if (slots.priceMaxCents !== null) return sentence('rec.noneUnder', seed, { price: price(slots.priceMaxCents) });
  return sentence(seenIsbns.length + offers.length > 0 ? 'rec.exhausted' : 'rec.none', seed);
}

function countIn(text: string): number {
  if (/\b(?:a few|some|several|three|3|options|list|couple|bunch|ideas)\b/.test(text)) return 3;
  return /\b(?:one book|just one|a single|your favou?rite|pick one|the best|cheapest)\b/.test(text) ? 1 : 2;
}

function presented(books: readonly Recommendation[], { seed }: Situation, liked: Book | null, slots: Slots): Draft {
  const bubbles = books.map((book, index) => introduced(book, seed + index, liked, slots));
  const close = sentence(books.length === 1 ? 'rec.close.one' : 'rec.close', seed);
  const last = bubbles.at(-1) ?? '';
  return talk([...bubbles.slice(0, -1), fitting(`${last} ${close}`, last)], books);
}

function introduced(book: Recommendation, seed: number, liked: Book | null, slots: Slots): string {
  const values = { title: shortTitle(book.title), author: authorWords(book.authors), price: price(book.priceCents) };
  const why = reason(book, seed, liked, slots);
  return fitting(
    sentence(book.onHand > 0 ? 'rec' : 'rec.out', seed, { ...values, why }),
    sentence('rec.bare', seed, values),
  );
}

/** The strongest reason that answers what was asked, else the strongest there is. */
function reason(book: Recommendation, seed: number, liked: Book | null, slots: Slots): string {
  const like = liked === null ? null : shortTitle(liked.title);
  if (like !== null && book.why.some((why) => why.kind === 'boughtToo')) return sentence('why.bought', seed, { like });
  if (like !== null && seed % 2 === 0) return sentence('why.like', seed, { like });
  const [first] = book.why;
  const asked = book.why.find((why) => answers(why, slots)) ?? first ?? { kind: 'favourite' as const };
  return reasonWords(asked, seed);
}

function answers(why: Why, slots: Slots): boolean {
  if (why.kind === 'mood') return slots.moods.includes(why.mood);
  if (why.kind === 'subject') return slots.genres.some((genre) => why.subject.includes(genre));
  return why.kind === 'author' && slots.author !== null;
}

function reasonWords(why: Why, seed: number): string {
  switch (why.kind) {
    case 'author':
      return sentence('why.author', seed, { author: why.author });
    case 'series':
      return sentence('why.series', seed, { series: why.series });
    case 'subject':
      return sentence('why.subject', seed, { subject: why.subject });
    case 'mood':
      return sentence('why.mood', seed, { mood: why.mood });
    // Said of a liked book alone, above.
    case 'boughtToo':
    case 'favourite':
      return sentence('why.favourite', seed);
  }
}
