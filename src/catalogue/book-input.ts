// What a book must look like before it is put on a shelf; every way in (API, CSV, demo shop) is checked by it.
import { z } from 'zod';
import { linkless } from '../../schema/links-and-amounts.ts';
import { toIsbn13 } from './isbn.ts';

/** An ISBN-10 or -13 with a right check digit, hyphens allowed; comes out as 13 digits. */
export const AnyIsbn = z.string().transform((text, context) => {
  const isbn13 = toIsbn13(text);
  if (isbn13 !== null) return isbn13;
  context.addIssue({ code: 'custom', message: 'is not an ISBN (wrong length or check digit)' });
  return z.NEVER;
});

const Words = z.array(z.string().trim().min(1).max(100)).max(100);

/** What is left out of `subjects` … `seriesNumber` stays as it was, or empty in a new book. Prices in cents. */
export const BookInput = z.object({
  isbn13: AnyIsbn,
  title: linkless(z.string().trim().min(1).max(500)),
  authors: z.array(linkless(z.string().trim().min(1).max(200))).max(50),
  year: z.number().int().min(-3000).max(2200).nullable().optional(),
  priceCents: z.number().int().min(1).max(10_000_000),
  subjects: Words.optional(),
  moods: Words.optional(),
  age: z.enum(['child', 'young', 'adult']).optional(),
  shelf: z.string().trim().min(1).max(60).nullable().optional(),
  description: z.string().trim().min(1).max(10_000).nullable().optional(),
  series: linkless(z.string().trim().min(1).max(200)).nullable().optional(),
  seriesNumber: z.number().min(0).max(10_000).nullable().optional(),
});
export type BookInput = z.infer<typeof BookInput>;
