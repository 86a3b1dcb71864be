// Worlds that are run for ever: those that once showed a fault, and those that show planted ones (test/mutants/planted.ts).
import type { WorldWish } from './worlds.ts';

/** `why`: what it showed. */
export const KEPT_WORLDS: ReadonlyArray<WorldWish & { why: string }> = [
  { seed: 1, conversations: 4, why: 'work that nobody wants any more, texts twice, leases that nobody asks after' },
  { seed: 3, conversations: 4, why: 'a copy that left the shelf twice' },
  { seed: 4, conversations: 4, why: 'a text that was answered and not kept; two writers' },
  { seed: 9, conversations: 4, why: 'an inbox that a dead process had not opened' },
  { seed: 15, conversations: 4, why: 'a timer that a dead process had held' },
  { seed: 17, conversations: 4, why: 'a bubble behind a sender that was given up (not planted)' },
];
