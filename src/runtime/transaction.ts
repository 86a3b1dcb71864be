// One transaction on a connection of its own, for what is not a turn.
import type pg from 'pg';

/** Commits when the work is done; where it throws, the session ends and takes back whatever it wrote. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const answer = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back instead of committed');
    broken = false;
    return answer;
  } finally {
    client.release(broken);
  }
}
