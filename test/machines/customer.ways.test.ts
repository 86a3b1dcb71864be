// The shortest way to each state of a customer, from `xstate/graph`, gone through the runtime's own turns and by XState's own actor in
// memory. Where STOP, silence, a person and breakdowns lead from there: customer.ways.long.test.ts.
import { expect, test } from 'vitest';
import { besideMemory, leaves, placesOf, SAME, standing } from './customer-ways.ts';

test.each(leaves)('%s is where its shortest way leads, durably as in memory', async (id) => {
  const story = await standing(id);
  expect(Object.entries(placesOf(story)).map(([region, place]) => `customer.${region}.${place}`)).toContain(id);
  expect(await besideMemory(story)).toEqual(SAME);
});
