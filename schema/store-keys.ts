// Keys of outside services that are one shop's own, by the names that the environment uses; sealed under the master key.
import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import { storeId } from './stores.ts';

/** A key that one shop has of its own at Square, Twilio or Smobi; sealed, and never shown again. */
export const storeKeys = pgTable(
  'store_keys',
  {
    storeId: storeId(),
    /** Such as `SQUARE_ACCESS_TOKEN`. */
    name: text().notNull(),
    valueSealed: bytes('value_sealed').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.name] })],
);
