// What the shop keeps so that its shelf and Square's agree: which variation is which book, what is still to be told or
// looked at, and what was found to differ.
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { storeId } from './stores.ts';

/** Which of Square's variations is which of our books, as of the last look at its catalogue. */
export const squareVariations = pgTable(
  'square_variations',
  {
    storeId: storeId(),
    isbn13: text().notNull(),
    variationId: text('variation_id').notNull(),
    /** Square counts its copies here: then its count is the truth about ours. */
    isCounted: boolean('is_counted').notNull(),
    seenAt: instant('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.isbn13] }),
    uniqueIndex('square_variations_id').on(table.storeId, table.variationId),
  ],
);

/** How far each shop has read Square's catalogue. */
export const squareCatalogues = pgTable('square_catalogues', {
  storeId: storeId().primaryKey(),
  /** Square's own time of the newest object that was read, as it wrote it; null before the first import. */
  readUntil: text('read_until'),
  /** When it is to be read again: Square said that it changed. */
  dueAt: instant('due_at'),
  /** Whoever reads it has it to himself until then. */
  leasedUntil: instant('leased_until'),
});

/** Changes of our counts that Square does not know of by itself, in the order in which they happened to a book. */
export const stockMoves = pgTable(
  'stock_moves',
  {
    storeId: storeId(),
    /** Also the idempotency key that Square sees. */
    id: uuid().notNull().defaultRandom(),
    position: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    isbn13: text().notNull(),
    /** `count`: so many stand there; `adjustment`: so many more, or fewer. */
    kind: text({ enum: ['count', 'adjustment'] }).notNull(),
    copies: integer().notNull(),
    reason: text({ enum: ['counted', 'adjusted', 'sold', 'returned'] }).notNull(),
    occurredAt: instant('occurred_at').notNull().defaultNow(),
    attempts: integer().notNull().default(0),
    dueAt: instant('due_at').notNull().defaultNow(),
    sentAt: instant('sent_at'),
    /** Square's code, where it will never take this: for a person to look at. */
    refused: text(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('stock_moves_waiting')
      .on(table.storeId, table.isbn13, table.position)
      .where(sql`${table.sentAt} is null and ${table.refused} is null`),
    check('stock_moves_count', sql`${table.kind} = 'adjustment' or ${table.copies} >= 0`),
  ],
);

/** Books whose count at Square is to be read and compared with ours. One row a book, however often it was said. */
export const stockChecks = pgTable(
  'stock_checks',
  {
    storeId: storeId(),
    isbn13: text().notNull(),
    dueAt: instant('due_at').notNull(),
    /** Counts up with each call for a check, so that one that comes during a check is not lost. */
    calls: integer().notNull().default(1),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.isbn13] }), index('stock_checks_due').on(table.dueAt)],
);

/** Differences between the two shelves, and what was done about each. */
export const stockFindings = pgTable(
  'stock_findings',
  {
    storeId: storeId(),
    id: uuid().notNull().defaultRandom(),
    isbn13: text().notNull(),
    ours: integer().notNull(),
    theirs: integer().notNull(),
    /** `mended`: ours is theirs now. `promised`: more is promised than Square has, so ours is what is promised. */
    outcome: text({ enum: ['mended', 'promised'] }).notNull(),
    foundAt: instant('found_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('stock_findings_newest').on(table.storeId, table.foundAt),
  ],
);

/** Work that is done once a night and shop, whichever process comes first. */
export const nightRounds = pgTable(
  'night_rounds',
  {
    storeId: storeId(),
    name: text().notNull(),
    /** The day on which it began, in the shop's own zone. */
    night: date({ mode: 'string' }).notNull(),
    startedAt: instant('started_at').notNull(),
    /** After this another process may begin anew: the one that began is gone. */
    leasedUntil: instant('leased_until').notNull(),
    finishedAt: instant('finished_at'),
    /** Figures, for people. */
    result: jsonb().$type<Record<string, number>>(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.name, table.night] })],
);
