import { describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { KEPT_LONG_WORLDS } from './kept-seeds.ts';
import { inARow, runWorlds } from './worlds.ts';

const TIME_MAX_MS = 900_000;
const database = useDatabase();

describe('a simulated shop', () => {
  test.each(KEPT_LONG_WORLDS)(
    'violates nothing in the kept world $seed, which showed: $why',
    async (world) => {
      expect((await runWorlds(database.url, [world])).violations).toEqual([]);
    },
    TIME_MAX_MS,
  );

  test(
    'violates nothing in 200 conversations',
    async () => {
      expect(await runWorlds(database.url, inARow(2000, 20, 10))).toEqual({ violations: [], conversations: 200 });
    },
    TIME_MAX_MS,
  );
});
