// Worlds that once showed a fault of ours, or that show a planted one (test/mutants/planted.ts): they are run again, always.
import type { WorldWish } from './worlds.ts';

/** `why`: what it showed. */
export const KEPT_WORLDS: ReadonlyArray<WorldWish & { why: string }> = [
  { seed: 5, conversations: 2, why: 'a simulated clock that counted parts of milliseconds (not planted)' },
  { seed: 16, conversations: 20, why: 'an inbox that a dead process had not opened' },
  { seed: 17, conversations: 4, why: 'a bubble behind a sender that was given up (not planted)' },
  { seed: 20, conversations: 20, why: 'a sender at work that was not looked at again' },
  { seed: 23, conversations: 4, why: 'a text that was answered and not kept, and news that came after STOP' },
  { seed: 24, conversations: 4, why: 'a copy that left the shelf twice, and a timer that a dead process had held' },
  { seed: 27, conversations: 4, why: 'a claim made at birth that two had at once, and an actor that two wrote' },
];
