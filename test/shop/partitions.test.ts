// The months of the journal and of what was said.
import { expect, test } from 'vitest';
import { PARTITIONED } from '../../src/cli/shop/partitioned.ts';
import { makePartitions } from '../../src/runtime/partitions.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const SOMEBODY = '00000000-0000-7000-8000-000000000001';

async function partitionsOf(year: number): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE $1 ORDER BY 1`,
    [`%_${year}_%`],
  );
  return rows.map(({ name }) => name);
}

test('a month whose rows went elsewhere, for want of a partition, keeps nobody from making those after it', async () => {
  const { pool } = database;
  const march = Date.parse('2041-03-15T00:00:00.000Z');
  await pool.query(
    `INSERT INTO events (store_id, actor_key, seq, at, version, type, source, correlation_id, value, commands, payload)
     VALUES (1, $1, 1, $2, 1, 'inbound', 'test', '', '"browsing"', '', '')`,
    [SOMEBODY, new Date(march).toISOString()],
  );
  await pool.query(
    `INSERT INTO messages (store_id, id, actor_key, direction, by, kind, body_sealed, status, seq, line, at, updated_at)
     VALUES (1, $2, $1, 'inbound', 'customer', 'talk', '', 'received', 1, '', $3, $3)`,
    [SOMEBODY, `${march.toString(16).padStart(12, '0')}70008000000000000000`, new Date(march).toISOString()],
  );

  for (let times = 0; times < 2; times += 1) await makePartitions(pool, PARTITIONED, march);

  expect(await partitionsOf(2041)).toEqual([
    'events_2041_04',
    'events_2041_05',
    'messages_2041_04',
    'messages_2041_05',
  ]);
  const { rows } = await pool.query(`SELECT FROM events WHERE at > '2041-01-01'`);
  expect(rows).toHaveLength(1);
});
