import { describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';

describe('the test harness', () => {
  const here = useDatabase();
  test('a test file gets a migrated database of its own', async () => {
    const { rows } = await here.pool.query<{ table: string | null }>(
      `SELECT to_regclass('events_default')::text AS table`,
    );
    expect(rows).toEqual([{ table: 'events_default' }]);
  });
});
