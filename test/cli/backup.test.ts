import { expect, test } from 'vitest';
import { afterwards } from '../../src/cli/backup/afterwards.ts';
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

test('whoever brings a shop back is told that those who were forgotten since are back, and what to do', () => {
  const backupAt = new Date('2026-11-28T08:00:00Z');
  const said = afterwards({ slug: 'tower', backupAt, setUp: { commands: 1, bubbles: 2, links: 3 } });
  expect(said.slice(2)).toEqual([
    'Whoever asked to be forgotten since 2026-11-28T08:00:00.000Z is back and must be forgotten again, before web and worker start:',
    '  marty customers forget PHONE --store tower',
  ]);
});
