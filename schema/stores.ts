// The shops that share one database. Every other table's key starts with a store's id,
// and a store's version grows with each change to what statecharts may read of it.
import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { instant } from './columns.ts';

/** A wall-clock time in the store's zone, `00:00` to `24:00`. */
export const ClockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);

/** One stretch of open doors on one day; `closes` is later than `opens`. */
export const OpenSpan = z
  .object({ opens: ClockTime, closes: ClockTime })
  .refine(({ opens, closes }) => opens < closes, 'a span must close after it opens');
export type OpenSpan = z.infer<typeof OpenSpan>;

/** Days as the week starts in the shop's own sign. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const Day = z.array(OpenSpan).max(4);

/** Opening hours by weekday, and dates (`2026-12-25`) on which others hold; an empty list is a closed day. */
export const StoreHours = z.object({
  weekly: z.object({ mon: Day, tue: Day, wed: Day, thu: Day, fri: Day, sat: Day, sun: Day }),
  holidays: z.array(z.object({ date: z.iso.date(), name: z.string().max(60), open: Day })).max(400),
});
export type StoreHours = z.infer<typeof StoreHours>;

/** A shop: its name, zone, hours and what it adds to a price. */
export const stores = pgTable(
  'stores',
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    /** An IANA zone, such as `America/New_York`. */
    timezone: text().notNull(),
    hours: jsonb().$type<StoreHours>().notNull(),
    /** The number that customers text, E.164; null for a shop that only the simulator reaches. */
    phone: text().unique(),
    /** The street address as customers are told it; null: Marty says that he does not know. */
    place: text(),
    /** Whom HELP names besides the number, such as an e-mail address. */
    contact: text(),
    /** What Claude is told to be in this shop; null: prompts/system.md. */
    persona: text(),
    /** ISO 4217. */
    currency: text().notNull(),
    /** Sales tax on goods in millionths: 6.625 % is 66250. */
    taxRatePpm: integer('tax_rate_ppm').notNull(),
    /** Flat price of shipping one order, in cents. */
    shippingCents: integer('shipping_cents').notNull(),
    /** The payment provider's id of this shop; null on the local till. */
    merchantId: text('merchant_id').unique(),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('stores_tax_rate_ppm', sql`${table.taxRatePpm} between 0 and 1000000`),
    check('stores_shipping_cents', sql`${table.shippingCents} >= 0`),
  ],
);
export type Store = typeof stores.$inferSelect;

/** The first column of every table that belongs to one store. */
export const storeId = () =>
  integer('store_id')
    .notNull()
    .references(() => stores.id);
