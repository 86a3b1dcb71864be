// How the outside services were when somebody last asked them: what /health tells without calling anybody.
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row a service, of the process that wrote last; the shops of a database share their providers. */
export const serviceStandings = pgTable('service_standings', {
  service: text('service').primaryKey(),
  /** Failures since the last answer. */
  failures: integer('failures').notNull(),
  /** A circuit breaker was open at the last attempt. */
  resting: boolean('resting').notNull(),
  answeredAt: instant('answered_at'),
  updatedAt: instant('updated_at').notNull(),
});
