// One line of a bookseller's CSV: either a book with its stock, or the reason why not, in words for the shop.
import { z } from 'zod';
import { linkless } from '../../schema/links-and-amounts.ts';
import { AnyIsbn, type BookInput } from './book-input.ts';

export const IMPORT_COLUMNS = ['isbn13', 'title', 'authors', 'year', 'price', 'on_hand'] as const;

export type ImportRow = { book: BookInput; onHand: number };
export type RowReading = { row: ImportRow } | { reason: string };

const Text = z.string('is missing');

const Row = z.object({
  isbn13: AnyIsbn,
  title: linkless(Text.trim().min(1, 'is empty').max(500, 'is longer than 500 characters')),
  authors: Text.transform(authorsOf).pipe(
    z
      .array(linkless(z.string().max(200)))
      .min(1, 'names nobody')
      .max(50),
  ),
  year: Text.trim().transform(yearOf).pipe(z.number('is not a year').int().min(-3000).max(2200).nullable()),
  price: Text.trim()
    .regex(/^\d{1,5}(?:\.\d{1,2})?$/, 'must look like 12.99')
    .transform((price) => Math.round(Number(price) * 100))
    .pipe(z.number().min(1, 'must be more than 0')),
  on_hand: Text.trim()
    .regex(/^\d{1,6}$/, 'must be a whole number, 0 or more')
    .transform(Number),
});

/** Reads one CSV record; other columns than `IMPORT_COLUMNS` are ignored. */
export function readRow(record: unknown): RowReading {
  const parsed = Row.safeParse(record);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    return { reason: [...new Set(issues)].join('; ') };
  }
  const { isbn13, title, authors, year, price, on_hand: onHand } = parsed.data;
  return { row: { book: { isbn13, title, authors, year, priceCents: price }, onHand } };
}

const SUFFIX = /^(?:jr|sr|ii|iii|iv|phd|md)\.?$/i;

/** "Ann Leckie; Bob Smith, Jr." → both; a semicolon, where there is one, is the only separator. */
export function authorsOf(list: string): string[] {
  const parts = list.split(list.includes(';') ? ';' : ',').map((part) => part.replace(/\s+/g, ' ').trim());
  return parts.reduce<string[]>((authors, part) => {
    const last = authors.at(-1);
    if (part === '') return authors;
    return last !== undefined && SUFFIX.test(part) ? [...authors.slice(0, -1), `${last}, ${part}`] : [...authors, part];
  }, []);
}

function yearOf(text: string): number | null {
  return text === '' ? null : /^-?\d{1,4}(?:\.0)?$/.test(text) ? Number(text) : NaN;
}
