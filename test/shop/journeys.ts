// The way of a customer up to a certain question, for tests that begin there.
import type { Phone } from './phone.ts';
import { ADDRESS, METHOD, PAY_HOW, READ_BACK, SURE } from './lines.ts';

/** A book of the demo shop. `named` is how the tests ask for it. */
export type Book = { isbn13: string; title: string; priceCents: number; named: string };

export const HOME = 'Ada Lovelace, 12 Main St, Jersey City, NJ 07302';

/** Marty was asked for the book and has shown it. */
export async function isShown(reader: Phone, { named, title }: Book): Promise<void> {
  await reader.asks(`do you have ${named}?`, new RegExp(title));
}

/** Marty has asked whether they are sure. */
export async function chooses(reader: Phone, book: Book): Promise<void> {
  await isShown(reader, book);
  await reader.asks("i'll take it", SURE);
}

/** Marty has asked: shipped or picked up? */
export async function agrees(reader: Phone, book: Book): Promise<void> {
  await chooses(reader, book);
  await reader.asks('yes', METHOD);
}

/** Marty has asked: pay now, or hold it? */
export async function picksUp(reader: Phone, book: Book): Promise<void> {
  await agrees(reader, book);
  await reader.asks('pick it up', PAY_HOW);
}

/** Marty has asked where to. */
export async function ships(reader: Phone, book: Book): Promise<void> {
  await agrees(reader, book);
  await reader.asks('ship it', ADDRESS);
}

/** Marty has read the address back. */
export async function givesAddress(reader: Phone, book: Book): Promise<void> {
  await ships(reader, book);
  await reader.asks(HOME, READ_BACK);
}

/** The link for a pickup is there. */
export async function getsLink(reader: Phone, book: Book): Promise<string> {
  await picksUp(reader, book);
  await reader.texts('pay now');
  return reader.hearsLink();
}
