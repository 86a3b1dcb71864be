// A postal address as the customer typed it, made into the form that a label needs, or refused with the reason.
import type { Address } from '../../schema/acts.ts';
import { isZipOf, stateCode } from './us-states.ts';

/** `incomplete`: a part is missing or no part of an address. `mismatch`: the ZIP code lies in another state. */
export type AddressRefusal = 'incomplete' | 'not_us' | 'mismatch';

const ZIP = /^(\d{5})(?:[-\s]?(\d{4}))?$/;
/** What other countries write where a ZIP code stands: "M5V 2T6", "SW1A 1AA", "75 011". */
const FOREIGN_CODE = /[a-z]/i;

export function checkPostal(given: Address): { address: Address } | { refused: AddressRefusal } {
  const { name, line1, line2, city } = tidy(given);
  if (name === '' || !/[\p{L}\d]/u.test(line1) || !/\p{L}/u.test(city)) return { refused: 'incomplete' };
  const state = stateCode(given.state);
  const zip = zipOf(given.zip);
  if (state === null) return { refused: given.state.trim() === '' ? 'incomplete' : 'not_us' };
  if (zip === null) return { refused: FOREIGN_CODE.test(given.zip) ? 'not_us' : 'incomplete' };
  if (!isZipOf(state, zip)) return { refused: 'mismatch' };
  const street = line2 === '' ? { line1 } : { line1, line2 };
  return { address: { name, ...street, city, state, zip } };
}

/** "Jane Doe, 12 Elm St, Apt 4, Hoboken, NJ 07030" */
export function oneLine({ name, line1, line2, city, state, zip }: Address): string {
  return [name, line1, line2, city, `${state} ${zip}`].filter((part) => part !== undefined).join(', ');
}

function tidy({ name, line1, line2 = '', city }: Address): {
  name: string;
  line1: string;
  line2: string;
  city: string;
} {
  return { name: squeeze(name), line1: squeeze(line1), line2: squeeze(line2), city: squeeze(city) };
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/^[ ,]+|[ ,]+$/g, '');
}

function zipOf(text: string): string | null {
  const [, five, four] = ZIP.exec(text.trim()) ?? [];
  if (five === undefined) return null;
  return four === undefined ? five : `${five}-${four}`;
}
