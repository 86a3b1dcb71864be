// Books that are not on the shelf: what the wholesaler can send, who waits for which, and links to where else it is sold.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { storeId } from './stores.ts';

/** What the wholesaler's last stock file lists. `priceCents` is what a customer pays, in the store's currency. */
export const orderableBooks = pgTable(
  'orderable_books',
  {
    storeId: storeId(),
    isbn13: text('isbn13').notNull(),
    title: text().notNull(),
    authors: text().array().notNull(),
    priceCents: integer('price_cents').notNull(),
    /** Copies in the wholesaler's warehouses as of the file. */
    available: integer().notNull(),
    /** Folded words of title and authors: what a text is held against. */
    words: text().notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.isbn13] }),
    index('orderable_books_words').using('gin', sql`to_tsvector('simple', ${table.words})`),
    check('orderable_books_isbn13', sql`${table.isbn13} ~ '^97[89][0-9]{10}$'`),
    check('orderable_books_price', sql`${table.priceCents} > 0`),
    check('orderable_books_available', sql`${table.available} >= 0`),
  ],
);

/**
 * `waiting`: in line · `called`: a copy is set aside for them, and their statechart has yet to hear · `told`: they know ·
 * `taken`: the copy went into an order of theirs · `lapsed`: they did not come for it, or waited too long.
 */
export type WaitState = 'waiting' | 'called' | 'told' | 'taken' | 'lapsed';

/** Who wants to hear when a book is back; a line for each book, first come first served. */
export const waitlist = pgTable(
  'waitlist',
  {
    storeId: storeId(),
    /** Also the `order_id` of the reservation that sets a copy aside. */
    id: uuid().notNull(),
    actorKey: uuid('actor_key').notNull(),
    isbn13: text('isbn13').notNull(),
    title: text().notNull(),
    state: text().$type<WaitState>().notNull(),
    joinedAt: instant('joined_at').notNull(),
    /** How long the copy is set aside. */
    until: instant('until'),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    uniqueIndex('waitlist_open')
      .on(table.storeId, table.actorKey, table.isbn13)
      .where(sql`${table.state} in ('waiting', 'called', 'told')`),
    index('waitlist_line')
      .on(table.storeId, table.isbn13, table.joinedAt, table.id)
      .where(sql`${table.state} = 'waiting'`),
    index('waitlist_called')
      .on(table.until)
      .where(sql`${table.state} in ('called', 'told')`),
    index('waitlist_actor').on(table.storeId, table.actorKey),
    check('waitlist_state', sql`${table.state} in ('waiting', 'called', 'told', 'taken', 'lapsed')`),
    check('waitlist_until', sql`${table.state} = 'waiting' or ${table.state} = 'lapsed' or ${table.until} is not null`),
  ],
);

/**
 * Which commands put a customer into a line: an entry stands as long as one of them does. A command without an entry has
 * been undone, and an attempt of it that comes late joins nothing.
 */
export const waitlistJoins = pgTable(
  'waitlist_joins',
  {
    storeId: storeId(),
    commandId: uuid('command_id').notNull(),
    entryId: uuid('entry_id'),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.commandId] }),
    index('waitlist_joins_entry').on(table.storeId, table.entryId),
    foreignKey({
      columns: [table.storeId, table.entryId],
      foreignColumns: [waitlist.storeId, waitlist.id],
    }).onDelete('cascade'),
  ],
);

/** Short links of ours to a book at bookshop.org: how often each was followed, and nothing of who did. */
export const bookshopLinks = pgTable(
  'bookshop_links',
  {
    storeId: storeId(),
    isbn13: text('isbn13').notNull(),
    /** What stands in `/go/<code>`; the address that it leads to is made from the ISBN, never stored. */
    code: text().notNull().unique(),
    clicks: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: instant('created_at').notNull(),
    lastClickAt: instant('last_click_at'),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.isbn13] })],
);
