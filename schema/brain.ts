// What the brain keeps: tokens spent per customer and day, answers worth giving twice, and what to remember of a
// conversation that is over. Words are sealed.
import { date, index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** Claude's tokens by customer and UTC day; what the daily budget is held against. */
export const tokenUsage = pgTable(
  'token_usage',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    /** Everything read, cached or not. */
    inputTokens: integer('input_tokens').notNull(),
    /** The part of `inputTokens` that came from the prompt cache. */
    cachedTokens: integer('cached_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    requests: integer('requests').notNull(),
  },
  (usage) => [primaryKey({ columns: [usage.storeId, usage.actorKey, usage.day] })],
);

/** Replies to first texts that were answered without knowing anything of who asked; the question is a keyed hash. */
export const cachedAnswers = pgTable(
  'cached_answers',
  {
    storeId: integer('store_id').notNull(),
    question: bytes('question').notNull(),
    /** A reply as JSON, sealed under the master key. */
    replySealed: bytes('reply_sealed').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (answer) => [
    primaryKey({ columns: [answer.storeId, answer.question] }),
    index('cached_answers_expiry').on(answer.expiresAt),
  ],
);

/** One running summary a customer, replaced when a conversation ends; sealed with the customer's own key. */
export const threadSummaries = pgTable(
  'thread_summaries',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    /** The conversation that was summarised last: summarising it again changes nothing. */
    threadId: uuid('thread_id').notNull(),
    summarySealed: bytes('summary_sealed').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (summary) => [primaryKey({ columns: [summary.storeId, summary.actorKey] })],
);
