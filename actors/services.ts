// What the shop's actors are given besides the run's own context; assembled in src/cli, once per process.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

export type Services = {
  db: NodePgDatabase;
};
