// All that conversations leave behind, in one figure for each table: what only looks leaves every one as it was.
import type { Pool } from 'pg';

const TABLES = [
  'actors',
  'events',
  'commands',
  'timers',
  'messages',
  'orders',
  'book_mentions',
  'cached_answers',
  'token_usage',
];

export async function checksum(pool: Pool): Promise<unknown> {
  const sums = TABLES.map((one) => `(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${one} t) AS ${one}`);
  return (await pool.query(`SELECT ${sums.join()}`)).rows;
}
