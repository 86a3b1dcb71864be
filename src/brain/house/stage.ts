// What a short answer means depends on what was just asked: one small reader per stage. A reader answers with an
// act, or with a question to be put again, or with null when the text is about something else.
import type { Act, ShownBook, Stage } from '../../../schema/acts.ts';
import type { Situation } from '../situation.ts';
import { addressIn, completed, wholeAddress } from './address.ts';
import type { AddressPart, FoundAddress } from './address.ts';
import type { Intent } from './intents.ts';
import { copiesIn, referenceIn } from './reference.ts';
import type { SentenceKey } from './sentences.ts';
import { contentWords, plain, withoutOpeners } from './text.ts';

/** An act for the chart, or a sentence that asks again. */
export type Reading = { act: Act; shown: ShownBook[] } | { ask: SentenceKey; values?: Record<string, string> };

type Reader = (text: string, intent: Intent | null, situation: Situation) => Reading | null;

const SHIP = /\b(?:ship|shipping|shipped|mail|mailed|mailing|deliver|delivered|delivery|send it|post it|usps)\b/;
const PICKUP =
  /\b(?:pick[- ]?(?:it )?up|pickup|picking (?:it )?up|come (?:by|in|get|grab|over)|swing by|stop by|drop by|in[- ]?store|in person|at the (?:store|shop)|grab it|collect)\b/;
const PAY_NOW =
  /\b(?:pay (?:it |you )?(?:now|online|today|by card|with card)|now|card|link|online|credit|debit|apple pay|right away|pay)\b/;
const HOLD =
  /\b(?:hold|later|in (?:the )?(?:store|shop|person)|at (?:the )?(?:store|shop|counter|pickup)|cash|when i (?:get|come|pick|am)|reserve|set (?:it )?aside|pay there|on pickup|behind the counter)\b/;
const LINK = /\b(?:link|resend|send it again|pay)\b/;

/** Reads `text` against the question that is open; null when it does not answer it. */
export function readStage(text: string, intent: Intent | null, situation: Situation): Reading | null {
  return READERS[situation.stage](plain(text), intent, situation);
}

const act = (
  type: Exclude<Act['type'], 'customer.choseBook' | 'customer.namedSeveral' | 'customer.gaveAddress'>,
): Reading => ({
  act: { type },
  shown: [],
});

/** Exactly one book is chosen; several are only named. */
export function chosen(books: readonly ShownBook[], copies: number): Reading | null {
  const [only, ...others] = books;
  if (only === undefined) return null;
  if (others.length === 0) return { act: { type: 'customer.choseBook', isbn13: only.isbn13, copies }, shown: [only] };
  const shown = books.slice(0, 10);
  return { act: { type: 'customer.namedSeveral', isbn13s: shown.map((book) => book.isbn13) }, shown };
}

// "is the second one any good" points at a book and does not take it.
function looks(text: string, intent: Intent | null): boolean {
  return (
    LOOKING.has(intent) ||
    (intent === null && /^(?:is|are|does|do|did|has|was|were|what|how|why|when|who|which)\b/.test(text))
  );
}
const LOOKING: ReadonlySet<Intent | null> = new Set<Intent | null>([
  'price',
  'stock',
  'about',
  'another',
  'recommend',
  'offTopic',
  'thanks',
  'bye',
]);

const pick: Reader = (text, intent, { table, offers }) => {
  if (looks(text, intent)) return null;
  const reference = referenceIn(text, table);
  const wider = reference.kind === 'none' || reference.kind === 'dangling' ? referenceIn(text, offers) : reference;
  const copies = copiesIn(text) ?? 1;
  if (wider.kind === 'one') return chosen([wider.book], copies);
  return wider.kind === 'several' ? chosen(wider.books, copies) : null;
};

const browsing: Reader = (text, intent, situation) => (intent === 'choose' ? pick(text, intent, situation) : null);

const recommending: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  if (intent === 'yes') return pick(text, intent, situation) ?? chosen(situation.table, copiesIn(text) ?? 1);
  const takes = intent === 'choose' || (intent === null && isShort(text));
  return takes ? pick(text, intent, situation) : null;
};

const confirmingWhich: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  return pick(text, intent, situation) ?? (intent === 'yes' || intent === 'choose' ? { ask: 'ask.which' } : null);
};

const confirmingSure: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  const copies = copiesIn(text) ?? bareCount(text);
  if (copies !== null && situation.chosen !== null) return chosen([situation.chosen], copies);
  const other = referenceIn(text, situation.offers);
  if (other.kind === 'one' && other.book.isbn13 !== situation.chosen?.isbn13 && !looks(text, intent))
    return chosen([other.book], 1);
  return intent === 'yes' || takesTheChosen(text, intent, situation) ? act('customer.agreed') : null;
};

/** "i'll take it" is a yes; "i'll take meditations" is not, when another book is on the counter. */
function takesTheChosen(text: string, intent: Intent | null, { chosen: book }: Situation): boolean {
  if (intent !== 'choose') return false;
  const ofTheBook = book === null ? [] : contentWords(plain([book.title, ...book.authors].join(' ')));
  const known = new Set([...TAKING, ...ofTheBook]);
  return contentWords(withoutOpeners(text)).every((word) => known.has(word));
}
const TAKING: readonly string[] =
  'ill take have buy grab order purchase lets do id gimme sold deal money wrap ring up down put aside set hold then now just today pls yes yeah yep sure ok okay copy copies two three both ship shipped mail mailed pick'.split(
    ' ',
  );

const method: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  if (PICKUP.test(text)) return act('customer.wantsPickup');
  const address = readAddress(situation);
  if (address !== null && 'act' in address) return address;
  if (
    SHIP.test(text) &&
    (intent !== 'shippingCost' || /^(?:can|could|would) (?:you|u) (?:ship|mail|send|deliver) it\b/.test(text))
  ) {
    return act('customer.wantsShipping');
  }
  if (intent === 'choose' && HOLD.test(text)) return act('customer.wantsPickup');
  return intent === 'yes' || takesTheChosen(text, intent, situation) ? { ask: 'ask.method' } : null;
};

const address: Reader = (text, intent, situation) => {
  if (PICKUP.test(text) && addressIn(text) === null) return act('customer.wantsPickup');
  const found = readAddress(situation);
  if (found !== null) return found;
  if (intent === 'no') return act('customer.declined');
  return intent === 'yes' ? { ask: 'ask.address' } : null;
};

const readback: Reader = (text, intent, situation) => {
  const found = addressIn(text) === null ? null : readAddress(situation);
  if (found !== null) return found;
  if (PICKUP.test(text)) return act('customer.wantsPickup');
  if (intent === 'no') return act('customer.declined');
  if (intent === 'yes' || /^(?:ship|send|mail) (?:it|there)/.test(text)) return act('customer.agreed');
  return null;
};

const payment: Reader = (text, intent, situation) => {
  if (HOLD.test(text) && intent !== 'hours' && intent !== 'address') return act('customer.wantsHold');
  if (intent === 'no') return act('customer.declined');
  if (SHIP.test(text) && !FACTUAL.has(intent)) return act('customer.wantsShipping');
  if (PAY_NOW.test(text) && !FACTUAL.has(intent)) return act('customer.paysNow');
  return intent === 'yes' || takesTheChosen(text, intent, situation) ? { ask: 'ask.payment' } : null;
};
const FACTUAL: ReadonlySet<Intent | null> = new Set<Intent | null>([
  'hours',
  'address',
  'tax',
  'shippingCost',
  'phone',
  'price',
  'stock',
  'about',
]);

const preparing: Reader = (text, intent, situation) => {
  if (intent === 'yes' || intent === 'chitchat' || intent === 'choose') return { ask: 'payment.preparing' };
  return awaiting(text, intent, situation);
};

const awaiting: Reader = (text, intent) => {
  if (intent === 'no') return act('customer.declined');
  if (intent === 'yes') return act('customer.agreed');
  return LINK.test(text) && !FACTUAL.has(intent) ? act('customer.paysNow') : null;
};

const READERS: Record<Stage, Reader> = {
  browsing,
  recommending,
  'confirming.which': confirmingWhich,
  'confirming.sure': confirmingSure,
  'fulfillment.method': method,
  'fulfillment.address': address,
  'fulfillment.readback': readback,
  'fulfillment.payment': payment,
  'payment.preparing': preparing,
  'payment.awaiting': awaiting,
};

const SHORT_WORDS_MAX = 6;

function isShort(text: string): boolean {
  return text.split(' ').length <= SHORT_WORDS_MAX;
}

function bareCount(text: string): number | null {
  const count = /^(\d{1,2})(?: please| pls)?$/.exec(text)?.[1];
  return count !== undefined && Number(count) >= 1 && Number(count) <= 10 ? Number(count) : null;
}

const PART_NAMES: Record<AddressPart, string> = {
  name: 'a name',
  line1: 'the street',
  line2: 'the unit',
  city: 'the city',
  state: 'the state',
  zip: 'the zip',
};

/** The address in the unread texts, completed by what the customer wrote just before; asks for what is missing. */
function readAddress({ unread, history, stage }: Situation): Reading | null {
  const earlier = stage === 'fulfillment.method' ? null : earlierAddress(history);
  const found = addressIn(unread.join('\n')) ?? missingName(earlier, unread.at(-1) ?? '');
  if (found === null) return null;
  const whole = completed(earlier, found);
  const given = wholeAddress(whole);
  if (given !== null) return { act: { type: 'customer.gaveAddress', address: given }, shown: [] };
  return { ask: 'ask.addressRest', values: { missing: listed(whole.missing.map((part) => PART_NAMES[part])) } };
}

const EARLIER_LINES_MAX = 6;

function earlierAddress(history: Situation['history']): FoundAddress | null {
  return history
    .slice(-EARLIER_LINES_MAX)
    .filter((line) => line.by === 'customer')
    .map((line) => addressIn(line.text))
    .filter((found) => found !== null)
    .reduce<FoundAddress | null>((all, found) => completed(all, found), null);
}

/** When only the name was missing, a text of nothing but a name is that name. */
function missingName(earlier: FoundAddress | null, text: string): FoundAddress | null {
  if (earlier === null || earlier.missing.join() !== 'name') return null;
  const name = /^(?:it'?s |for |to |my name is |name is )?([\p{L}][\p{L}' -]{1,60})$/iu.exec(
    text.trim().replace(/[.!]$/, ''),
  )?.[1];
  return name === undefined || name.split(' ').length > 4 ? null : { parts: { name }, missing: [] };
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
