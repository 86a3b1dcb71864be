// Keys of outside services that are one shop's own, by the names that the environment uses; sealed under the master key.
import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { bytes } from './columns.ts';
import { stores } from './stores.ts';

/** A key that one shop has of its own at Square, Twilio or Smobi; sealed, and never shown again. */
export const storeKeys = pgTable(
  'store_keys',
  {
    storeId: integer('store_id')
      .notNull()
      .references(() => stores.id),
    /** Such as `SQUARE_ACCESS_TOKEN`. */
    name: text().notNull(),
    valueSealed: bytes('value_sealed').notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.name] })],
);
