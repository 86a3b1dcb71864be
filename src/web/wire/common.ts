// Shapes that many endpoints share. Whatever comes in is cleaned here once: no NUL, no lone surrogate passes.
import { z } from '@hono/zod-openapi';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { Isbn13 } from '../../../schema/acts.ts';
import { cleanText } from '../../../schema/clean-text.ts';

/** Text from outside, cleaned. Lengths are counted after that, in UTF-16 units as the events' schemas count them. */
export const text = (bounds: { min: number; max: number }) =>
  z
    .string()
    .transform(cleanText)
    .refine((value) => value.trim().length >= bounds.min, { error: 'must not be empty', abort: true })
    .refine((value) => value.length <= bounds.max, { error: `must be at most ${bounds.max} characters` });

/** A phone number in any usual spelling (US where no country is given); comes out as E.164. */
export const Phone = z
  .string()
  .max(40)
  .transform((value, context) => {
    const phone = parsePhoneNumberFromString(value, { defaultCountry: 'US', extract: false });
    if (phone?.isPossible() && phone.ext === undefined) return phone.number as string;
    context.addIssue({ code: 'custom', message: 'must be a phone number, such as +12015550123' });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: '+12015550123' });

/** A customer as a path names them: a phone number in any usual spelling, or the key of their actor. */
export const PhoneOrKey = z.union([z.uuid().toLowerCase(), Phone]).openapi({ type: 'string', example: '+12015550123' });

/** A key that an outside system made up: printable, without spaces. */
export const OutsideId = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters');

/** An ISBN-13 as a path names it: hyphens are forgiven. */
export const IsbnInPath = z
  .string()
  .transform((value) => value.replaceAll('-', ''))
  .pipe(Isbn13)
  .openapi({ type: 'string', example: '9780441172719' });

/** A price; nothing in a bookshop is free, or costs more than 100,000. */
export const PriceCents = z.int().min(1).max(10_000_000);

/** Opaque to clients: the `nextCursor` of the page before. */
export const Cursor = text({ min: 1, max: 300 }).openapi({ type: 'string' });

/** How many items a page holds. */
export const limit = (bounds: { default: number; max: number }) =>
  z.coerce.number().int().min(1).max(bounds.max).default(bounds.default);

/** The slug of a shop, for tokens that may see several; the first shop where it is left out. */
export const StoreSlug = z
  .string()
  .regex(/^[a-z0-9-]{1,60}$/, 'must be a shop’s slug')
  .optional();

export const Timestamp = z.iso.datetime().openapi({ example: '2026-11-22T19:00:00.000Z' });

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** RFC 9457, with the correlation id and, for a bad request, what was wrong where. */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

/** What an accepted event is answered with. `duplicate`: the same one was here before and changed nothing now. */
export const Accepted = z.object({ status: z.literal('accepted'), duplicate: z.boolean() }).openapi('Accepted');
