// The people behind the counter: their accounts, their sessions, and what each of them did. An account may see several
// shops, so it stands above them; what was done belongs to one. Secrets are here as hashes only.
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** An account. Without a password it is only reached by a link that this machine printed. */
export const staff = pgTable(
  'staff',
  {
    id: uuid().primaryKey(),
    /** In lower case. */
    email: text().notNull().unique(),
    name: text().notNull(),
    role: text({ enum: ['staff', 'admin'] }).notNull(),
    /** The shops that they work in; null is all of them, also those to come. */
    stores: integer().array(),
    /** `scrypt$N$r$p$salt$hash`, the last two in base64. */
    passwordHash: text('password_hash'),
    /** Nobody comes in by this account any more; what it did keeps its name. */
    disabledAt: instant('disabled_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [check('staff_email', sql`${table.email} = lower(${table.email})`)],
);

/** One browser's login. The token itself is nowhere but in its cookie. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: bytes('token_hash').primaryKey(),
    staffId: uuid('staff_id')
      .notNull()
      .references(() => staff.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    /** Moves on at most once a minute; a session that stands still for long is over. */
    seenAt: instant('seen_at').notNull(),
    /** The end, however busy. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sessions_staff').on(table.staffId), index('sessions_expiry').on(table.expiresAt)],
);

/** Links that log in once: the row goes when the link is used. */
export const loginLinks = pgTable('login_links', {
  tokenHash: bytes('token_hash').primaryKey(),
  staffId: uuid('staff_id')
    .notNull()
    .references(() => staff.id, { onDelete: 'cascade' }),
  expiresAt: instant('expires_at').notNull(),
});

/** Tries at a password, by a keyed hash of who tries and at what; shared by all processes. */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    key: bytes('key').primaryKey(),
    tries: integer().notNull(),
    /** When counting begins anew. */
    windowEnds: instant('window_ends').notNull(),
  },
  (table) => [index('login_attempts_end').on(table.windowEnds)],
);

/** Every act of staff, refused ones too; the database itself lets no row be changed or taken out. */
export const staffAudit = pgTable(
  'staff_audit',
  {
    storeId: integer('store_id').notNull(),
    /** A UUIDv7: newest first is by id, backwards. */
    id: uuid().notNull(),
    /** An account's id, or `api-token`, or `terminal`. */
    staffId: text('staff_id').notNull(),
    act: text().notNull(),
    /** An id: of an actor (its key, never a number), an order, a book, a command. */
    target: text(),
    /** HTTP status of the answer. */
    status: integer().notNull(),
    correlationId: text('correlation_id').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('staff_audit_who').on(table.storeId, table.staffId, table.id),
  ],
);
