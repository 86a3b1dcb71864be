// Worlds that are run for ever: those that once showed a fault, and those that show planted ones (test/mutants/planted.ts).
import type { WorldWish } from './worlds.ts';

/** `why`: what it showed. */
export const KEPT_WORLDS: ReadonlyArray<WorldWish & { why: string }> = [
  { seed: 1, conversations: 2, why: 'texts twice, an actor that two wrote, work before its commit' },
  { seed: 2, conversations: 2, why: 'two senders for one phone' },
  { seed: 2, conversations: 4, why: 'work that nobody wants any more, a timer that a dead process had held' },
  { seed: 4, conversations: 4, why: 'a text that was answered and not kept, a copy that left the shelf twice' },
  { seed: 5, conversations: 2, why: 'a simulated clock that counted parts of milliseconds (not planted)' },
  { seed: 9, conversations: 2, why: 'leases that nobody asks after' },
  { seed: 9, conversations: 4, why: 'an inbox that a dead process had not opened' },
  {
    seed: 10,
    conversations: 4,
    why: 'a judge who took a STOP for the last word that a START had followed (not planted)',
  },
  {
    seed: 17,
    conversations: 4,
    why: 'a bubble behind a sender that was given up, before the worlds changed (not planted)',
  },
];

/** Those that take longer than `npm test` has time for. */
export const KEPT_LONG_WORLDS: typeof KEPT_WORLDS = [
  { seed: 40, conversations: 4, why: 'a claim made at birth that two had at once' },
  { seed: 44, conversations: 4, why: 'news that came after STOP' },
];
