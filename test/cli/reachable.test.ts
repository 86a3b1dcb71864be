import { Pool } from 'pg';
import { afterEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { assertReachable } from '../../src/cli/migrations/reachable.ts';
import { startWay } from '../faults/way.ts';

const PATIENCE = { tries: 2, pauseMs: 10 };
const pools: Pool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));

/** A way to the run's server that swallows everything at first, and a pool that goes over it. */
async function silentDatabase() {
  const url = new URL(inject('serverUrl'));
  const way = await startWay(Number(url.port));
  onTestFinished(() => way.stop());
  way.silence();
  url.port = String(way.port);
  const pool = new Pool({ connectionString: url.toString(), connectionTimeoutMillis: 300 });
  pools.push(pool);
  return { pool, way };
}

describe('at its start a process', () => {
  test('waits for a database that does not answer yet', async () => {
    const { pool, way } = await silentDatabase();
    const first = pool.query('SELECT 1').catch(() => way.open());
    await assertReachable(pool, { tries: 100, pauseMs: 10 });
    await first;
  });

  test('gives up one that never answers, and says which', async () => {
    const { pool } = await silentDatabase();
    await expect(assertReachable(pool, PATIENCE)).rejects.toThrow(
      'DATABASE_URL: the database cannot be asked (no answer in time)',
    );
  });

  test('gives up at once where it is refused', async () => {
    const { pool, way } = await silentDatabase();
    way.close();
    await expect(assertReachable(pool, { tries: 1_000, pauseMs: 60_000 })).rejects.toThrow('ECONNRESET');
  });
});
