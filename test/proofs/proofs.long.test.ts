// Every world, for as many states as fit into a minute; what is left of the large ones: `npm run proofs`.
import { describe, expect, test } from 'vitest';
import { exploreWorld, WORLDS } from './worlds.ts';

const STATES_MAX = 7_000;

describe('whatever happens, in every order', () => {
  test.each(WORLDS)('%s: each theorem holds', (world) => {
    expect(exploreWorld(world, { statesMax: STATES_MAX }).broken).toEqual({});
  });

  test.each(['a hold', 'a special order'] as const)('%s: nothing is left that was not looked at', (world) => {
    expect(exploreWorld(world, { statesMax: STATES_MAX }).complete).toBe(true);
  });
});
