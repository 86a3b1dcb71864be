// The column type of what is stored as raw bytes: everything personal, sealed with its customer's own key.
import { customType } from 'drizzle-orm/pg-core';

/** `bytea`, read and written as a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
