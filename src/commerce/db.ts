// The two kinds of database handle that commerce passes around, and how the first is made.
import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';

export type Db = NodePgDatabase;
/** A handle inside a transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/**
 * A handle on a pool. Drizzle 0.45 never gives back a connection whose BEGIN failed, and puts one whose ROLLBACK was not heard
 * among the free ones, its transaction still open; here both are closed, and the server takes back what was written.
 */
export function openDb(pool: pg.Pool): Db {
  const db = drizzle(pool);
  db.transaction = async (work, config) => {
    const client = await pool.connect();
    const thrown: unknown[] = [];
    let isSound = false;
    const watched = async (tx: Tx) => {
      try {
        return await work(tx);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    };
    try {
      const answer = await drizzle(client).transaction(watched, config);
      isSound = true;
      return answer;
    } catch (error) {
      isSound = thrown.includes(error); // what the work threw comes out again only where the rollback was heard
      throw thrown.length > 0 ? thrown[0] : error;
    } finally {
      client.release(!isSound);
    }
  };
  return db;
}
