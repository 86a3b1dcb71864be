// An actor is found where it stands, moving or at rest, and a turn rewrites its row in place.
import { beforeEach, describe, expect, test } from 'vitest';
import { createArchive } from '../../src/runtime/archive.ts';
import { useDatabase } from '../harness/database.ts';
import { empty, letRest, prepare, startRuntime, stopped, to, vault } from './kit.ts';
import { parcel } from './parcel.ts';

const database = useDatabase();
beforeEach(async () => {
  await prepare(database.pool);
  await empty(database.pool);
});

const HOUR = 3_600_000;
const archive = () => createArchive({ pool: database.pool, vault, machines: new Map([['parcel', parcel]]) });

async function standingOf(key: string | null): Promise<string | null> {
  const { rows } = await database.pool.query<{ standing: string | null }>(
    'SELECT standing FROM actors WHERE key = $1',
    [key],
  );
  return rows[0]?.standing ?? null;
}

describe('an actor', () => {
  // The first of this file: Postgres counts updates from the beginning.
  test('has its row rewritten in place by a turn that leaves its hour and tags as they were', async () => {
    const started = startRuntime(database.url, { work: false });
    for (const type of ['parcel.wait', 'parcel.left', 'parcel.wait', 'parcel.left'])
      await started.runtime.send(to('busy'), { type });
    await stopped(started); // a session tells what it counted when it ends
    const { rows } = await database.pool.query<{ all: number; hot: number }>(
      `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'actors'`,
    );
    const [{ all, hot } = { all: 0, hot: 0 }] = rows;
    expect(all).toBe(4);
    expect(hot).toBeGreaterThanOrEqual(3); // the hour may turn meanwhile
  });

  test('is found by its state while it moves, when it rests, and when it moves again', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const waiting = () => archive().list({ storeId: 1, machine: 'parcel', state: 'waiting', limit: 9 });
    const { actorKey } = await runtime.send(to('still'), { type: 'parcel.wait' });
    await runtime.send(to('gone'), { type: 'parcel.wait' });
    await runtime.send(to('gone'), { type: 'parcel.left' });
    const found = [expect.objectContaining({ id: 'parcel:still' })];
    expect(await waiting()).toEqual(found);
    expect(await standingOf(actorKey)).toBe(null);

    await letRest(database.pool, Date.now() + 2 * HOUR);
    expect(await standingOf(actorKey)).toBe('"waiting"');
    expect(await waiting()).toEqual(found);

    await runtime.send(to('still'), { type: 'parcel.left' });
    expect(await standingOf(actorKey)).toBe(null);
    expect(await waiting()).toEqual([]);
    expect(await archive().standingsWith(1, 'parcel', 'idle')).toEqual(['"idle"']);
  });

  test('that a process of an older version moved is found where it went', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('left'), { type: 'parcel.wait' });
    await letRest(database.pool, Date.now() + 2 * HOUR);
    expect(await standingOf(actorKey)).toBe('"waiting"');
    const old = `UPDATE actors a SET seq = u.seq, value = u.value, updated_at = now() FROM (SELECT 3 AS seq, '"idle"' AS value) u WHERE a.key = $1`;
    await database.pool.query(old, [actorKey]);
    expect(await archive().list({ storeId: 1, machine: 'parcel', state: 'waiting', limit: 9 })).toEqual([]);
    expect(await archive().list({ storeId: 1, machine: 'parcel', state: 'idle', limit: 9 })).toHaveLength(1);
  });

  test('rests when the hour of its last turn has been over for five minutes, however many others do', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('one'), { type: 'parcel.wait' });
    await database.pool.query(
      `INSERT INTO actors (store_id, key, machine, version, seq, status, value, tags, created_at, updated_at)
       SELECT 1, gen_random_uuid(), 'parcel', 1, 1, 'active', '"idle"', '[]', now(), now() - interval '2 h' FROM generate_series(1, 1200)`,
    );
    const { rows } = await database.pool.query<{ at: Date }>('SELECT updated_at AS at FROM actors WHERE key = $1', [
      actorKey,
    ]);
    const next = (Math.floor((rows[0]?.at.getTime() ?? 0) / HOUR) + 1) * HOUR;
    await letRest(database.pool, next + 4 * 60_000);
    expect(await standingOf(actorKey)).toBe(null);
    const moving = await database.pool.query('SELECT FROM actors WHERE standing IS NULL');
    expect(moving.rowCount).toBe(1);
    await letRest(database.pool, next + 6 * 60_000);
    expect(await standingOf(actorKey)).toBe('"waiting"');
  });
});
