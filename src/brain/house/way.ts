// How a book gets to its reader, said before anybody asked: "pickup please", "hold it", "ship it to …", "send the link".
import type { Situation } from '../situation.ts';
import { addressIn, wholeAddress } from './address.ts';
import type { FoundAddress } from './address.ts';
import { lateAddress } from './given-address.ts';
import { intentOf } from './intents.ts';
import type { Intent } from './intents.ts';
import { act } from './reading.ts';
import type { Reading } from './reading.ts';
import { joined } from './text.ts';

/** Not in "don't hold it, ship it". */
export const SHIP =
  /(?<!\b(?:don'?t|do not|(?<!\bwhy )not|never) )\b(?:ship|shipping|shipped|mail|mailed|mailing|deliver|delivered|delivery|send it|post it|usps)\b/;
export const PICKUP =
  /\b(?:pick[- ]?(?:it )?up|pickup|picking (?:it )?up|come (?:by|in|get|grab|over)|swing by|stop by|drop by|in[- ]?store|in person|at the (?:store|shop)|grab it|collect)\b/;
// Stricter than what answers the open question.
const WAY_PAY = /^(?:pay|the link|link)\b|\b(?:i'?ll pay|pay (?:now|online|by card)|send (?:me )?(?:the|a) link)\b/;
const WAY_HOLD =
  /(?<!\b(?:don'?t|do not|(?<!\bwhy )not|never) )\b(?:hold(?! (?:on\b(?! to\b)|up\b|off\b|that thought\b))|reserve|set (?:it |one )?aside|behind the counter|pay (?:there|at the|in the|when i))\b/;
const WAY_WORDS_MAX = 14;

/** The way that the text asks for; null where it only asks about it, or says nothing of it. */
export function wayIn(
  text: string,
  intent: Intent | null,
  { unread, history }: Pick<Situation, 'unread' | 'history'>,
): Reading | null {
  const found = addressIn(unread.join('\n'));
  const given = found === null ? null : wholeAddress(found);
  if (given !== null) return { act: { type: 'customer.gaveAddress', address: given }, shown: [] };
  if (isBegun(found) || (found?.parts.line1 !== undefined && SHIP.test(text))) return act('customer.wantsShipping');
  if (looks(text, intent) || onlyAsks(text, intent) || text.split(' ').length > WAY_WORDS_MAX) return null;
  if (isHold(text, intent)) return act('customer.wantsHold');
  if (PICKUP.test(text)) return act('customer.wantsPickup');
  if (wantsShipped(text, intent)) return toShip(history);
  return WAY_PAY.test(text) && !FACTUAL.has(intent) ? act('customer.paysNow') : null;
}

/** "when can i pick it up" and "does it come in large print" do not say that it is picked up. */
function onlyAsks(text: string, intent: Intent | null): boolean {
  return (
    FACTUAL.has(intent) &&
    /^(?:(?:and|so|then)[, ]+)*(?:when|what time|how late|where|do|does|is|are|any|have|got)\b/.test(text)
  );
}

/** A street and where it is: "i'm near 6 park ave" is no address. */
export function isBegun(found: FoundAddress | null): boolean {
  return found?.parts.line1 !== undefined && found.missing.length < 3;
}

/** "hold it for me" says both: picked up, and paid there; "hold on" neither. */
export function isHold(text: string, intent: Intent | null): boolean {
  return WAY_HOLD.test(text) && intent !== 'chitchat' && !looks(text, intent) && !FACTUAL.has(intent);
}

/** Whether shipping is asked for, not only asked about. */
export function wantsShipped(text: string, intent: Intent | null): boolean {
  if (!SHIP.test(text)) return false;
  return !FACTUAL.has(intent) || /\b(?:can|could|would) (?:you|u) (?:just )?(?:ship|mail|send|deliver) it\b/.test(text);
}

/** An address that was given before anybody asked for it is read back, not asked for again. */
export function toShip(history: Situation['history']): Reading {
  const given = lateAddress(history);
  return given === null
    ? act('customer.wantsShipping')
    : { act: { type: 'customer.gaveAddress', address: given }, shown: [] };
}

/** "buy kindred, pickup": what was said along with the choice still holds when the yes comes. */
export function saidWithTheChoice({ history }: Situation): Reading | null {
  const last = history.findLastIndex((line) => line.by === 'customer');
  const before = history.slice(0, last + 1);
  const texts = before.slice(before.findLastIndex((line) => line.by !== 'customer') + 1).map((line) => line.text);
  const text = joined(texts);
  return texts.length === 0 ? null : wayIn(text, intentOf(text), { unread: texts, history: [] });
}

/** What asks for a fact, whatever words it uses. */
export const FACTUAL: ReadonlySet<Intent | null> = new Set<Intent | null>([
  'hours',
  'address',
  'tax',
  'shippingCost',
  'phone',
  'price',
  'stock',
  'about',
  'author',
  'deliveryTime',
  'order',
  'linkLife',
  'haggle',
  'shopAsk',
  'suitable',
]);

/** "is the second one any good" points at a book and does not take it. */
export function looks(text: string, intent: Intent | null): boolean {
  return (
    LOOKING.has(intent) ||
    (intent !== 'choose' &&
      intent !== 'yes' &&
      /^(?:is|are|does|do|did|has|was|were|what|how|why|when|who|which|i(?:'ve| have| already| just)* (?:read|bought|loved|liked|own|ordered))\b/.test(
        text,
      ))
  );
}
const LOOKING: ReadonlySet<Intent | null> = new Set<Intent | null>([
  'price',
  'stock',
  'about',
  'author',
  'another',
  'recommend',
  'offTopic',
  'thanks',
  'bye',
]);
