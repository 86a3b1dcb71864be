// Machines drawn at random: a durable actor that is stored, dropped and restored between all events is XState's own actor.
// More of them: drawn.long.test.ts; as many as you like, with figures: `npm run equivalence -- --machines N`.
import { describe, expect, test } from 'vitest';
import { draw } from './drawn-run.ts';

describe('a machine drawn at random', () => {
  test('does the same durably as in memory: states, contexts, effects, timers and work, 100 machines', async () => {
    const { machines, differences } = await draw({ machines: 100, seed: 1 });
    expect(differences).toEqual([]);
    expect(machines).toBe(100);
  }, 180_000); // seven seconds of work, more on a busy machine

  test.each([{ seed: 5, path: '79', found: 'a state that no build could read again was stored' }])(
    'that once showed a difference shows none any more: $found',
    async ({ seed, path }) => {
      expect((await draw({ machines: 1, seed, path })).differences).toEqual([]);
    },
    60_000,
  );
});
