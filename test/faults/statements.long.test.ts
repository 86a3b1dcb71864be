import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { empty, prepare } from '../runtime/kit.ts';
import { LIVES, mortuary } from './statements.ts';
import type { Cut } from './statements.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

const lives = Object.keys(LIVES) as Array<Cut['life']>;

describe('G1 G2 G4 G5 a process may die before and after any statement', () => {
  describe.each(lives)('of a parcel that is %s', (life) => {
    test.each(['before', 'after'] as const)(
      '%s each one in turn: nothing is lost, nothing is doubled',
      async (when) => {
        await empty(database.pool);
        const { liveUntil, recover } = mortuary(database.pool, database.url);
        const whole = await liveUntil({ life, at: 0, when });
        expect(whole).toBeGreaterThan(25);
        const cuts: Cut[] = Array.from({ length: whole }, (_, n) => ({ life, at: n + 1, when }));
        for (const cut of cuts) await liveUntil(cut);
        await recover(cuts);
      },
    );
  });
});
