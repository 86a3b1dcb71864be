// What staff keep for their work: notes on customers, ready answers, why a count was changed, and by which words a
// customer is found. Notes are sealed with the customer's own key; words to find by are keyed hashes.
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** What staff tell one another about a customer, who never sees it. */
export const notes = pgTable(
  'notes',
  {
    storeId: integer('store_id').notNull(),
    /** A UUIDv7. */
    id: uuid().notNull(),
    actorKey: uuid('actor_key').notNull(),
    staffId: text('staff_id').notNull(),
    bodySealed: bytes('body_sealed').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('notes_actor').on(table.storeId, table.actorKey, table.id),
  ],
);

/** By what a customer is found: beginnings of the words of their name and notes, and the end of their number. */
export const searchTokens = pgTable(
  'search_tokens',
  {
    storeId: integer('store_id').notNull(),
    /** A keyed hash, 16 bytes. */
    token: bytes('token').notNull(),
    actorKey: uuid('actor_key').notNull(),
    /** What it was taken from: a note's id; for name and number the customer's own key. */
    origin: uuid().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.token, table.actorKey, table.origin] }),
    index('search_tokens_actor').on(table.storeId, table.actorKey, table.origin),
  ],
);

/** Ready answers that the staff of a shop share. */
export const cannedAnswers = pgTable(
  'canned_answers',
  {
    storeId: integer('store_id').notNull(),
    id: uuid().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    updatedBy: text('updated_by').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.id] })],
);

/** Who changed a count by hand, and why. Written with the count; never changed. */
export const stockAdjustments = pgTable(
  'stock_adjustments',
  {
    storeId: integer('store_id').notNull(),
    /** A UUIDv7. */
    id: uuid().notNull(),
    isbn13: text().notNull(),
    staffId: text('staff_id').notNull(),
    /** Copies on hand before and after. */
    onHandBefore: integer('on_hand_before').notNull(),
    onHandAfter: integer('on_hand_after').notNull(),
    reason: text(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('stock_adjustments_book').on(table.storeId, table.isbn13, table.id),
  ],
);
