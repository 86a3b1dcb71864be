// The house recommender: holds the whole conversation by itself, from the catalogue and the shop's facts.
// Deterministic: the same situation always gives the same reply.
import { acquaintanceOf } from '../acquaintance.ts';
import { saidLast } from '../table.ts';
import type { Act } from '../../../schema/acts.ts';
import { isOptOut } from '../../channels/opt-out.ts';
import type { Draft, OrderFact, Shelf, Situation } from '../situation.ts';
import { bookReply, booksTitled, meantBooks, pickReply, pricesReply, whichReply } from './book-talk.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { fitting, shortTitle, talk } from './draft.ts';
import { factReply } from './facts.ts';
import { CHEAPER, wishInContext } from './follow-up.ts';
import { intentOf } from './intents.ts';
import type { Intent } from './intents.ts';
import { byOneWord, searched, writerSought } from './last-look.ts';
import { beyondShelf, foundBookMeant, isAboutMissing, missingReply, titledReply, unknownBook } from './missing.ts';
import { readable } from './readable.ts';
import { chosen, said } from './reading.ts';
import { NOTHING_CHOSEN } from './naming.ts';
import { heldAgainstShelf } from './part-of-title.ts';
import { questionIn } from './question-forms.ts';
import { questionReply } from './questions.ts';
import { recommend } from './recommend.ts';
import { copiesIn } from './copies.ts';
import { namedIn, referenceIn } from './reference.ts';
import { bookNamedInstead, isDenied, isYesToOther, openOffer, soldOutBook } from './second-thoughts.ts';
import { sentence } from './sentences.ts';
import type { SentenceKey } from './sentences.ts';
import { sequelReply } from './sequel.ts';
import { readStage } from './stage.ts';
import { ANY_BOOK, bookWithAddress, bookWithWay, severalBooks, takenBook } from './taking.ts';
import { contentWords, joined, plain } from './text.ts';
import { slotsOf, wishes } from './wish.ts';
import type { Slots } from './wish.ts';

/** What the unread texts come to, before any book was looked up. */
type Heard = { text: string; intent: Intent | null; slots: Slots };

/** Answers the unread texts. Throws only what the catalogue throws. */
export async function houseReply(catalogue: Shelf, given: Situation): Promise<Draft> {
  const situation = readable(given);
  const first = await oneReply(catalogue, situation);
  let draft = first;
  for (let other = 1; other <= OTHER_WORDINGS && isSaidAgain(draft, situation); other++)
    draft = await oneReply(catalogue, { ...situation, seed: situation.seed + other });
  if (!isSaidAgain(draft, situation)) return draft;
  return isJustSaid(first, situation) ? { ...first, bubbles: [sentence('saidBefore', situation.seed)] } : first;
}

/** What a book is about is said in one way: it is not read out twice in a row. */
function isJustSaid({ bubbles }: Draft, { history, unread }: Situation): boolean {
  return intentOf(joined(unread)) === 'about' && saidLast(history).join('\n') === bubbles.join('\n');
}

/** The same words as in the texts that he remembers are a machine's; other seeds have others, where there are others. */
function isSaidAgain({ bubbles }: Draft, { history }: Situation): boolean {
  return (
    bubbles.length > 0 && bubbles.every((bubble) => history.some(({ by, text }) => by === 'marty' && text === bubble))
  );
}
const OTHER_WORDINGS = 3;

async function oneReply(catalogue: Shelf, situation: Situation): Promise<Draft> {
  const heard = hear(situation);
  for (const answer of ANSWERS) {
    const draft = await answer(catalogue, situation, heard);
    if (draft !== null) return heldAgainstShelf(catalogue, situation, draft);
  }
  return bookTalk(catalogue, situation, heard);
}

type Answer = (catalogue: Shelf, situation: Situation, heard: Heard) => Draft | null | Promise<Draft | null>;

/** The first that has one answers: a book that is named goes before the question that is open, and that before all talk of books. */
const ANSWERS: readonly Answer[] = [
  (catalogue, situation, { intent, text }) => questionReply(catalogue, situation, intent, text),
  (catalogue, situation, { text }) => bookNamedInstead(catalogue, situation, text),
  (catalogue, situation, { text }) => bookWithAddress(catalogue, situation, text),
  (catalogue, situation, { intent, text }) => bookWithWay(catalogue, situation, intent, text),
  (catalogue, situation, { intent, text }) => severalBooks(catalogue, situation, intent, text),
  offerTaken,
  (catalogue, situation, heard) => {
    const settled = settledReply(situation, heard);
    return settled === null ? null : withBook(catalogue, situation, heard, settled);
  },
  (catalogue, situation, { intent, text }) => takenBook(catalogue, situation, intent, text),
];

/** A yes to what Marty himself has just offered. */
function offerTaken(
  catalogue: Shelf,
  situation: Situation,
  { text, intent, slots }: Heard,
): Draft | null | Promise<Draft> {
  switch (openOffer(situation, intent)) {
    case 'look on':
      return recommend(catalogue, situation, { ...slots, likeText: soldOutBook(situation) ?? slots.likeText }, text);
    case 'hear what it is like':
      if (wishes(slotsOf(text))) return recommend(catalogue, situation, slots, text);
      return referenceIn(text, situation.offers).kind === 'one'
        ? null
        : talk([sentence('book.describe', situation.seed)]);
    default:
      return null;
  }
}

/** "are you open sunday, and do you have the hobbit?" gets both answers. */
async function withBook(catalogue: Shelf, situation: Situation, { text }: Heard, fact: Draft): Promise<Draft> {
  if (fact.act.type !== 'customer.asked' || !/\b(?:and|also|plus)\b|[.?!] /.test(text)) return fact;
  const named = await catalogue.resolve(situation.storeId, text);
  if (named.kind !== 'one') return fact;
  const book = bookReply('stock', named.book, situation.seed);
  return { ...book, bubbles: [...fact.bubbles.slice(0, 2), ...book.bubbles] };
}

/**
 * What needs neither a model nor the shelf: wishes that bind us, answers to an open question, facts. Null for the rest, and where
 * more was asked than that answers.
 */
export function plainReply(given: Situation): Draft | null {
  const situation = readable(given);
  const heard = hear(situation);
  const reply = isYesToOther(situation, heard.intent) ? null : settledReply(situation, heard);
  if (reply === null || GOES_BEFORE_ALL.has(reply.act.type)) return reply;
  const alone = (text: string): Situation => ({ ...situation, unread: [text] });
  const sentences = partsOf(situation.unread, /[.?!]+\s+/);
  if (sentences.length > PLAIN_SENTENCES_MAX) return null;
  const clauses = partsOf(sentences, /[\s,]+(?:and|also|plus)\b/).filter((text) => hear(alone(text)).intent !== null);
  return [...sentences, ...clauses].every((text) => isCovered(reply, alone(text))) ? reply : null;
}
const PLAIN_SENTENCES_MAX = 6;
const GOES_BEFORE_ALL: ReadonlySet<Act['type']> = new Set([
  'customer.optedOut',
  'customer.wantsPerson',
  'customer.wantsCancel',
  'customer.gaveAddress',
]);

function partsOf(texts: readonly string[], between: RegExp): string[] {
  return texts.flatMap((text) => text.split(between)).filter((part) => part.trim() !== '');
}

const COURTESIES: ReadonlySet<Intent | null> = new Set(['greet', 'thanks', 'bye']);

/** Whether one sentence alone comes to the same, or to nothing. */
function isCovered({ act, bubbles }: Draft, sentence: Situation): boolean {
  const heard = hear(sentence);
  const alone = settledReply(sentence, heard);
  if (alone === null) return COURTESIES.has(heard.intent);
  return JSON.stringify([alone.act, alone.bubbles]) === JSON.stringify([act, bubbles]);
}

function hear(situation: Situation): Heard {
  const text = joined(situation.unread);
  const alone = intentOf(text);
  const intent = isOtherWish(situation, alone, text) || isOwned(situation, text) ? 'another' : alone;
  return { text, intent, slots: wishInContext(situation, intent, text) };
}

/** "he has dune": whom it is for has what was shown. */
function isOwned({ offers }: Situation, text: string): boolean {
  return OWNS.test(text) && namedIn(text, offers).length > 0;
}
const OWNS =
  /^(?:(?:no|nope|but|oh|hm+|well|sorry)[, ]+)*(?:he|she|they|we)(?:'s got|'ve got| has got| have got| has| have| owns?) (?!(?:\w+(?:ed|en)|to|not|never|just)\b)/;

/** "no, too dark. funny?", "less romance": turns down what is shown, and says what to look for instead. */
function isOtherWish({ stage, table }: Situation, intent: Intent | null, text: string): boolean {
  if (stage !== 'recommending' || table.length === 0 || (intent !== 'no' && intent !== null)) return false;
  const slots = slotsOf(text);
  return slots.against.length > 0 || (intent === 'no' && wishes(slots));
}

function settledReply(situation: Situation, heard: Heard): Draft | null {
  const bound = boundAct(situation, heard.intent);
  if (bound !== null) return { act: bound, bubbles: [], shown: [], confidence: 0.95 };
  if (heard.intent === 'complaint') return complaintReply(situation);
  const reading = foundBookMeant(situation, heard.intent) ?? readStage(heard.text, heard.intent, situation);
  if (reading !== null) return said(reading, situation);
  if (heard.intent === 'order') return orderReply(situation);
  const isTotal = heard.intent === 'price' && /\btotal\b/.test(heard.text);
  const isOfOrder = heard.intent === 'deliveryTime' || heard.intent === 'keep' || isTotal;
  if (isOfOrder && situation.stage === 'browsing' && situation.orders.length > 0) return orderReply(situation);
  const fact = factReply(heard.intent, situation);
  if (fact === null || situation.orders.length === 0 || !COMES_FOR_IT.test(heard.text)) return fact;
  const order = orderReply(situation);
  return { ...order, bubbles: [...order.bubbles, ...fact.bubbles] };
}

/** Whether it is here yet is half of the answer. */
const COMES_FOR_IT = /^(?:(?:and|so|ok|okay)[, ]+)*when\b.*\b(?:pick|come|collect|stop by|swing by)\b/;

/** What a customer may demand in any stage. */
function boundAct(situation: Situation, intent: Intent | null): Act | null {
  const { unread, stage, orders } = situation;
  if (unread.some(isOptOut)) return { type: 'customer.optedOut' };
  if (intent === 'person' || openOffer(situation, intent) === 'a person') return { type: 'customer.wantsPerson' };
  if (isDenied(situation, joined(unread))) return { type: 'customer.wantsPerson' };
  if (intent === 'cancel') return { type: 'customer.wantsCancel' };
  if (intent !== 'changedMind') return null;
  const names = stage === 'browsing' ? /\bcancel\b/ : /\bcancel (?:it|that|this)\b/;
  // "cancel it", where nothing is chosen, is said of an order where there is one.
  const isOfOrder = orders.length > 0 && NOTHING_CHOSEN.has(stage) && names.test(joined(unread));
  if (isOfOrder) return { type: 'customer.wantsCancel' };
  return { type: stage === 'browsing' ? 'customer.declined' : 'customer.changedMind' };
}

/** Something went wrong with what we sold: a person mends that. */
function complaintReply({ seed }: Situation): Draft {
  return { act: { type: 'customer.wantsPerson' }, bubbles: [sentence('sorry', seed)], shown: [], confidence: 0.9 };
}

function orderReply({ orders, seed }: Situation): Draft {
  const [newest] = orders;
  if (newest === undefined) return talk([sentence('order.none', seed)], [], 1);
  return { act: { type: 'customer.askedOrder' }, bubbles: [orderWords(newest, seed)], shown: [], confidence: 0.95 };
}

function orderWords({ titles, status, tracking }: OrderFact, seed: number): string {
  const books = titles.slice(0, 2).map(shortTitle).join(' and ');
  const known = fitting(
    sentence('order.state', seed, { titles: books, status }),
    sentence('order.state', seed, { titles: 'your order', status }),
  );
  return tracking === null ? known : fitting(`${known} tracking ${tracking}.`, known);
}

const SMALL_TALK: ReadonlyMap<Intent, SentenceKey> = new Map<Intent, SentenceKey>([
  ['howAreYou', 'howAreYou'],
  ['injection', 'injection'],
  ['rude', 'rude'],
  ['offTopic', 'offTopic'],
  ['thanks', 'thanks'],
  ['bye', 'bye'],
  ['thinking', 'thinking'],
  ['chitchat', 'chitchat'],
  ['yes', 'chitchat'],
  ['no', 'thanks'],
]);

async function bookTalk(catalogue: Shelf, situation: Situation, heard: Heard): Promise<Draft> {
  const { intent, slots, text } = heard;
  if (intent === 'greet') return greeting(situation);
  if (isAboutMissing(intent)) return missingReply(catalogue, situation, intent, text);
  const small = intent === null ? undefined : SMALL_TALK.get(intent);
  if (small !== undefined) return talk([sentence(small, situation.seed)]);
  if (intent === 'pickOne' && situation.table.length > 1) return pickReply(catalogue, situation);
  if (intent === 'recommend' || intent === 'another' || intent === 'pickOne')
    return recommend(catalogue, situation, slots, text);
  if (intent === 'sequel') return sequelReply(catalogue, situation, text);
  const named = await namedBook(catalogue, situation, heard);
  if (named !== null) return named;
  const titled = slotsOf(text).author === null ? null : await titledReply(catalogue, situation, intent, text);
  if (titled !== null) return titled;
  if (wishes(slotsOf(text)) || CHEAPER.test(text)) return recommend(catalogue, situation, slots, text);
  if (intent === 'stock' || intent === 'price' || intent === 'about' || intent === 'author' || intent === 'suitable')
    return notListed(catalogue, situation, heard);
  if (intent !== 'choose') return searched(catalogue, situation, text);
  if (!ANY_BOOK.test(text)) return talk([sentence('book.dangling', situation.seed)], [], 0.6);
  return recommend(catalogue, situation, slots, text);
}

/** No title of the shelves: perhaps a writer, perhaps misremembered, perhaps a book that is not ours. */
async function notListed(catalogue: Shelf, situation: Situation, { text, slots }: Heard): Promise<Draft> {
  const author = await writerSought(catalogue, situation.storeId, text);
  if (author !== null) return recommend(catalogue, situation, { ...slots, author }, text);
  const near = await byOneWord(catalogue, situation, text);
  return near ?? (await beyondShelf(catalogue, situation, text)) ?? unknownBook(situation);
}

const NEAR_MAX = 5;

/** "do androids dream of sheep": a title half remembered is a title, whatever subjects its words are. */
function saysHalfOf(title: string, text: string): boolean {
  const own = contentWords(plain(title));
  const hits = own.filter((word) => contentWords(text).includes(word)).length;
  return hits >= 2 && hits * 2 >= own.length;
}

/** "i want snow crash": wanted by its title, so that it need not be offered first. */
const WANTS_IT = /^(?:i )?(?:want|need|i'?d like|gimme|give me) (?!to\b)/;

async function namedBook(catalogue: Shelf, situation: Situation, heard: Heard): Promise<Draft | null> {
  const { intent } = heard;
  const question = questionIn(heard.text);
  const text = question?.title ?? heard.text;
  const wish = slotsOf(text);
  if (wish.author !== null || wish.likeText !== null || wish.ageYears !== null) return null;
  if (wish.butText !== null && wishes(wish)) return null;
  const meant = await (question === null ? meantBooks : booksTitled)(catalogue, situation, text);
  if (meant.kind === 'one' && WANTS_IT.test(text))
    return said(chosen([shownBook(meant.book)], copiesIn(text) ?? 1) ?? { ask: 'ask.which' }, situation);
  if (meant.kind === 'one') return bookReply(intent, meant.book, situation.seed);
  if (meant.kind === 'dangling') return talk([sentence('book.dangling', situation.seed)], [], 0.6);
  const near = meant.kind === 'several' ? meant.books : await catalogue.search(situation.storeId, text, NEAR_MAX);
  const half = near.filter((book) => saysHalfOf(book.title, text));
  if (half.length === 1) return whichReply(half, situation.seed, true);
  if (meant.kind === 'none') return null;
  if (intent === null && wishes(wish)) return null;
  if (intent === 'suitable')
    return talk(
      meant.books.slice(0, 2).flatMap((book) => bookReply(intent, book, situation.seed).bubbles),
      meant.books.slice(0, 2),
    );
  if (intent === 'price') return pricesReply(meant.books, situation.seed);
  return whichReply(meant.books, situation.seed, meant.books.length === 1 || intent === null);
}

function greeting(situation: Situation): Draft {
  const acquaintance = acquaintanceOf(situation);
  const { seed, library } = situation;
  if (acquaintance === 'new') return talk([sentence('greet.new', seed)]);
  const isAway = acquaintance === 'away';
  if (library.askAbout === null) return talk([sentence(isAway ? 'greet.away' : 'greet.again', seed)]);
  const title = shortTitle(library.askAbout.title);
  return talk([sentence(isAway ? 'greet.away.known' : 'greet.known', seed, { title })]);
}
