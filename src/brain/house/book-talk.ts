// Talk about particular books: is it here, what does it cost, what is it about, did you mean that one.
import type { ShownBook } from '../../../schema/acts.ts';
import type { Book, Resolution } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { withoutLinksAndAmounts } from '../../../schema/links-and-amounts.ts';
import { authorWords, clipped, fitting, shortTitle, talk } from './draft.ts';
import type { Intent } from './intents.ts';
import { namesOnly } from './naming.ts';
import { countedIn, isNamedInPart, namedIn, referenceIn } from './reference.ts';
import { either, price, sentence } from './sentences.ts';
import { contentWords, withoutOpeners } from './text.ts';

/** The books that a text means: those on the table first, then the shelf. */
export type Meant =
  { kind: 'one'; book: Book } | { kind: 'several'; books: Book[] } | { kind: 'dangling' } | { kind: 'none' };

/** Looks among the books spoken of last, then in the catalogue, then among all that were shown. */
export async function meantBooks(catalogue: Shelf, situation: Situation, text: string): Promise<Meant> {
  const { storeId, table, offers } = situation;
  const pointed = referenceIn(text, countedIn(text, situation));
  // "dune" is part of "dune messiah", and a title of its own.
  const isSure = pointed.kind === 'one' && !isNamedInPart(text, pointed.book);
  const resolved: Resolution = isSure ? { kind: 'none' } : await catalogue.resolve(storeId, text);
  if (resolved.kind === 'one') return resolved;
  if (pointed.kind === 'one') return oneOf(await catalogue.get(storeId, [pointed.book.isbn13]));
  const named = referenceIn(text, offers);
  if (named.kind === 'one') return oneOf(await catalogue.get(storeId, [named.book.isbn13]));
  if (resolved.kind === 'several') return resolved;
  if (pointed.kind === 'several') return { kind: 'several', books: await fresh(catalogue, storeId, pointed.books) };
  if (!namesNothing(text)) return { kind: 'none' };
  // One book on the table was spoken of just now; of several, the one on the counter is meant.
  const onTheCounter = situation.chosen === null || table.length === 1 ? table : [situation.chosen];
  return theTable(catalogue, storeId, onTheCounter, pointed.kind === 'dangling');
}

/** The same for a title alone: nothing in it points, and a book on the table is meant only where it is named by no other word. */
export async function booksTitled(catalogue: Shelf, { storeId, offers }: Situation, title: string): Promise<Meant> {
  const resolved = await catalogue.resolve(storeId, title);
  if (resolved.kind === 'one') return resolved;
  const [offer, ...others] = namedIn(title, offers);
  if (offer !== undefined && others.length === 0 && namesOnly(title, [offer]))
    return oneOf(await catalogue.get(storeId, [offer.isbn13]));
  return resolved;
}

// "do you have it" and "how many copies" are about the table; "do you have the wind in the willows" names a book.
function namesNothing(text: string): boolean {
  return contentWords(withoutOpeners(text)).every((word) => SHELF_WORDS.has(word));
}
const SHELF_WORDS = new Set(
  'copies copy many much price cost costs total all together altogether everything stock left available long pages tell more less sell carry happen wrote written author sad funny scary why violent pictures okay ok right age kids kid children teens suitable appropriate'.split(
    ' ',
  ),
);

async function theTable(
  catalogue: Shelf,
  storeId: number,
  table: readonly ShownBook[],
  points: boolean,
): Promise<Meant> {
  if (table.length === 0) return { kind: points ? 'dangling' : 'none' };
  const books = await fresh(catalogue, storeId, table);
  return books.length === 1 ? oneOf(books) : { kind: 'several', books };
}

function fresh(catalogue: Shelf, storeId: number, books: readonly ShownBook[]): Promise<Book[]> {
  return catalogue.get(
    storeId,
    books.map((book) => book.isbn13),
  );
}

function oneOf([book]: Book[]): Meant {
  return book === undefined ? { kind: 'none' } : { kind: 'one', book };
}

/** What there is to say of one book, by what was asked of it. */
export function bookReply(intent: Intent | null, book: Book, seed: number): Draft {
  const title = shortTitle(book.title);
  const cost = price(book.priceCents);
  if (intent === 'price') return talk([sentence('book.price', seed, { title, price: cost })], [book]);
  if (intent === 'suitable') return talk([fitting(sentence(`suit.${book.age}`, seed, { title }))], [book]);
  if (intent === 'author')
    return talk([fitting(sentence('book.author', seed, { title, author: authorWords(book.authors) }))], [book]);
  if (intent === 'about') return talk([about(book, title, seed)], [book]);
  if (book.onHand === 0) return talk([sentence('book.out', seed, { title, price: cost })], [book]);
  return talk(
    [
      sentence('book.stock', seed, {
        title: `${title} by ${authorWords(book.authors)}`,
        price: cost,
        count: String(book.onHand),
      }),
    ],
    [book],
  );
}

function about(book: Book, title: string, seed: number): string {
  const author = authorWords(book.authors);
  const told = withoutLinksAndAmounts((book.description ?? '').replace(/\s+/g, ' ').trim());
  if (told === '') return sentence('book.aboutUnknown', seed, { title, author });
  return fitting(sentence('book.about', seed, { title, about: clipped(told, 140 - title.length) }));
}

/** "which is better": one of those on the table, in stock before sold out, and why. */
export async function pickReply(catalogue: Shelf, { storeId, table, seed }: Situation): Promise<Draft> {
  const books = await fresh(catalogue, storeId, table);
  const book = books.find((each) => each.onHand > 0) ?? books[0];
  if (book === undefined) return talk([sentence('book.dangling', seed)], [], 0.5);
  const why = sentence('why.favourite', seed);
  return talk([fitting(sentence('book.pick', seed, { title: shortTitle(book.title), why }))], [book]);
}

/** The price of each of several. */
export function pricesReply(books: readonly Book[], seed: number): Draft {
  const few = books.slice(0, 3);
  return talk(
    [
      few
        .map((book) => sentence('book.each', seed, { title: shortTitle(book.title), price: price(book.priceCents) }))
        .join(', '),
    ],
    few,
  );
}

/** Asks which of several; one alone is asked back as "did you mean". */
export function whichReply(books: readonly Book[], seed: number, named: boolean): Draft {
  const few = books.slice(0, 3);
  const full = either(
    few.map((book) => `${shortTitle(book.title)} by ${authorWords(book.authors)} (${price(book.priceCents)})`),
  );
  const brief = either(few.map((book) => shortTitle(book.title)));
  const key = named ? 'book.didYouMean' : 'book.whichOne';
  return talk([fitting(sentence(key, seed, { titles: full }), sentence(key, seed, { titles: brief }))], few, 0.6);
}
