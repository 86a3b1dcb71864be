// Nothing invented reaches a customer: every book, price and promise in a proposal is held against what the shop knows.
// A proposal with a single fault is not said at all.
import { COPIES_MAX } from '../../../schema/acts.ts';
import type { Act, Address, FoundBook } from '../../../schema/acts.ts';
import type { Book } from '../../catalogue/catalogue.ts';
import { placeOfTitle } from '../house/draft.ts';
import { plain } from '../house/text.ts';
import { AMOUNT, LINK, SPELLED } from '../../../schema/links-and-amounts.ts';
import { NOBODY } from '../nobody.ts';
import type { Situation } from '../situation.ts';
import { isUnheard } from './own-yes.ts';
import { isbnsOf } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/**
 * What may be named: `known` books of the shop and books `found` by a book source in this conversation, by ISBN, and
 * amounts that are true of the shop. Cents.
 */
export type Ground = {
  known: ReadonlyMap<string, Book>;
  found: ReadonlyMap<string, FoundBook>;
  situation: Situation;
};

const PROMISE =
  /\b(?:i|we)(?:'ve| have|'ll have| just|'ve just)? (?:placed|charged|refunded|shipped|cancell?ed|reserved|ordered|booked|put (?:it|one|that) (?:aside|on hold)|set (?:it|one) aside|applied)\b|\b(?:your )?(?:order|payment|refund) (?:is|was|has been) (?:placed|complete|confirmed|processed|on its way|approved)\b|\b(?:free of charge|for free|on the house|% off|discount|coupon|promo)\b/i;

/** What kind of thing was wrong, for those who count, and one short sentence about it, for the model. */
export type Fault = { kind: FaultKind; words: string };
export type FaultKind = 'act' | 'yes' | 'book' | 'link' | 'price' | 'author' | 'promise';

/** Empty when the proposal may be said. */
export function faultsOf(proposal: Proposal, act: Act | null, ground: Ground): Fault[] {
  const named = namedBooks(proposal, ground.known);
  const ofTheWorld = namedBooks(proposal, ground.found);
  const text = proposal.bubbles.join('\n');
  return [
    ...(act === null ? [fault('act', 'the act and its fields do not fit together')] : []),
    ...(act !== null && isUnheard(act, ground.situation)
      ? [fault('yes', 'the customer has not answered the question: their own words must say so')]
      : []),
    ...unknownIsbns(proposal, act, ground).map((isbn13) => fault('book', `${isbn13} is not in the catalogue`)),
    ...(act?.type === 'customer.gaveAddress' && !isWritten(act.address, ground.situation)
      ? [fault('act', 'this is not the address that the customer wrote')]
      : []),
    ...(LINK.test(text) ? [fault('link', 'links are not allowed')] : []),
    ...wrongAmounts(proposal.bubbles, named, ground).map((amount) =>
      fault('price', `${amount} is not the price of a book you listed`),
    ),
    ...spelled(text).map((words) => fault('price', `${words} is no price of ours: write it in digits with a $`)),
    ...unknownTitles(text, [...named, ...ofTheWorld], ground).map((title) =>
      fault('book', `"${title}" is not a book you listed`),
    ),
    ...(named.length === 0 && hasNothingElseHere(ground.situation) && proposal.bubbles.some(claimsStock)
      ? [fault('book', 'you say that something is here: list which book')]
      : []),
    ...unknownAuthors(text, [...named, ...ofTheWorld], ground).map((author) =>
      fault('author', `${author} did not write a book you listed`),
    ),
    ...(PROMISE.test(text) && !isTold(text, ground)
      ? [fault('promise', 'you promised something that you cannot do')]
      : []),
  ];
}

/** Every number of an address, which no spelling changes, stands in the customer's own words. */
function isWritten({ line1, line2 = '', zip }: Address, { unread, history }: Situation): boolean {
  const customers = history.filter(({ by }) => by === 'customer').map(({ text }) => text);
  const written = new Set(numbersIn([...unread, ...customers].join(' ')));
  return numbersIn(`${line1} ${line2} ${zip}`).every((number) => written.has(number));
}

function numbersIn(text: string): string[] {
  return text.match(/\d+/g) ?? [];
}

// What counts dollars in digits is judged as an amount.
function spelled(text: string): string[] {
  const found = SPELLED.exec(text)?.[0];
  return found === undefined || /^\d+ (?:dollars?|bucks?)$/i.test(found) ? [] : [found];
}

function fault(kind: FaultKind, words: string): Fault {
  return { kind, words };
}

/** So many books one answer shows at most, and so many it names that are not in the shop. */
export const SHOWN_MAX = 10;
export const FOUND_MAX = 3;

type Named = { isbn13: string; title: string; authors: string[]; series?: string | null };

/** The known books that a proposal lists, and those whose title stands in its bubbles though it forgot to list them. */
export function namedBooks<One extends Named>(proposal: Proposal, known: ReadonlyMap<string, One>): One[] {
  const text = ` ${loose(proposal.bubbles.join(' '))} `;
  const isSaid = (book: One) => book.title.length > 3 && text.includes(` ${loose(book.title)} `);
  return [...known.values()].filter((book) => proposal.books.includes(book.isbn13) || isSaid(book));
}

function unknownIsbns(proposal: Proposal, act: Act | null, { known, found }: Ground): string[] {
  const isUnknown = (isbn13: string) => !known.has(isbn13) && !found.has(isbn13);
  return [...new Set([...proposal.books, ...isbnsOf(act)])].filter(isUnknown);
}

function wrongAmounts(bubbles: readonly string[], named: readonly Book[], { situation }: Ground): string[] {
  const customers = situation.history.filter((line) => line.by === 'customer').map((line) => line.text);
  const heard = new Set(amountsIn([...situation.unread, ...customers].join('\n')).map(({ cents }) => cents));
  const always = new Set([situation.store.shippingCents, ...situation.orders.map((order) => order.totalCents)]);
  // What the customer said, such as "under $15", may be said back, but never as a price.
  const isTrue = (bubble: string, { cents, at, isLimit }: Amount) =>
    always.has(cents) || (isLimit && heard.has(cents)) || pricesAt(bubble, at, named, situation).includes(cents);
  return bubbles.flatMap((bubble) =>
    amountsIn(bubble)
      .filter((amount) => !isTrue(bubble, amount))
      .map(({ words }) => words),
  );
}

const MANY = /\b(?:copies|both|two|three|four|five|total|altogether)\b/;

/** The prices that may stand at this place: those of the book named last before it, else of the first one after it. */
function pricesAt(bubble: string, at: number, named: readonly Book[], { chosen }: Situation): number[] {
  const places = named
    .map((book) => ({ book, place: placeOfTitle(bubble, book.title) }))
    .filter(({ place }) => place >= 0);
  const before = places.filter(({ place }) => place < at).sort((a, b) => b.place - a.place)[0];
  const after = places.filter(({ place }) => place >= at).sort((a, b) => a.place - b.place)[0];
  const owner = (before ?? after)?.book;
  const books = owner !== undefined ? [owner] : named.length > 0 ? named : chosen === null ? [] : [chosen];
  const most = MANY.test(bubble) ? COPIES_MAX : 1;
  const single = books.flatMap(({ priceCents }) =>
    Array.from({ length: most }, (_, index) => priceCents * (index + 1)),
  );
  return most > 1
    ? [...single, named.reduce((sum, book) => sum + book.priceCents, 0), ...named.map((book) => book.priceCents)]
    : single;
}

type Amount = { words: string; cents: number; at: number; isLimit: boolean };

function amountsIn(text: string): Amount[] {
  return [...text.matchAll(AMOUNT)].map((found) => {
    const whole = Number((found[1] ?? found[3] ?? '0').replace(/,/g, ''));
    const cents = whole * 100 + Number((found[2] ?? found[4] ?? '0').padEnd(2, '0'));
    const before = text.slice(Math.max(0, found.index - 16), found.index);
    return {
      words: found[0],
      cents,
      at: found.index,
      isLimit: /\b(?:under|below|over|than|within|to|around|about|budget of)\s*$/i.test(before),
    };
  });
}

const IS_HERE =
  /\b(?:(?:we|i)(?:'ve got| have| got)|there(?:'s| is| are)) (?:it|that one|an? copy|\w+ copies|\d+ (?:here|left|in stock))\b|\b(?:it's|they're|that's|is|are) (?:right )?here\b|\bin stock\b|\bon the shel(?:f|ves)\b/;
const DENIED_OR_OPEN = /\b(?:not?|never|nothing|none|nobody|out of|if|when|once|until|whether|back)\b|n't\b/;

/** "It's here" may be said of the book on the counter, or of an order. */
function hasNothingElseHere({ chosen, orders }: Situation): boolean {
  return chosen === null && orders.length === 0;
}

/** "yes, it's here": a title that the customer made up is not here. */
function claimsStock(bubble: string): boolean {
  return plain(bubble)
    .split(/[,.;:!?]| but /)
    .some((clause) => IS_HERE.test(clause) && !DENIED_OR_OPEN.test(clause));
}

const OWN_NAME = 'Martinus Trismegistus';
/** One Capitalised Word where a title stands: "try Solaris". */
const LONE_TITLE =
  /\b(?:try|read|reading|reread|finished|grab|start with|go with|recommend|suggest|called|titled) (\p{Lu}[\p{L}'\u2019]{2,})\b(?! \p{Lu})/gu;
const NO_TITLE =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|english|spanish|french|german|italian|japanese|latin|greek|marty)$/;

/** Quoted words, runs of Capitalised Words and lone ones, that are neither a known title nor the customer's own. */
function unknownTitles(text: string, named: readonly Named[], { situation, known, found }: Ground): string[] {
  const quoted = [...text.matchAll(/["\u201c]([^"\u201c\u201d\n]{2,120})["\u201d]/g)].map((found) => found[1] ?? '');
  const capital = [
    ...text.matchAll(
      /\b\p{Lu}[\p{L}'\u2019]+(?: (?:of|the|and|a|in|to|for|\p{Lu}[\p{L}'\u2019]*))* \p{Lu}[\p{L}'\u2019]+/gu,
    ),
  ].map((found) => found[0]);
  const lone = [...text.matchAll(LONE_TITLE)]
    .map((found) => found[1] ?? '')
    .filter((word) => !NO_TITLE.test(loose(word)));
  const said = plain([...situation.unread, ...situation.history.map((line) => line.text)].join('\n'));
  const shop = `${situation.store.name} ${situation.store.place ?? ''} ${OWN_NAME}`;
  const allowed = loose(
    [
      ...named.flatMap(wordsOfBook),
      shop,
      ...[...known.values()].flatMap((book) => [...book.authors, ...book.subjects]),
      ...[...found.values()].flatMap(({ authors }) => authors),
      ...situation.orders.flatMap((order) => order.titles),
      situation.library.lastBought?.title ?? '',
    ].join(' | '),
  );
  return [...quoted, ...capital, ...lone].filter(
    (title) => !allowed.includes(loose(title)) && !said.includes(plain(title)),
  );
}

function wordsOfBook({ title, authors, series }: Named): string[] {
  return [title, ...authors, ...(series ? [series] : [])];
}

const NO_AUTHOR = new RegExp(`^(?:${NOBODY})\\b`);

/** Whoever stands after "by" wrote one of the named books, or was named by the customer. */
function unknownAuthors(text: string, named: readonly Named[], { situation }: Ground): string[] {
  const authors = named.flatMap((book) => book.authors).map(loose);
  const said = loose([...situation.unread, ...situation.history.map((line) => line.text)].join(' '));
  return [
    ...text.matchAll(
      /(?<!\b(?:come|stop|swing|drop|go|pass|stand|written|get)\s)\bby\s+([\p{L}][\p{L}.'\u2019]*(?:\s+[\p{L}][\p{L}.'\u2019-]*){0,2})/giu,
    ),
  ]
    .map((found) => loose(found[1] ?? ''))
    .filter((name) => !NO_AUTHOR.test(name))
    .filter((name) => !authors.some((author) => author.includes(firstWords(name, author))) && !said.includes(name));
}

// "by frank herbert is long": only as many words as are shared can be the name.
function firstWords(words: string, author: string): string {
  const all = words.split(' ');
  for (let count = all.length; count > 1; count -= 1) {
    const head = all.slice(0, count).join(' ');
    if (author.includes(head)) return head;
  }
  return all[0] !== undefined && author.split(' ').includes(all[0]) ? all[0] : words;
}

// "your order is confirmed" is true when the shop's own data says nearly that; only orders can make it so.
function isTold(text: string, { situation }: Ground): boolean {
  return situation.orders.length > 0 && !/\b(?:i|we)\b|free|discount|off\b|coupon|promo/i.test(text);
}

function loose(text: string): string {
  return plain(text)
    .replace(/[^\p{L}\p{N}| ]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}
