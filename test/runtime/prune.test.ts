// What only grows is thrown away once nobody can need it, and not a day sooner.
import { beforeEach, expect, test } from 'vitest';
import { prune } from '../../src/runtime/prune.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
beforeEach(() => database.pool.query('TRUNCATE dedupe, commands'));

const DAY_MS = 24 * 60 * 60_000;
const NOW = Date.UTC(2026, 10, 20);
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS);

const haveCommand = (status: string, days: number, dueAt: Date | null = null) =>
  database.pool.query(
    `INSERT INTO commands (store_id, id, actor_key, seq, kind, name, status, attempt, failures, input, due_at, correlation_id, created_at)
     VALUES (1, gen_random_uuid(), gen_random_uuid(), 1, 'action', $1, $1, 1, 0, '', $2, '', $3)`,
    [status, dueAt, daysAgo(days)],
  );

test('a dedupe key is kept for a week, whoever sends again', async () => {
  for (const days of [6, 8]) {
    await database.pool.query(`INSERT INTO dedupe VALUES (1, gen_random_uuid(), $1, $2)`, [
      `${days} days`,
      daysAgo(days),
    ]);
  }
  expect(await prune(database.pool, NOW)).toEqual({ dedupe: 1, commands: 0 });
  const { rows } = await database.pool.query('SELECT key FROM dedupe');
  expect(rows).toEqual([{ key: '6 days' }]);
});

test('settled commands go after thirty days; dead letters, open ones and those that are still to be undone stay', async () => {
  for (const status of ['done', 'refused', 'cancelled', 'failed', 'pending', 'running', 'held']) {
    await haveCommand(status, 31);
  }
  await haveCommand('done', 29);
  await haveCommand('cancelled', 31, daysAgo(30));
  expect(await prune(database.pool, NOW)).toEqual({ dedupe: 0, commands: 3 });
  const { rows } = await database.pool.query<{ status: string }>('SELECT status FROM commands ORDER BY status');
  expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'done', 'failed', 'held', 'pending', 'running']);
  expect(await prune(database.pool, NOW)).toEqual({ dedupe: 0, commands: 0 });
});

test('one round takes a bounded bite', async () => {
  await database.pool.query(
    `INSERT INTO dedupe SELECT 1, gen_random_uuid(), n::text, $1 FROM generate_series(1, 5001) n`,
    [daysAgo(8)],
  );
  expect(await prune(database.pool, NOW)).toEqual({ dedupe: 5000, commands: 0 });
  expect(await prune(database.pool, NOW)).toEqual({ dedupe: 1, commands: 0 });
});
