// Each exchange of PII_KEY, and what outlives the key of before: the key of its lookup hashes, which opens nothing. Who was
// forgotten and had opted out is known by such a hash alone, and nobody can make it anew without the number.
import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** One row a rotation. */
export const keyRotations = pgTable('key_rotations', {
  id: uuid().primaryKey(),
  begunAt: instant('begun_at').notNull(),
  /** Null while something may still be under the key of before: nobody starts without it then. */
  endedAt: instant('ended_at'),
  /** 32 bytes in base64, sealed under the master key; null once there is nobody whom they may find. */
  lookupSealed: bytes('lookup_sealed'),
});
