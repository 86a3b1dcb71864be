// Worlds that once showed a fault of ours, or that show a planted one (test/mutants/planted.ts): they are run again, always.
import type { WorldWish } from './worlds.ts';

/** `why`: what it showed. */
export const KEPT_WORLDS: ReadonlyArray<WorldWish & { why: string }> = [
  { seed: 5, conversations: 2, why: 'a simulated clock that counted parts of milliseconds (not planted)' },
  { seed: 10, conversations: 4, why: 'news that came after STOP, and a claim made at birth that two had at once' },
  { seed: 17, conversations: 4, why: 'a bubble behind a sender that was given up (not planted)' },
  {
    seed: 18,
    conversations: 4,
    why: 'a copy that left the shelf twice, and a sender at work that was not looked at again',
  },
  { seed: 24, conversations: 4, why: 'a text that was answered and not kept, and what dead processes leave behind' },
];
