// Worlds that are run for ever: those that once showed a fault, and those that show planted ones (test/mutants/planted.ts).
import type { WorldWish } from './worlds.ts';

export const KEPT_WORLDS: ReadonlyArray<WorldWish & { why: string }> = [
  {
    seed: 1,
    conversations: 4,
    why: 'a command that is not cancelled, dedupe keys that are not kept, leases that nobody asks after',
  },
];
