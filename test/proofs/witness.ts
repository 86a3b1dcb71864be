// What an honest bystander knows of a talk: which question with a price was put last, whether the customer has texted since, whether
// one of those texts was taken as a yes, whether they want to hear of us at all, and whether they still wait for a person whom
// they asked for. It never looks into the chart.
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';
import { ReplyOutput, ShownBook } from '../../schema/acts.ts';
import type { Act } from '../../schema/acts.ts';
import { KeptConsent, Speech } from '../../schema/customer.ts';
import type { Effect } from '../../src/runtime/effects.ts';
import { DUNE, UBIK } from '../machines/customer-story.ts';

/**
 * A question that was put: what it named, whether a text came after it, whether that was taken as a yes, and whether another book was
 * shown or asked about since, for which the next yes may be.
 */
export type Question = { about: string; isHeard: boolean; isAgreed: boolean; isOvertaken: boolean };
export type Witness = {
  /** Title, copies and price that were told last, with the question whether they are sure. */
  price: Question | null;
  /** The address that was read back last. */
  address: Question | null;
  /** Which of the two was put last. */
  open: 'price' | 'address' | 'none';
  /** They said STOP, or somebody told us so, and not START since. */
  isStopped: boolean;
  /** What the last gate before the phone was told. */
  isGateClosed: boolean;
  /** They asked for a person, and none has said a word since, nor that it is settled. */
  isWaiting: boolean;
  /** All of it on one line. */
  code: string;
};

export const NOBODY_ASKED: Witness = coded({
  price: null,
  address: null,
  open: 'none',
  isStopped: false,
  isGateClosed: false,
  isWaiting: false,
});

/** Acts by which a customer goes on with a book at its price; naming it is one where it is the same again. */
const YES_TO_PRICE: ReadonlySet<string> = new Set([
  'customer.agreed',
  'customer.paysNow',
  'customer.wantsShipping',
  'customer.wantsPickup',
  'customer.wantsHold',
  'customer.gaveAddress',
]);
/** Acts by which a customer goes on with the address that was read back last. */
const YES_TO_ADDRESS: ReadonlySet<string> = new Set(['customer.agreed', 'customer.paysNow', 'customer.wantsShipping']);
/** Acts that end what they were asked about, whatever it was: nothing is wanted any more, or something else. */
const ENDS: ReadonlySet<string> = new Set([
  'customer.changedMind',
  'customer.wantsCancel',
  'customer.namedSeveral',
  'customer.wantsElsewhere',
  'customer.wantsWaitlist',
  'customer.wantsSpecialOrder',
]);
const TITLES = new Map([DUNE, UBIK].map(({ isbn13, title }) => [isbn13, title]));
/** Asks for title, total and the address that was read back in one. */
const BOTH_LINE = 'fulfillment.readbackAgain';
/** Lines that ask whether a book is still wanted, or invite them to say so. */
const ASKING_LINES = /^(waitlist\.back|order\.(lapsed|holdLapsed|refused\..+))$/;
const PRICE_LINES: ReadonlySet<string> = new Set(['confirm.sure', 'special.sure']);

/** The witness after a turn. What the turn says comes last: whoever answers it texts later. */
export function after(before: Witness, event: AnyEventObject, effects: readonly Effect[]): Witness {
  const heard = hearing(seeing(before, event, effects), event);
  return coded(listening(heard, effects));
}

/** Other books than the one of the price are shown with the words that are said, and before what is made of the text. */
function seeing(before: Witness, event: AnyEventObject, effects: readonly Effect[]): Witness {
  const { price } = before;
  if (price === null || !effects.some(isTalk)) return before;
  const shown = z.object({ shown: z.array(ShownBook) }).safeParse(event['output'] ?? event).data?.shown ?? [];
  const isOther = shown.some(({ title }) => !price.about.startsWith(`${title}, `));
  return isOther ? { ...before, price: { ...price, isOvertaken: true } } : before;
}

/** Whether it says words of the model's own. */
export function isTalk(effect: Effect): boolean {
  return effect.kind === 'action' && effect.name === 'say' && 'bubbles' in Speech.parse(effect.params);
}

function hearing(before: Witness, event: AnyEventObject): Omit<Witness, 'code'> {
  if (event.type === 'text.received') return textHeard(before, event);
  if (event.type === 'consent.revoked') return stopped(before);
  if (event.type === 'staff.said' || event.type === 'staff.handedBack') return { ...before, isWaiting: false };
  if (event.type === 'xstate.done.actor.reply') return understood(before, ReplyOutput.parse(event['output']).act);
  return before;
}

function textHeard(before: Witness, event: AnyEventObject): Omit<Witness, 'code'> {
  const { keyword, text } = event;
  if (keyword === 'stop') return stopped(before);
  const isStart = keyword === 'start' || (before.isStopped && text === 'yes');
  const isStopped = before.isStopped && !isStart;
  if (keyword !== null) return { ...before, isStopped };
  return {
    ...before,
    isStopped,
    price: before.price && { ...before.price, isHeard: true },
    address: before.address && { ...before.address, isHeard: true },
  };
}

// They know what they were told; whatever they said to it is over.
function stopped(before: Witness): Omit<Witness, 'code'> {
  return { ...before, price: anew(before.price), address: anew(before.address), isStopped: true };
}

function understood(before: Witness, act: Act): Omit<Witness, 'code'> {
  if (act.type === 'customer.optedOut') return stopped(before);
  if (act.type === 'customer.wantsPerson') return { ...before, isWaiting: true };
  if (ENDS.has(act.type) || (act.type === 'customer.choseBook' && !isAbout(before.price, act)))
    return { ...before, price: null, address: null, open: 'none' };
  if (act.type === 'customer.declined')
    return { ...before, ...(before.open === 'none' ? {} : { [before.open]: null }) };
  return { ...before, price: agreedTo(before.price, act), address: addressAfter(before, act) };
}

function isAbout(price: Question | null, { isbn13, copies }: { isbn13: string; copies: number }): boolean {
  return price?.about.startsWith(`${TITLES.get(isbn13)}, ${copies} at `) === true;
}

function agreedTo(price: Question | null, { type }: Act): Question | null {
  return YES_TO_PRICE.has(type) || type === 'customer.choseBook' ? agreed(price) : price;
}

// A yes to the price, while that is the question, is none to an address; another address takes the place of the one before.
function addressAfter({ address, open }: Witness, { type }: Act): Question | null {
  if (type === 'customer.gaveAddress') return null;
  return open === 'address' && YES_TO_ADDRESS.has(type) ? agreed(address) : address;
}

function agreed(question: Question | null): Question | null {
  return question?.isHeard ? { ...question, isAgreed: true } : question;
}

function listening(before: Omit<Witness, 'code'>, effects: readonly Effect[]): Omit<Witness, 'code'> {
  let now = before;
  for (const effect of effects) {
    // The same order again, where the first had bad luck, takes another yes to what they know.
    if (effect.kind === 'start') now = { ...now, price: anew(now.price), address: anew(now.address), open: 'none' };
    if (effect.kind !== 'action') continue;
    if (effect.name === 'keepConsent')
      now = { ...now, isGateClosed: KeptConsent.parse(effect.params).change === 'revoked' };
    if (effect.name === 'say') now = asked(now, Speech.parse(effect.params));
  }
  return now;
}

function asked(before: Omit<Witness, 'code'>, speech: Speech): Omit<Witness, 'code'> {
  if (!('line' in speech)) return before;
  const { line, with: facts } = speech;
  if (PRICE_LINES.has(line)) return { ...before, price: question(priceOf(facts)), open: 'price' };
  if (line === BOTH_LINE)
    return { ...before, price: question(priceOf(facts)), address: question('it'), open: 'address' };
  if (line === 'fulfillment.readback') return { ...before, address: question('it'), open: 'address' };
  if (ASKING_LINES.test(line)) return { ...before, price: before.price && { ...before.price, isOvertaken: true } };
  return before;
}

function anew(it: Question | null): Question | null {
  return it && { ...question(it.about), isOvertaken: it.isOvertaken };
}

function question(about: string): Question {
  return { about, isHeard: false, isAgreed: false, isOvertaken: false };
}

/** What a price is told by: "Dune, 1 at 1299". */
export function priceOf({ title, copies, priceCents }: Record<string, string | number>): string {
  return `${title}, ${copies} at ${priceCents}`;
}

function coded(witness: Omit<Witness, 'code'>): Witness {
  const one = (it: Question | null) => (it ? `${it.about} ${it.isHeard} ${it.isAgreed} ${it.isOvertaken}` : '-');
  const { price, address, open, isStopped, isGateClosed, isWaiting } = witness;
  return { ...witness, code: `${one(price)}|${one(address)}|${open}|${isStopped}|${isGateClosed}|${isWaiting}` };
}
