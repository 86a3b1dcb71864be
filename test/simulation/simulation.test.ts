// The whole shop in simulated worlds. More of them: simulation.long.test.ts; as many as you like: `npm run sim -- --help`.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEPT_WORLDS } from './kept-seeds.ts';
import { startOwnPostgres } from './own-postgres.ts';
import type { OwnPostgres } from './own-postgres.ts';
import { simulate } from './simulate.ts';
import { inARow, runWorlds } from './worlds.ts';

const TIME_MAX_MS = 240_000;
let database: OwnPostgres;

beforeAll(async () => {
  database = await startOwnPostgres();
});
afterAll(() => database.close());

describe('a simulated shop', () => {
  test.each(KEPT_WORLDS)(
    'violates nothing in the kept world $seed, which showed: $why',
    async (world) => {
      expect((await runWorlds(database.url, [world])).violations).toEqual([]);
    },
    TIME_MAX_MS,
  );

  test(
    'violates nothing in 110 more conversations',
    async () => {
      expect(await runWorlds(database.url, inARow(1000, 11, 10))).toEqual({ violations: [], conversations: 110 });
    },
    TIME_MAX_MS,
  );

  test(
    'violates nothing in ten more, is the same world again with the same seed, step by step, and another with another',
    async () => {
      const slow = { url: database.url, seed: 2012, conversations: 10 }; // where locks are waited for, and connections given up
      const one = await simulate(slow);
      const other = await simulate({ ...slow, seed: 2013, conversations: 2 });
      const again = await simulate(slow);
      expect(one.violations).toEqual([]);
      expect(again).toEqual(one);
      expect(other.fingerprint).not.toBe(one.fingerprint);
    },
    TIME_MAX_MS,
  );
});
