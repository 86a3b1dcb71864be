// The two kinds of database handle that commerce passes around.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

export type Db = NodePgDatabase;
/** A handle inside a transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
