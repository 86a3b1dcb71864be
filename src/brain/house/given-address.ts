// The address that a customer has given, over one text or several: what is whole is proposed, what is missing asked for.
import { COPIES_MAX } from '../../../schema/acts.ts';
import type { Address } from '../../../schema/acts.ts';
import type { Situation } from '../situation.ts';
import { isZipOf, stateCode } from '../../commerce/us-states.ts';
import { addressIn, completed, wholeAddress } from './address.ts';
import type { AddressPart, FoundAddress } from './address.ts';
import type { Reading } from './reading.ts';

const PART_NAMES: Record<AddressPart, string> = {
  name: 'a name',
  line1: 'the street',
  line2: 'the unit',
  city: 'the city',
  state: 'the state',
  zip: 'the zip',
};

/** The address in the unread texts, completed by what the customer wrote just before; asks for what is missing. */
export function readAddress({ unread, history, stage }: Situation): Reading | null {
  const earlier = stage === 'fulfillment.method' ? null : earlierAddress(history);
  const found = addressIn(unread.join('\n')) ?? missingName(earlier, unread.at(-1) ?? '');
  if (found === null) return null;
  const whole = completed(earlier, found);
  const given = wholeAddress(whole);
  return given === null ? restOf(whole) : { act: { type: 'customer.gaveAddress', address: given }, shown: [] };
}

/** Asks for the address, or for what is missing of the one that was begun. */
export function askAddress({ history }: Situation): Reading {
  const begun = earlierAddress(history);
  return begun === null || begun.missing.length === 0 ? { ask: 'ask.address' } : restOf(begun);
}

function restOf({ missing }: FoundAddress): Reading {
  return { ask: 'ask.addressRest', values: { missing: listed(missing.map((part) => PART_NAMES[part])) } };
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
  return name === undefined || name.split(' ').length > 4 || NO_NAME.test(name)
    ? null
    : { parts: { name }, missing: [] };
}
const NO_NAME =
  /^(?:[yk]$|(?:yes|yea|yeah|yep|yup|ok|okay|no|nope|nah|sure|right|correct|that'?s|thats|that|it|this|thanks|thank|hi|hey|hello|what|who|why|how|when|where|which|is (?:it|that|this)|are (?:you|there)|do (?:you|i)|does|can (?:you|i)|wait|sorry|hmm+|please|pls|cool|great|good|fine|done|my|i|the)(?: |$))/i;

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const UNIT_ALONE = /\b(?:apt|apartment|unit|suite|ste|floor|#)\.? ?#?[\w-]+/i;
const NO_PART = /\b(?:no|nope|sorry|it'?s|its|i meant?|actually|oops|the|state|is|should be|in)\b|[.,!]/gi;

/** "ok" is Oklahoma only to who lives there. */
const TALK = /^\W*(?:ok|hi|oh|me|or|ma|pa|la)\b\W*$/i;

/** "no, 14", where an address was read back. */
const HOUSE_ALONE =
  /^(?:(?:no|nope|sorry|oops|wait|i meant?|it'?s|its|it should be|should be|(?:the )?(?:house )?number(?: is)?)[ ,.:]+)+#?(\d{1,6}[a-z]?)(?:,? not (\d{1,6}[a-z]?))?\W*$/i;

/** The house that is meant instead; a small number alone may be one of copies, and one with a letter a door. */
function otherHouse(text: string, { line1, line2 }: Address): string | null {
  const [, house, wrong] = HOUSE_ALONE.exec(text) ?? [];
  if (house === undefined) return null;
  if (wrong !== undefined) return line1.toLowerCase().startsWith(`${wrong.toLowerCase()} `) ? house : null;
  if (/\b(?:house|number)\b/i.test(text)) return house;
  return Number.parseInt(house, 10) > COPIES_MAX && (line2 === undefined || /^\d+$/.test(house)) ? house : null;
}

/** "no, apt 4", "NJ sorry" and "no, 14" correct the door, the state or the house of the address that was given, and nothing else. */
export function correctedAddress({ unread, history }: Situation): Reading | null {
  const given = lateAddress(history);
  const text = unread.join(' ');
  if (given === null) return null;
  const unit = UNIT_ALONE.exec(text)?.[0];
  const named = stateCode(text.replace(NO_PART, ' ').trim());
  const state = named !== null && (!TALK.test(text) || isZipOf(named, given.zip)) ? named : null;
  const house = otherHouse(text, given);
  const line1 = house === null ? given.line1 : given.line1.replace(/^\d+[a-z]?(?= )/i, house);
  if (unit === undefined && state === null && line1 === given.line1) return null;
  const address = { ...given, line1, ...(unit !== undefined && { line2: unit }), ...(state !== null && { state }) };
  return { act: { type: 'customer.gaveAddress', address }, shown: [] };
}

/** The whole address that was given lately, or null. */
export function lateAddress(history: Situation['history']): Address | null {
  const earlier = earlierAddress(history);
  return earlier === null ? null : wholeAddress(earlier);
}
