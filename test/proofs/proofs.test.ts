// What holds of the charts in every world that was explored. Larger ones: proofs.long.test.ts; all of them: `npm run proofs`.
import { describe, expect, test } from 'vitest';
import { exploreWorld } from './worlds.ts';
import type { WorldName } from './worlds.ts';

/** So many states of each at most; the small worlds are seen wholly. */
const QUICK: ReadonlyArray<[world: WorldName, statesMax: number]> = [
  ['a hold', 1000],
  ['a special order', 1000],
  ['two orders for the last copy', 1500],
  ['an order by link', 1500],
  ['a customer who buys', 300],
  ['the consent of a customer', 120],
];

describe('whatever happens, in every order', { timeout: 120_000 }, () => {
  test.each(QUICK)('%s: each theorem holds in the first %i states', (world, statesMax) => {
    expect(exploreWorld(world, { statesMax }).broken).toEqual({});
  });

  test('small worlds are seen wholly', () => {
    const { complete, states } = exploreWorld('a special order', { statesMax: 10_000 });
    expect([complete, states > 100]).toEqual([true, true]);
  });
});
