// What a transaction leaves behind in the pool when the way to Postgres breaks, or its locks last too long.
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDb } from '../../src/commerce/db.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { startWay } from '../faults/way.ts';
import type { Way } from '../faults/way.ts';
import { useDatabase } from '../harness/database.ts';

const real = useDatabase();
/** So long a statement may take (ms). */
const PATIENCE = 1_500;
let way: Way;
let opened: Database;

beforeEach(async () => {
  await real.pool.query('CREATE TABLE IF NOT EXISTS scribbles (id text PRIMARY KEY)');
  await real.pool.query('DELETE FROM scribbles');
  const url = new URL(real.url);
  way = await startWay(Number(url.port));
  url.port = String(way.port);
  opened = openDatabase({ url: url.toString(), driver: 'pg', poolMax: 1, queryTimeoutMs: PATIENCE });
});
afterEach(async () => {
  await opened.close();
  await way.stop();
});

const ids = async () =>
  (await real.pool.query<{ id: string }>('SELECT id FROM scribbles ORDER BY id')).rows.map((row) => row.id);
const note = (id: string) => sql`INSERT INTO scribbles VALUES (${id})`;

describe('G1 a transaction whose', () => {
  test('beginning is never answered does not keep the connection', async () => {
    const db = openDb(opened.pool);
    await db.execute(sql`SELECT 1`); // connected
    way.silence();
    await expect(db.transaction((tx) => tx.execute(note('lost')))).rejects.toThrow('Failed query: begin');
    way.open();
    await db.transaction((tx) => tx.execute(note('kept')));
    expect(await ids()).toEqual(['kept']);
  });

  test('end is not heard of is over: who has the connection next is not part of it', async () => {
    const db = openDb(opened.pool);
    const other = await real.pool.connect();
    await other.query('BEGIN');
    await other.query(`INSERT INTO scribbles VALUES ('locked')`);
    const failed = db.transaction(async (tx) => {
      await tx.execute(note('half'));
      await tx.execute(note('locked'));
    });
    await expect(failed).rejects.toThrow(/INSERT INTO scribbles VALUES \(\$1\)\s+params: locked/);
    const next = db.execute(note('next'));
    await other.query('ROLLBACK');
    other.release();
    await next;
    expect(await ids()).toEqual(['next']);
  });

  test('work refuses leaves nothing, and its own error and the connection are as good as before', async () => {
    const db = openDb(opened.pool);
    const pid = async () => (await opened.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    const before = await pid();
    const sold = new Error('sold out');
    const refused = db.transaction(async (tx) => {
      await tx.execute(note('half'));
      throw sold;
    });
    await expect(refused).rejects.toBe(sold);
    expect([await ids(), await pid()]).toEqual([[], before]);
  });
});
