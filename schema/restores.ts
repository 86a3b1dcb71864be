// When a store was last brought back from a backup: what happened between the backup and its loss only the providers know.
import { pgTable } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { storeId } from './stores.ts';

/** One row a store, of the last time alone. Between the two instants lies what our tables have lost. */
export const restores = pgTable('restores', {
  storeId: storeId().primaryKey(),
  /** What the tables know ends here. */
  backupAt: instant('backup_at').notNull(),
  restoredAt: instant('restored_at').notNull(),
});
