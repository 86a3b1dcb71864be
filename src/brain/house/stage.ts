// What a short answer means depends on what was just asked: one small reader per stage. A reader answers with an
// act, or with a question to be put again, or with null when the text is about something else.
import { COPIES_MAX } from '../../../schema/acts.ts';
import type { ShownBook, Stage } from '../../../schema/acts.ts';
import type { Situation } from '../situation.ts';
import { saidLast } from '../table.ts';
import { addressIn } from './address.ts';
import { saysTitle } from './draft.ts';
import { bareCount, copiesIn, copiesTaken, correctedCount, countBeside } from './copies.ts';
import { askAddress, correctedAddress, readAddress } from './given-address.ts';
import type { Intent } from './intents.ts';
import { act, chosen } from './reading.ts';
import type { Reading } from './reading.ts';
import { wantOf } from './missing.ts';
import { namesNoOther, namesOnly, takesAnother } from './naming.ts';
import { namedIn, referenceIn, takenFrom } from './reference.ts';
import { plain } from './text.ts';
import {
  FACTUAL,
  isBegun,
  looks,
  isHold,
  PICKUP,
  saidWithTheChoice,
  SHIP,
  toShip,
  wantsShipped,
  wayIn,
} from './way.ts';

type Reader = (text: string, intent: Intent | null, situation: Situation) => Reading | null;

const PAY_NOW =
  /\b(?:pay (?:it |you )?(?:now|online|today|by card|with card)|now|card|link|online|credit|debit|apple pay|right away|pay)\b/;
const HOLD =
  /(?<!\b(?:don'?t|do not|(?<!\bwhy )not|never) )\b(?:hold(?! (?:on\b(?! to\b)|up\b|off\b|that thought\b))|later|in (?:the )?(?:store|shop|person)|at (?:the )?(?:store|shop|counter|pickup)|cash|when i (?:get|come|pick|am)|reserve|set (?:it )?aside|pay there|on pickup|behind the counter)\b/;
/** Of the two answers to "order it in, or text you when one turns up?". */
const WAIT_FOR_IT =
  /\blet me know\b|\b(?:text|tell|notify|ping) me\b(?! (?:more|about|what|who|why|how)\b)|\b(?:the |your )?(?:wait(?:ing)? ?)?list\b|\b(?:i'?ll|i can|rather) wait\b/;
const ORDER_IT =
  /^(?:please |yes |ok )?(?:order|get) (?:it|one|that|a copy)\b|\border (?:it |one )?in\b|\bspecial order\b|^order(?: please)?$/;
const UNPRICED = { priceCents: 0, onHand: 0 };
const LINK = /\b(?:link|resend|send it again|pay)\b/;

/** Reads `text` against the question that is open; null when it does not answer it. */
export function readStage(text: string, intent: Intent | null, situation: Situation): Reading | null {
  const words = plain(text);
  const other = otherBook(words, intent, situation);
  if (other !== null) return other;
  return takesAnother(words, intent, situation)
    ? offered(words, situation)
    : (otherCount(words, situation) ?? READERS[situation.stage](words, intent, situation));
}

/** While one book is on the counter: "the other one", or a yes to the one that Marty has spoken of since. */
function otherBook(text: string, intent: Intent | null, situation: Situation): Reading | null {
  const { stage, chosen: book, offers } = situation;
  if (book === null || !/^(?:confirming\.sure|fulfillment)/.test(stage)) return null;
  if (OTHER_ONE.test(text))
    return chosen(
      offers.filter(({ isbn13 }) => isbn13 !== book.isbn13),
      1,
    );
  const since = intent === 'yes' ? justNamed(situation) : null;
  return since && chosen([since], copiesIn(text) ?? 1);
}
const OTHER_ONE =
  /^(?:(?:no|nah|wait|actually|sorry|i meant?|make it|ok|and|but)[,. ]+)*the other(?: one| book)?(?:[ ,]+(?:please|pls|instead|then|actually|i meant?))*$/;

/** "actually 3", when it was agreed and only the way is open: asked about anew. */
function otherCount(text: string, situation: Situation): Reading | null {
  const { stage, chosen: book } = situation;
  if (book === null || !stage.startsWith('fulfillment') || addressIn(text) !== null) return null;
  if (stage === 'fulfillment.readback' && correctedAddress(situation) !== null) return null;
  if (!namesOnly(text.replace(TIMES_OR_WHOM, ''), [book], CORRECTING)) return null;
  const copies = correctedCount(text) ?? countBeside(text);
  return copies === null ? null : chosen([book], copies);
}
const TIMES_OR_WHOM = /\bx(?=\d)|\b(?:for|to) (?!\d).*$/g;
const CORRECTING: readonly string[] =
  'no nope not but may actually wait sorry oops hm hmm well make change instead only second thought ten three four five six seven eight nine'.split(
    ' ',
  );

function offered(text: string, { offers, chosen: book }: Situation): Reading | null {
  const named = namedIn(text, offers);
  if (named.length > 1) return chosen(named, 1);
  const other = referenceIn(text, offers);
  if (other.kind !== 'one' || other.book.isbn13 === book?.isbn13) return null;
  return chosen([other.book], copiesIn(text) ?? 1);
}

const pick: Reader = (text, intent, situation) => {
  if (looks(text, intent)) return null;
  const { offers } = situation;
  const said = beforeAddress(text, situation);
  const reference = referenceIn(said, takenFrom(said, situation));
  const wider = reference.kind === 'none' || reference.kind === 'dangling' ? referenceIn(said, offers) : reference;
  const copies = copiesIn(text) ?? 1;
  if (wider.kind === 'one') return chosen([wider.book], copies);
  return wider.kind === 'several' ? chosen(wider.books, copies) : null;
};

const browsing: Reader = (text, intent, situation) => {
  if (intent === 'choose') return pick(text, intent, situation);
  if (intent === 'yes') return isAskedOfTable(situation) ? chosen(situation.table, copiesIn(text) ?? 1) : null;
  return wayWithTable(text, intent, situation);
};

/** News that asks, such as that a book is back: it came while the talk rested. */
function isAskedOfTable({ history, table: [book, ...others] }: Situation): boolean {
  if (book === undefined || others.length > 0) return false;
  const news = history.slice(history.findLastIndex(({ by, kind }) => by !== 'marty' || kind !== 'fact') + 1);
  const asks = news.at(-1)?.text.endsWith('?') ?? false;
  return asks && news.some(({ text }) => saysTitle(text, book.title));
}

const recommending: Reader = (text, intent, situation) => {
  const count = situation.table.length === 1 ? bareCount(text) : null;
  if (count !== null) return chosen(situation.table, count);
  if (intent === 'no') return act('customer.declined');
  const copies = situation.table.length === 1 && intent === null && isShort(text) ? copiesIn(text) : null;
  if (copies !== null) return chosen(situation.table, copies);
  const way = wayWithTable(text, intent, situation);
  if (way !== null) return way;
  if (intent === 'yes') return pick(text, intent, situation) ?? chosen(situation.table, copiesWith(text, situation));
  if (intent !== 'choose' && !(intent === null && isShort(text))) return null;
  return pick(text, intent, situation) ?? (sealsIt(text, intent) ? chosen(situation.table, copiesTaken(text)) : null);
};

/** "sold": no word of it names a book. */
function sealsIt(text: string, intent: Intent | null): boolean {
  return intent === 'choose' && namesOnly(text, []);
}

/** "6 copies of dune", asked back as "Dune by Frank Herbert?": the yes takes six. */
function copiesWith(text: string, { history }: Situation): number {
  const before = history.findLast((line) => line.by === 'customer');
  return copiesIn(text) ?? countBeside(text) ?? (before ? copiesIn(before.text) : null) ?? 1;
}

const confirmingWhich: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  const picked = pick(text, intent, situation);
  if (picked !== null) return picked;
  if (addressIn(situation.unread.join('\n'))?.parts.line1 !== undefined) return { ask: 'address.early' };
  if (intent === 'choose' && !namesNoOther(text, situation.offers)) return null;
  if (!['yes', 'choose'].includes(intent ?? '') && wayIn(text, intent, situation) === null) return null;
  // "2, pickup" may be the second of those that were listed.
  const isSure = situation.table.length === 1 && (copiesIn(text) !== null || countBeside(text) === null);
  return isSure ? chosen(situation.table, copiesIn(text) ?? 1) : { ask: 'ask.which' };
};

const confirmingSure: Reader = (text, intent, situation) => {
  const said = beforeAddress(text, situation);
  const other = referenceIn(said, situation.offers);
  const isOther = other.kind === 'one' && other.book.isbn13 !== situation.chosen?.isbn13 && !looks(text, intent);
  const copies = correctedCount(said) ?? bareCount(said) ?? countBeside(said);
  const namesOther = isOther && namedIn(said, [other.book]).length > 0;
  if (copies !== null && situation.chosen !== null && !namesOther) return chosen([situation.chosen], copies);
  if (intent === 'no') return act('customer.declined');
  if (isOther) return chosen([other.book], copiesTaken(said));
  const way = wayIn(text, intent, situation);
  const paysNow = way !== null && 'act' in way && way.act.type === 'customer.paysNow';
  if (way !== null) return (paysNow ? saidWithTheChoice(situation) : null) ?? way;
  if (intent === 'yes') return saidWithTheChoice(situation) ?? act('customer.agreed');
  return takesTheChosen(text, intent, situation) ? act('customer.agreed') : null;
};

/** "ship it" of what lies on the table takes that book first; with nothing on the table the chart asks which. */
function wayWithTable(text: string, intent: Intent | null, situation: Situation): Reading | null {
  if (intent === 'choose' && (situation.table.length === 0 || !namesOnly(text, situation.table))) return null;
  const way = wayIn(text, intent, situation);
  if (way === null) return null;
  const isAddress = isBegun(addressIn(situation.unread.join('\n')));
  if (!isAddress && intent !== 'choose' && !isShort(text)) return null;
  if (situation.table.length === 0) return isAddress ? { ask: 'address.early' } : way;
  const said = beforeAddress(text, situation);
  const counted = takenFrom(said, situation);
  const meant = referenceIn(said, counted);
  return chosen(meant.kind === 'one' ? [meant.book] : counted, copiesTaken(said));
}

/** "the second, ship it to ruth miller, …": whoever it goes to wrote none of them. */
function beforeAddress(text: string, { unread }: Situation): string {
  const { name, line1 } = addressIn(unread.join('\n'))?.parts ?? {};
  const starts = [name, line1].map((part) => (part === undefined ? -1 : text.indexOf(plain(part))));
  return text.slice(0, Math.min(text.length, ...starts.filter((at) => at >= 0)));
}

/** "i'll take it" is a yes; "i'll take meditations" is not, when another book is on the counter. */
function takesTheChosen(text: string, intent: Intent | null, { chosen: book }: Situation): boolean {
  return intent === 'choose' && namesOnly(text, book === null ? [] : [book]);
}

/** Elsewhere the one word asks what it costs; here it answers how, unless it asks. */
function justShips(text: string, { unread }: Situation): boolean {
  return JUST_SHIP.test(text) && !unread.join().includes('?');
}
const JUST_SHIP =
  /^(?:delivery|delivered|shipping|shipped|by mail|mail|post|the mail)(?: please| pls| then| is fine)*$/;

const method: Reader = (text, intent, situation) => {
  if (intent === 'no') return act('customer.declined');
  if (isHold(text, intent)) return act('customer.wantsHold');
  if (PICKUP.test(text)) return act('customer.wantsPickup');
  const address = readAddress(situation);
  if (address !== null && 'act' in address) return address;
  if (isBegun(addressIn(situation.unread.join('\n'))) || wantsShipped(text, intent) || justShips(text, situation))
    return toShip(situation.history);
  if (intent === 'choose' && HOLD.test(text)) return act('customer.wantsPickup');
  return intent === 'yes' || takesTheChosen(text, intent, situation) ? { ask: 'ask.method' } : null;
};

const address: Reader = (text, intent, situation) => {
  if (addressIn(text) === null && isHold(text, intent)) return act('customer.wantsHold');
  if (PICKUP.test(text) && addressIn(text) === null) return act('customer.wantsPickup');
  const found = readAddress(situation);
  const answered = found ?? correctedAddress(situation);
  if (answered !== null) return answered;
  if (intent === 'no') return act('customer.declined');
  return intent === 'yes' || wantsShipped(text, intent) ? askAddress(situation) : null;
};

const readback: Reader = (text, intent, situation) => {
  const found = addressIn(text) === null ? null : readAddress(situation);
  if (found !== null) return found;
  if (isHold(text, intent)) return act('customer.wantsHold');
  if (PICKUP.test(text)) return act('customer.wantsPickup');
  const corrected = correctedAddress(situation);
  if (corrected !== null) return corrected;
  if (intent === 'no') return act('customer.declined');
  if (intent === 'yes' || /^(?:ship|send|mail) (?:it|there)/.test(text)) return act('customer.agreed');
  return null;
};

const payment: Reader = (text, intent, situation) => {
  if (intent === 'chitchat') return null;
  if (HOLD.test(text) && !ABOUT_THE_SHOP.has(intent)) return act('customer.wantsHold');
  if (intent === 'no') return act('customer.declined');
  if (SHIP.test(text) && !FACTUAL.has(intent)) return act('customer.wantsShipping');
  if (PAY_NOW.test(text) && !FACTUAL.has(intent)) return act('customer.paysNow');
  return intent === 'yes' || takesTheChosen(text, intent, situation) ? { ask: 'ask.payment' } : null;
};
const ABOUT_THE_SHOP: ReadonlySet<Intent | null> = new Set<Intent | null>(['hours', 'address', 'stock']);

const preparing: Reader = (text, intent, situation) => {
  if (intent === 'yes' || intent === 'chitchat' || intent === 'choose') return { ask: 'payment.preparing' };
  return awaiting(text, intent, situation);
};

const awaiting: Reader = (text, intent, situation) => {
  const another = justNamed(situation);
  const way = intent === 'choose' && !namesOnly(text, situation.table) ? null : wayIn(text, intent, situation);
  if (another !== null && (intent === 'yes' || way !== null)) return chosen([another], copiesIn(text) ?? 1);
  if (intent === 'no') return act('customer.declined');
  if (intent === 'yes') return act('customer.agreed');
  return LINK.test(text) && intent !== 'choose' && !FACTUAL.has(intent) ? act('customer.paysNow') : way;
};

/** The one other book that Marty has just spoken of. */
function justNamed({ table, chosen: paying, history }: Situation): ShownBook | null {
  const [only, ...others] = table;
  if (only === undefined || others.length > 0 || only.isbn13 === paying?.isbn13) return null;
  return saysTitle(saidLast(history).join(' '), only.title) ? only : null;
}

const missingOffered: Reader = (text, intent, { elsewhere }) => {
  if (elsewhere === null) return null;
  if (intent === 'yes') return act('customer.agreed');
  if (intent === 'no') return act('customer.declined');
  const { isbn13 } = elsewhere;
  if (intent === 'waitlist' || WAIT_FOR_IT.test(text)) return { act: wantOf('waitlist', isbn13), shown: [] };
  const orders = intent === 'specialOrder' || (intent === 'choose' && namesOnly(text, [{ ...elsewhere, ...UNPRICED }]));
  if (!orders && !ORDER_IT.test(text)) return null;
  const copies = copiesIn(text) ?? 1;
  return copies > COPIES_MAX ? { ask: 'copies.max' } : { act: wantOf('specialOrder', isbn13, copies), shown: [] };
};

const missingSure: Reader = (text, intent, situation) => {
  const { elsewhere, chosen: book } = situation;
  if (intent === 'yes') return act('customer.agreed');
  if (intent === 'no') return act('customer.declined');
  const isbn13 = book?.isbn13 ?? elsewhere?.isbn13;
  if (isbn13 === undefined) return null;
  if (intent === 'waitlist' || WAIT_FOR_IT.test(text)) return { act: wantOf('waitlist', isbn13), shown: [] };
  const copies = copiesIn(text) ?? bareCount(text);
  if (copies !== null && copies <= COPIES_MAX) return { act: wantOf('specialOrder', isbn13, copies), shown: [] };
  if (ORDER_IT.test(text)) return act('customer.agreed');
  return wayIn(text, intent, situation);
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
  'missing.offered': missingOffered,
  'missing.sure': missingSure,
  'payment.preparing': preparing,
  'payment.awaiting': awaiting,
};

const SHORT_WORDS_MAX = 6;

function isShort(text: string): boolean {
  return text.split(' ').length <= SHORT_WORDS_MAX;
}
