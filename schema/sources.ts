// What is kept of the book sources: how much of their limits is used, their answers for as long as their terms allow,
// and what they say of books that the shop lists. Facts of the world and limits of one account: they belong to no store.
import { date, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** One row a source: a bucket for bursts, a count for the UTC day, and until when the source itself said to wait. */
export const sourceBudgets = pgTable('source_budgets', {
  source: text().primaryKey(),
  /** Requests that may be made at once, as of `filledAt`. */
  tokens: doublePrecision().notNull(),
  filledAt: instant('filled_at').notNull(),
  day: date({ mode: 'string' }).notNull(),
  usedToday: integer('used_today').notNull(),
  heldUntil: instant('held_until'),
});

/** Answers by source; the question is a keyed hash, for it is made of a customer's words. */
export const sourceAnswers = pgTable(
  'source_answers',
  {
    source: text().notNull(),
    question: bytes('question').notNull(),
    books: jsonb().$type<unknown>().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (answer) => [
    primaryKey({ columns: [answer.source, answer.question] }),
    index('source_answers_expiry').on(answer.expiresAt),
  ],
);

/** What one source says of a book that some shop lists, for as long as its terms allow; `credit` null: none knows it. */
export const bookDetails = pgTable(
  'book_details',
  {
    isbn13: text().primaryKey(),
    /** How the source wants to be named beside it. */
    credit: text(),
    description: text(),
    coverUrl: text('cover_url'),
    expiresAt: instant('expires_at').notNull(),
  },
  (details) => [index('book_details_expiry').on(details.expiresAt)],
);
