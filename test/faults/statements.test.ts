import { beforeAll, describe, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { prepare } from '../runtime/kit.ts';
import { mortuary } from './statements.ts';
import type { Cut } from './statements.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

describe('a process may die', () => {
  test('at every seventh statement (all of them: statements.long.test.ts): nothing is lost, nothing is doubled', async () => {
    const { liveUntil, recover } = mortuary(database.pool, database.url);
    const cuts: Cut[] = [3, 10, 17, 24].flatMap((at) =>
      (['before', 'after'] as const).map((when) => ({ life: 'weighed', at, when })),
    );
    for (const cut of cuts) await liveUntil(cut);
    await recover(cuts);
  }, 60_000);
});
