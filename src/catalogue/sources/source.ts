// What a book source is: a service that knows the books of the world. A new one is a file that makes a `BookSource`,
// and a line in open-sources.ts; limits, waiting, caching and health are kept around it, not in it.
import { z } from 'zod';
import { Isbn13 } from '../../../schema/acts.ts';
import { cleanText } from '../../../schema/clean-text.ts';
import { linkless } from '../../../schema/links-and-amounts.ts';

const Clean = z.string().transform(cleanText);

/** A book as a source tells of it. What is too long is cut, what is no ISBN-13 makes it no book, nor what has a web address in its name. */
export const SourceBook = z.object({
  isbn13: Isbn13,
  title: linkless(Clean.pipe(z.string().trim().min(1).max(300))),
  authors: z.array(linkless(Clean.pipe(z.string().trim().min(1).max(120)))).max(12),
  year: z.int().nullable(),
  description: Clean.pipe(z.string().max(4_000)).nullable(),
  coverUrl: z.url().nullable(),
});
export type SourceBook = z.infer<typeof SourceBook>;

/** `words`: a title, perhaps with its author, at most 120 characters. */
export type BookQuestion = { words: string } | { isbn13: string };

/** What a source allows, from its published terms. */
export type SourceTerms = {
  /** Named beside what is shown of it. */
  credit: string;
  /** How long an answer may be kept (ms). */
  keepMs: number;
  /** Covers are shown from these hosts alone, over https; they are linked, never copied. */
  coverHosts: readonly string[];
};

/** At most `burst` requests at once and `perMinute` in any minute; `perDay` counts UTC days. */
export type SourceLimits = { burst: number; perMinute: number; perDay: number; timeoutMs: number };

/** The sources there are; a new one adds its name. */
export type SourceName = 'hardcover' | 'openLibrary';

export type BookSource = {
  /** Also the key of its budget and its answers. */
  name: SourceName;
  terms: SourceTerms;
  limits: SourceLimits;
  /** When its key stops working; null where it has none or does not say. */
  expiresAt: Date | null;
  /** Best first, at most 5; empty: it knows no such book. One request each. Throws SourceTrouble, or the signal's reason. */
  ask(question: BookQuestion, signal: AbortSignal): Promise<SourceBook[]>;
};

/** `limited`: it, or our own budget, said to wait. `unauthorised`: the key is wrong or has expired. */
export type SourceTroubleCode = 'unavailable' | 'limited' | 'unauthorised' | 'malformed' | 'late';

/** A source did not answer, which is another thing than that it knows no such book. Never carries a customer's words. */
export class SourceTrouble extends Error {
  override readonly name = 'SourceTrouble';
  constructor(
    readonly code: SourceTroubleCode,
    /** How long the source wants to be left alone (ms), where it says so. */
    readonly waitMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(`book source: ${code}`, options);
  }
}

export const BOOKS_MAX = 5;

/** Those of a source's records that are books to us, each ISBN once, at most five. */
export function booksOf(records: readonly unknown[]): SourceBook[] {
  const read = records.flatMap((record) => SourceBook.safeParse(record).data ?? []);
  return [...new Map(read.toReversed().map((book) => [book.isbn13, book])).values()].toReversed().slice(0, BOOKS_MAX);
}

/** The address if it is one of these hosts' over https, else null. */
export function coverFrom(hosts: readonly string[], address: string | null | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'https:' && hosts.includes(url.hostname) ? url.href : null;
}
