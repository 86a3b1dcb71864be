// A postal address out of free text: "jane doe, 12 elm st apt 4, hoboken nj 07030". It reads from the end, where
// addresses are regular, and reports only what it found; whether the address is real is checked elsewhere.
import { Address } from '../../../schema/acts.ts';
import { stateCode } from '../../commerce/us-states.ts';

/** What was found of an address; `missing` names the rest in the order in which one would ask for it. */
export type FoundAddress = {
  parts: Partial<Record<AddressPart, string>>;
  missing: Exclude<AddressPart, 'line2'>[];
};
export type AddressPart = 'name' | 'line1' | 'line2' | 'city' | 'state' | 'zip';

const NEEDED = ['name', 'line1', 'city', 'state', 'zip'] as const;

const ZIP = /(?:^|[\s,])(\d{5}(?:-\d{4})?)(?=$|[\s,.])(?!.*[\s,]\d{5}(?:-\d{4})?(?:$|[\s,.]))/;
const STREET_KIND =
  'street|st|avenue|ave|av|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|terrace|ter|way|circle|cir|parkway|pkwy|highway|hwy|square|sq|trail|trl|alley|plaza|row|walk|pike|broadway|path|loop';
/** Kinds that are names as well: "1 Loop Rd", and "12 court st", where "st" begins no town since a street has a name. */
const STREET_NAMES = 'loop|path|row|walk|place|square|plaza|alley|way|circle|pike|court|terrace';
const STREET_KIND_AFTER =
  'street|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|parkway|pkwy|highway|hwy|trail|trl|st(?=\\s*(?:,|apt|unit|suite|ste|#))';
/** "1234 county rd 12", "12 avenue b". */
const NUMBERED = String.raw`(?:highway|hwy|route|rte|road|rd) \d{1,4}[a-z]?(?=[\s,]|$)|(?:avenue|ave) [a-z](?=[\s,]|$)`;
const STREET = new RegExp(
  String.raw`\b\d{1,6}[a-z]?(?:[- ]\d+(?:/\d)?)? (?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.? )?(?:[\p{L}\d'.-]+ ){0,4}?(?:${NUMBERED}|(?:${STREET_NAMES}|broadway) (?:${STREET_KIND_AFTER})|(?<=\d[a-z]? (?:[nsew]\.? )?)(?:${STREET_NAMES}) st|${STREET_KIND})\b\.?(?: (?:n|s|e|w|ne|nw|se|sw)\b\.?)?`,
  'iu',
);
const PLAIN_STREET = /\b\d{1,6}[a-z]? [\p{L}][\p{L}\d' .-]*/iu;
const PO_BOX = /\bp\.? ?o\.? ?box \w+/i;
const UNIT =
  /^[\s,]*((?:apt|apartment|unit|suite|ste|floor|fl|rm|room|#)\.? ?#?[\w-]+|\d+(?:st|nd|rd|th) (?:floor|fl))\b/i;
const LEAD =
  /^(?:(?:yes|yeah|yep|ok|okay|sure|but|just|can you|could you|hi|hey|thanks|please|no|nope|wait|oops|hold on|sorry|actually|i meant?|make (?:it|that)|change (?:it|that) to|(?:it )?should be|it'?s|its|(?:my|his|her|their|our|the)(?: \p{L}+'?s)? (?:address|name)(?:'?s| is)|address is|address|name|ship(?: it)?(?: please)?(?: to)?|send(?: it)?(?: to)?|mail(?: it)?(?: to)?|deliver(?: it)?(?: to)?|to|for|this is|i'?m|i am|i live at|live at|at|and)\b[\s,:.-]*)+/iu;
const TAIL = /[\s,]*(?:usa?|u\.s\.a?\.?|united states(?: of america)?|please|thanks|thank you)[\s.!]*$/i;

/** "it's 07031, not 07030". */
const NOT_THAT_ZIP = /(?<=\d{5}.*),? not \d{5}(?:-\d{4})?\b/i;
/** "dune to jane doe": what is said of the order before whom it goes to. */
const UP_TO_WHOM = /^.*\b(?:to|for) /i;

/** Reads one address; null when the text has neither a street nor a ZIP code. */
export function addressIn(text: string): FoundAddress | null {
  const flat = text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s*[\n;|]\s*/g, ', ')
    .replace(/\s+/g, ' ')
    .replace(NOT_THAT_ZIP, '')
    .trim()
    .replace(TAIL, '');
  const zip = ZIP.exec(flat);
  const street =
    PO_BOX.exec(flat) ?? STREET.exec(flat) ?? (zip === null ? null : PLAIN_STREET.exec(beforeComma(flat, zip)));
  if (street === null && zip === null) return null;
  const parts: FoundAddress['parts'] = {};
  if (zip?.[1] !== undefined) parts.zip = zip[1];
  if (street === null) readTown(withoutZip(flat.replace(LEAD, ''), parts.zip), parts);
  else readAround(flat, street, parts);
  return { parts, missing: NEEDED.filter((part) => parts[part] === undefined) };
}

/** The whole address, or null while a part is missing. */
export function wholeAddress({ parts }: FoundAddress): Address | null {
  const parsed = Address.safeParse(parts);
  return parsed.success ? parsed.data : null;
}

/** Later words complete earlier ones: a part that `later` found replaces the same part of `earlier`. */
export function completed(earlier: FoundAddress | null, later: FoundAddress): FoundAddress {
  const { line2, ...kept } = earlier?.parts ?? {};
  // Another street has another door: the old unit goes with the old street.
  const unit = later.parts.line1 === undefined && line2 !== undefined ? { line2 } : {};
  const parts = { ...kept, ...unit, ...later.parts };
  return { parts, missing: NEEDED.filter((part) => parts[part] === undefined) };
}

function readAround(flat: string, street: RegExpExecArray, parts: FoundAddress['parts']): void {
  const line1 = street[0].replace(/[\s,.]+$/, '');
  parts.line1 = line1;
  const name = nameIn(flat.slice(0, street.index));
  if (name !== null) parts.name = name;
  let after = flat.slice(street.index + line1.length).replace(/^\./, '');
  const unit = UNIT.exec(after);
  if (unit?.[1] !== undefined) {
    parts.line2 = unit[1];
    after = after.slice(unit[0].length);
  }
  readTown(withoutZip(after, parts.zip), parts);
}

/** City and state, and a name that was put after them. */
function readTown(text: string, parts: FoundAddress['parts']): void {
  const [town, ...rest] = splitAtState(text, parts);
  const city = (town ?? '')
    .replace(/^[\s,.]+|[\s,.]+$/g, '')
    .split(/\s*,\s*/)
    .filter((piece) => piece !== '');
  const last = city.at(-1)?.replace(LEAD, '');
  if (parts.state !== undefined && last !== undefined && /^[\p{L}][\p{L}' .-]+$/u.test(last)) parts.city = last;
  const name = parts.name === undefined ? nameIn(rest.join(' ')) : null;
  if (name !== null) parts.name = name;
}

const STATE_WORDS_MAX = 4;

/** What stands before the state and what after it; the state is the last words before the ZIP's mark, or the last of all. */
function splitAtState(text: string, parts: FoundAddress['parts']): string[] {
  const [before = '', after = ''] = text.split('\u0000');
  for (let count = STATE_WORDS_MAX; count >= 1; count -= 1) {
    const tail = new RegExp(String.raw`(?:^|[\s,]+)([^\s,]+(?:\s+[^\s,]+){${count - 1}})[\s,.]*$`).exec(before);
    const code = tail?.[1] === undefined ? null : stateCode(tail[1]);
    if (tail === null || code === null) continue;
    parts.state = code;
    return [before.slice(0, tail.index), after];
  }
  return [`${before} ${after}`];
}

// The ZIP leaves a mark behind: the state stands right before it.
function withoutZip(text: string, zip: string | undefined): string {
  return zip === undefined ? text : text.replace(zip, '\u0000');
}

function beforeComma(flat: string, zip: RegExpExecArray): string {
  const head = flat.slice(0, zip.index);
  const street = /\b\d{1,6}[a-z]? [^,]*/i.exec(head);
  return street === null ? '' : street[0];
}

function nameIn(text: string): string | null {
  const pieces = text
    .split(/[,.:\u0000]|\s-\s/)
    .map((piece) => piece.trim().replace(LEAD, '').replace(UP_TO_WHOM, '').trim())
    .filter((piece) => piece !== '');
  const name = pieces.filter((piece) => /^[\p{L}][\p{L}' -]*$/u.test(piece) && piece.split(' ').length <= 5).at(-1);
  return name !== undefined && name.length >= 2 ? name : null;
}
