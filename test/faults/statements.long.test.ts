import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { empty, prepare } from '../runtime/kit.ts';
import { liveUntil, recover } from './statements.ts';
import type { Cut } from './statements.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

describe('G1 G2 G4 G5 a process may die before and after any statement', () => {
  test.each(['before', 'after'] as const)('%s each one in turn: nothing is lost, nothing is doubled', async (when) => {
    await empty(database.pool);
    const whole = await liveUntil(database.pool, database.url, { id: `whole-${when}`, at: 0, when });
    expect(whole).toBeGreaterThan(25);
    const cuts: Cut[] = Array.from({ length: whole }, (_, n) => ({ id: `${when}-${n + 1}`, at: n + 1, when }));
    for (const cut of cuts) await liveUntil(database.pool, database.url, cut);
    await recover(database.pool, database.url, cuts);
  });
});
