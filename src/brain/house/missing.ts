// Books that are not on the shelf: wanted when they are back, ordered in, or some other way, and titles that the shop
// does not list at all. What a book source says is checked before it is said; what none could say is owned up to.
import { COPIES_MAX } from '../../../schema/acts.ts';
import type { Act, FoundBook } from '../../../schema/acts.ts';
import type { Book } from '../../catalogue/catalogue.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { bookReply, meantBooks, whichReply } from './book-talk.ts';
import { authorWords, fitting, saysTitle, shortTitle, talk } from './draft.ts';
import type { Intent } from './intents.ts';
import type { Reading } from './reading.ts';
import { copiesIn } from './copies.ts';
import { either, sentence } from './sentences.ts';
import { contentWords, withoutOpeners } from './text.ts';
import { slotsOf, wishes } from './wish.ts';

export type MissingIntent = Extract<Intent, 'waitlist' | 'specialOrder' | 'elsewhere'>;

export function isAboutMissing(intent: Intent | null): intent is MissingIntent {
  return intent === 'waitlist' || intent === 'specialOrder' || intent === 'elsewhere';
}

/** The act of wanting a book that is not there, in this way. */
export function wantOf(intent: MissingIntent, isbn13: string, copies = 1): Act {
  switch (intent) {
    case 'waitlist':
      return { type: 'customer.wantsWaitlist', isbn13 };
    case 'specialOrder':
      return { type: 'customer.wantsSpecialOrder', isbn13, copies };
    case 'elsewhere':
      return { type: 'customer.wantsElsewhere', isbn13 };
  }
}

/** "text me when it's back", "can you order neuromancer for me". */
export async function missingReply(
  catalogue: Shelf,
  situation: Situation,
  intent: MissingIntent,
  text: string,
): Promise<Draft> {
  if ((copiesIn(text) ?? 1) > COPIES_MAX) return talk([sentence('copies.max', situation.seed)]);
  const words = soughtWords(text);
  const known = situation.elsewhere ?? (situation.found.length === 1 ? situation.found[0] : undefined);
  if (words === '' && known)
    return { act: wantOf(intent, known.isbn13, copiesIn(text) ?? 1), bubbles: [], shown: [], confidence: 0.9 };
  const meant = await meantBooks(catalogue, situation, words === '' ? 'that one' : words);
  if (meant.kind === 'several') return whichReply(meant.books, situation.seed, meant.books.length === 1);
  if (meant.kind === 'one') return wantedOrHere(meant.book, situation, intent, text);
  if (meant.kind === 'dangling' || words === '') return talk([sentence('book.dangling', situation.seed)], [], 0.6);
  return (await beyondShelf(catalogue, situation, words, intent)) ?? unknownBook(situation);
}

function wantedOrHere(book: Book, { seed }: Situation, intent: MissingIntent, text: string): Draft {
  if (book.onHand > 0) return bookReply('stock', book, seed);
  const act = wantOf(intent, book.isbn13, copiesIn(text) ?? 1);
  return { act, bubbles: [], shown: [shownBook(book)], confidence: 0.9 };
}

/** A title that the shelves do not know, looked up in the world; null where nobody knows it either. */
export async function beyondShelf(
  catalogue: Shelf,
  { storeId, seed }: Situation,
  text: string,
  intent: MissingIntent = 'elsewhere',
): Promise<Draft | null> {
  const words = soughtWords(text);
  if (contentWords(words).length === 0) return null;
  const finding = await catalogue.beyond(storeId, words);
  if (finding.kind === 'trouble') return talk([sentence('beyond.trouble', seed)], [], 0.6);
  const [book] = finding.kind === 'found' ? finding.books : [];
  if (finding.kind !== 'found' || book === undefined) return null;
  if (!finding.isSure) return { ...talk([maybe(finding.books, seed)], [], 0.5), found: finding.books };
  const told = fitting(
    sentence('beyond.found', seed, { title: named(book) }),
    sentence('beyond.found', seed, { title: shortTitle(book.title) }),
  );
  return { act: wantOf(intent, book.isbn13), bubbles: [told], shown: [], found: [book], confidence: 0.9 };
}

/** "babel by r. f. kuang": a title with its author is that book and no other of theirs, ours or not. Null for the rest. */
export async function titledReply(
  catalogue: Shelf,
  situation: Situation,
  intent: Intent | null,
  text: string,
): Promise<Draft | null> {
  const title = /^(.+?) by \S/.exec(soughtWords(text))?.[1];
  if (title === undefined || contentWords(title).length === 0 || NO_TITLE.test(title)) return null;
  const named = await catalogue.resolve(situation.storeId, text);
  if (named.kind === 'one') return bookReply(intent, named.book, situation.seed);
  if (named.kind !== 'none') return null;
  return (await beyondShelf(catalogue, situation, text)) ?? (wishes(slotsOf(title)) ? null : unknownBook(situation));
}
const NO_TITLE =
  /\b(?:any(?:thing)?|something|some|every(?:thing)?|all|books?|novels?|stor(?:y|ies)|stuff|more|others?|else|ones?|what|which|who|recommend\w*|latest|newest|first|last|favou?rite|good|best|written|read|loved?|like|similar|fan|in the mood)\b/;

/** The same for a text that may be a title and may be anything: said only when a source is sure. */
export async function perhapsBeyond(catalogue: Shelf, situation: Situation, text: string): Promise<Draft | null> {
  const words = contentWords(withoutOpeners(text));
  const isOpen = situation.stage === 'browsing' || situation.stage === 'recommending';
  if (!isOpen || words.length === 0 || words.length > TITLE_WORDS_MAX || isTalk(text)) return null;
  const draft = await beyondShelf(catalogue, situation, text);
  return draft?.act.type === 'customer.asked' ? null : draft;
}
const TITLE_WORDS_MAX = 6;

/** "my mother just died" is for nobody else's ears, unless it was asked for as a book is. */
function isTalk(text: string): boolean {
  const bare = withoutOpeners(text);
  return OF_PEOPLE.test(bare) && !OF_BOOKS.test(bare);
}
const OF_BOOKS = /\b(?:have|carry|stock|sell|order|buy|cop(?:y|ies)|books?|novel|looking for|called)\b/;
const OF_PEOPLE =
  /\b(?:i|i'?m|i'?ve|i'?d|i'?ll|me|my|mine|myself|we|us|our|you|u|your|ur|(?:he|she|they)(?:'s|'re)?|his|her|mom|mum|mother|dad|father|wife|husband|sister|brother|son|daughter|kids?|boss|doctor)\b/;

/** A yes to "did you mean …?" about a book of the world. */
export function foundBookMeant({ history, found, stage }: Situation, intent: Intent | null): Reading | null {
  const last = history.at(-1);
  const isAsked = stage === 'browsing' || stage === 'recommending';
  if (intent !== 'yes' || !isAsked || last?.by !== 'marty') return null;
  const meant = found.filter(({ title }) => saysTitle(last.text, title));
  const [book] = meant;
  return book === undefined || meant.length > 1 ? null : { act: wantOf('elsewhere', book.isbn13), shown: [] };
}

export function unknownBook({ seed }: Situation): Draft {
  return talk([sentence('book.unknown', seed)], [], 0.5);
}

function maybe(books: readonly FoundBook[], seed: number): string {
  return fitting(
    sentence('beyond.maybe', seed, { titles: either(books.map(named)) }),
    sentence('beyond.maybe', seed, { titles: either(books.map(({ title }) => shortTitle(title))) }),
  );
}

function named({ title, authors }: FoundBook): string {
  return authors.length === 0 ? shortTitle(title) : `${shortTitle(title)} by ${authorWords(authors)}`;
}

const AROUND_A_TITLE: readonly RegExp[] = [
  /\b(?:how|where) else (?:can|could|do) i (?:get|buy|find|order)\b|\b(?:another|other) ways? to (?:get|buy)\b|\bwhere (?:can|could) i (?:get|buy|find)\b/g,
  /\b(?:do|does|did|would|could|can|will) (?:you|u|y'?all|ya|i)(?: guys)?(?: happen to)?(?: still)?(?: please)?(?: (?:have|carry|stock|sell|got|get|order|find|buy|know|recommend))?(?: me)?\b/g,
  /\b(?:put|add) me (?:down|on|to)(?: the| a| your)?(?: wait(?:ing)? ?list| list)?(?: for)?\b|\b(?:the |a )?wait(?:ing)? ?list(?: for)?\b|\bnotify me\b|\bback in stock\b/g,
  /\b(?:text|tell|let|message|notify|ping|alert)\b(?: me)?(?: know)? (?:when|once|if|as soon as)(?: you (?:get|have|got)| there(?:'s| is))?\b/g,
  /\b(?:have you got|you got|got|i'?m (?:looking|searching|hunting) for|looking for|i(?:'d| would)? (?:want|need|like|take)(?: to (?:buy|order|get))?|i'?ll take|how much (?:is|are|for)|price of|tell me about|is there|the book(?: called)?|a book called|special order|order|in stock|on the shelf|in the (?:shop|store)|for me|from you|please|pls|thanks)\b/g,
  /\b(?:any |an? |one |\d+ )?cop(?:y|ies)(?: of)?\b/g,
];
/** What is left standing behind a title: "… is back", "… in". */
const LEFT_BEHIND = /(?:(?:\s+|^)(?:in|on|at|for|it|me|back|here|again|of|to|when|is|are|comes?|and|,|\.)|'s)+$/;

/** "do you have piranesi by susanna clarke?" → "piranesi by susanna clarke"; empty where no title is left. */
export function soughtWords(text: string): string {
  const bare = AROUND_A_TITLE.reduce((rest, phrase) => rest.replace(phrase, ' '), withoutOpeners(text));
  const words = bare.replace(/[?!]/g, ' ').replace(/\s+/g, ' ').trim().replace(LEFT_BEHIND, '').trim();
  return /^(?:it|it's|that|this|one|them|that one|this one)?$/.test(words) ? '' : words;
}
