// A book that is taken by its title, or by the order before: chosen when it is exactly one, asked back when not.
import type { Book, Resolution } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { addressIn } from './address.ts';
import { bookReply, meantBooks, whichReply } from './book-talk.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { shortTitle, talk } from './draft.ts';
import type { Intent } from './intents.ts';
import { byOneWord } from './last-look.ts';
import { beyondShelf, soughtWords, unknownBook } from './missing.ts';
import { NOTHING_CHOSEN, ORDER_WORDS, TAKES_IT } from './naming.ts';
import { chosen, saidIfAny } from './reading.ts';
import { copiesIn } from './copies.ts';
import { namedIn } from './reference.ts';
import { sentence } from './sentences.ts';
import { contentWords, plain, withoutOpeners } from './text.ts';
import { slotsOf, wishes } from './wish.ts';

/** Wants to buy, and leaves it open which. */
export const ANY_BOOK =
  /\b(?:recommend\w*|suggest\w*|recs?|something|anything|a (?:\w+ )?(?:book|novel|read)|some books?)\b/;

/** "i'll take dune": a book that was not on the table is chosen by its title, when it is exactly one. */
export async function takenBook(
  catalogue: Shelf,
  situation: Situation,
  intent: Intent | null,
  text: string,
): Promise<Draft | null> {
  if (intent === 'again') return sameAgain(catalogue, situation, text);
  if (intent !== 'choose') return null;
  const meant = await meantBooks(catalogue, situation, titlePart(text));
  const isUnknown = namesSomething(text) && !ANY_BOOK.test(text) && !wishes(slotsOf(text));
  if (isUnknown && (meant.kind === 'dangling' || meant.kind === 'none'))
    return (
      (await byOneWord(catalogue, situation, text)) ??
      (await beyondShelf(catalogue, situation, titlePart(text))) ??
      unknownBook(situation)
    );
  if (meant.kind === 'dangling') return talk([sentence('book.dangling', situation.seed)], [], 0.6);
  if (meant.kind === 'none') return null;
  if (meant.kind === 'several' && meant.books.length === 1) return whichReply(meant.books, situation.seed, true);
  const books = meant.kind === 'one' ? [meant.book] : meant.books;
  return saidIfAny(chosen(books.map(shownBook), copiesIn(text) ?? 1), situation);
}

/** "kindred, ship it to …": the book that was named along with an address; null where none was, or not for certain. */
export async function bookWithAddress(catalogue: Shelf, situation: Situation, text: string): Promise<Draft | null> {
  const { stage, unread, storeId } = situation;
  if (!NOTHING_CHOSEN.has(stage)) return null;
  const title = titlePart(text);
  if (title === text || addressIn(unread.join('\n'))?.parts.line1 === undefined) return null;
  const named = await catalogue.resolve(storeId, title);
  if (named.kind !== 'one') return null;
  return saidIfAny(chosen([shownBook(named.book)], copiesIn(text) ?? 1), situation);
}

/**
 * "the dispossessed, 2 copies, pickup": a title beside how it is wanted, before "it", or said in full, whatever lies on the counter;
 * null where none was named, or not for certain.
 */
export async function bookWithWay(
  catalogue: Shelf,
  situation: Situation,
  intent: Intent | null,
  text: string,
): Promise<Draft | null> {
  if ((intent !== null && intent !== 'choose') || !OPEN_TO_BOOKS.test(situation.stage)) return null;
  const before = situation.chosen === null ? null : namedBeforeIt(text);
  const title = titlePart(before ?? text);
  const isWhole = title === text;
  const isAlone = isWhole && intent === null;
  if (contentWords(title).length === 0 || (isAlone && namedIn(text, situation.offers).length === 0)) return null;
  const books = booksOf(await catalogue.resolve(situation.storeId, title), before !== null);
  if (books.some(({ isbn13 }) => isbn13 === situation.chosen?.isbn13)) return null;
  if (isWhole && !books.every((book) => isSaidInFull(book, text))) return null;
  if (isAlone && !books.every((book) => isTakenForAnother(book, text, situation))) return null;
  return saidIfAny(chosen(books.map(shownBook), copiesIn(text) ?? 1), situation);
}

/** "small gods and mort please", "do you have dune and kindred": titles that are each said in full; null for anything else. */
export async function severalBooks(
  catalogue: Shelf,
  situation: Situation,
  intent: Intent | null,
  text: string,
): Promise<Draft | null> {
  if (!SEVERAL_AFTER.has(intent) || !NOTHING_CHOSEN.has(situation.stage)) return null;
  const books = await booksEachInFull(catalogue, situation.storeId, soughtWords(text));
  if (books === null) return null;
  if (intent === 'stock')
    return talk(
      books.flatMap((book) => bookReply(intent, book, situation.seed).bubbles),
      books,
    );
  return saidIfAny(chosen(books.map(shownBook), 1), situation);
}

/** "small gods and mort": the two or three books whose titles are all that is said; null for anything else. */
export async function booksEachInFull(catalogue: Shelf, storeId: number, words: string): Promise<Book[] | null> {
  const titles = words.split(/\s*(?:,|&|\band\b)\s*/);
  if (titles.length < 2 || titles.length > TITLES_MAX) return null;
  const named = await Promise.all(titles.map((title) => catalogue.resolve(storeId, title)));
  const books = named.flatMap((each) => (each.kind === 'one' ? [each.book] : []));
  return titles.some((title, index) => plain(shortTitle(books[index]?.title ?? '')) !== title) ? null : books;
}
const TITLES_MAX = 3;
const SEVERAL_AFTER: ReadonlySet<Intent | null> = new Set<Intent | null>([null, 'choose', 'stock']);

function booksOf(named: Resolution, orSeveral: boolean): Book[] {
  if (named.kind === 'one') return [named.book];
  return named.kind === 'several' && orSeveral ? named.books : [];
}

/** "i'll take dune messiah" is not Dune. A title of one word may be said of anything. */
function isSaidInFull({ title }: Book, text: string): boolean {
  return contentWords(plain(title)).length > 1 && plain(text).includes(plain(title));
}

/** "dune messiah", said alone where Dune is among the offers. */
function isTakenForAnother({ title, isbn13 }: Book, text: string, { stage, offers }: Situation): boolean {
  const isAllThatIsSaid = NOTHING_CHOSEN.has(stage) && plain(shortTitle(title)) === soughtWords(text);
  return isAllThatIsSaid && namedIn(text, offers).some((offer) => offer.isbn13 !== isbn13);
}

/** "hold the hobbit, i'll get it friday" → "hold the hobbit": it is what was named just before, whatever lies on the counter. */
function namedBeforeIt(text: string): string | null {
  const it = TAKES_IT.exec(text);
  if (it === null) return null;
  const before = text.slice(0, it.index).replace(/(?:[,.;]| and )[^,.;]*$/, '');
  return before.trim() === '' ? null : before;
}
const OPEN_TO_BOOKS = /^(?:browsing|recommending|confirming|fulfillment)/;

/** "2 copies of dune, pickup, pay now" → "dune": what is said of the order is no part of a title. */
export function titlePart(text: string): string {
  const aside = PUT_ASIDE.exec(text);
  const rest = (aside?.slice(1).find((part) => part !== undefined) ?? text)
    .replace(/^a copy of /, '')
    .replace(
      /[\s,.]+(?:and )?(?:please )?(?:can you |could you |just )?(?:ship|send|mail|deliver)(?: (?:it|them|that))?(?: to)?\b.*$/,
      '',
    )
    .replace(/[\s,.]+(?:x ?)?(?:\d{1,2}|one|two|three|four|five) (?:more )?cop(?:y|ies)\b(?! of)/g, '')
    .replace(/[\s,.]+(?:and )?(?:for )?(?:pick[- ]?up|picking (?:it )?up|pay (?:now|later)|hold (?:it|them))\b/g, '')
    .replace(/\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a couple) (?:more )?cop(?:y|ies) of /, '');
  return rest.trim() === '' ? text : rest;
}

const PUT_ASIDE =
  /\b(?:(?:put|set) (?!it\b|them\b|both\b|that\b)(.{2,80}) aside|save me (.+)|save (?!it\b|them\b|that\b)(.{2,80}) for me)\b/;

/** More than an order: a title that the shelf does not know, perhaps. */
function namesSomething(text: string): boolean {
  return contentWords(withoutOpeners(titlePart(text))).some((word) => !ORDER_WORDS.has(word));
}

/** "same again": the book of the newest order, when that was one book. */
async function sameAgain(catalogue: Shelf, situation: Situation, text: string): Promise<Draft | null> {
  const isbn13s = [...new Set(situation.orders[0]?.isbn13s ?? [])];
  if (isbn13s.length === 0) return null;
  const books = await catalogue.get(situation.storeId, isbn13s);
  return saidIfAny(chosen(books.map(shownBook), copiesIn(text) ?? 1), situation);
}
