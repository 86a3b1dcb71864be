// The titles that a shop knows, and which of them came up in a conversation. Stock is counted elsewhere (commerce).
// Every write to `books` takes the store's next catalogue revision, so that a reader can load just what changed.
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, real, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { storeId } from './stores.ts';

/** The titles that a shop sells, as its customers read them; copies are counted in `inventory`. */
export const books = pgTable(
  'books',
  {
    storeId: storeId(),
    isbn13: text('isbn13').notNull(),
    title: text('title').notNull(),
    authors: text('authors').array().notNull(),
    /** Of first publication; negative before our era. */
    year: smallint('year'),
    priceCents: integer('price_cents').notNull(),
    currency: text('currency').notNull(),
    subjects: text('subjects').array().notNull().default([]),
    moods: text('moods').array().notNull().default([]),
    age: text('age', { enum: ['child', 'young', 'adult'] })
      .notNull()
      .default('adult'),
    shelf: text('shelf'),
    description: text('description'),
    series: text('series'),
    seriesNumber: real('series_number'),
    revision: bigint('revision', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.isbn13] }),
    index('books_by_title').on(table.storeId, table.title, table.isbn13),
    index('books_by_revision').on(table.storeId, table.revision),
    check('books_isbn13', sql`${table.isbn13} ~ '^97[89][0-9]{10}$'`),
    check('books_price_cents', sql`${table.priceCents} > 0`),
  ],
);

/** One row a store: its lock orders the writers, so a visible revision means that all its books are visible. */
export const catalogueRevisions = pgTable('catalogue_revisions', {
  storeId: storeId().primaryKey(),
  revision: bigint('revision', { mode: 'number' }).notNull(),
});

/** The books that came up with a customer, so that "that one" and "the first you said" can be understood. */
export const bookMentions = pgTable(
  'book_mentions',
  {
    storeId: storeId(),
    actorKey: uuid('actor_key').notNull(),
    isbn13: text('isbn13').notNull(),
    saidBy: text('said_by', { enum: ['customer', 'marty'] }).notNull(),
    times: integer('times').notNull().default(1),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.actorKey, table.isbn13] }),
    index('book_mentions_book').on(table.storeId, table.isbn13, table.lastAt),
  ],
);
