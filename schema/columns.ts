// Column types that every table has: raw bytes, for everything personal, sealed with its customer's own key; and instants.
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** `bytea`, read and written as a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** `timestamptz`, read and written as a Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
