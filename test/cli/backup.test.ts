import { expect, test } from 'vitest';
import { LEFT_OUT, storeTables } from '../../src/cli/backup/tables.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();

test('every table is in a backup, or left out for a reason', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  );
  const named = [...(await storeTables(database.pool)).map(({ name }) => name), ...Object.keys(LEFT_OUT)];
  expect(named.sort()).toEqual(rows.map(({ name }) => name).sort());
  await database.pool.query('CREATE TABLE forgotten (id int PRIMARY KEY, store_id int)');
  await expect(storeTables(database.pool)).rejects.toThrow(/^forgotten: the key does not begin with store_id/);
  await database.pool.query('DROP TABLE forgotten');
});
