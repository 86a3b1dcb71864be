import { describe, expect, test } from 'vitest';
import { draw } from './drawn-run.ts';

describe('a machine drawn at random', () => {
  test('does the same durably as in memory, 1,000 machines', async () => {
    const { machines, differences } = await draw({ machines: 1000, seed: 2 });
    expect(differences).toEqual([]);
    expect(machines).toBe(1000);
  });

  test('does the same where its work tells it something before it is done, 50 machines', async () => {
    const { machines, differences } = await draw({ machines: 50, seed: 2, telling: true });
    expect(differences).toEqual([]);
    expect(machines).toBe(50);
  });
});
