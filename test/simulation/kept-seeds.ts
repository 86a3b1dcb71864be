// Worlds that once showed a fault of ours, or a planted one (test/mutants/planted.ts): they are run again, always.
import type { WorldWish } from './worlds.ts';

/** `why`: what it showed. */
type KeptWorld = WorldWish & { why: string };

/** Those of the long tests: each costs as much as many small ones. */
export const KEPT_LONG_WORLDS: readonly KeptWorld[] = [
  {
    seed: 100_797,
    conversations: 25,
    why: 'simulated time that leapt over a call, and two bubbles of one phone on their way at once (not planted)',
  },
  { seed: 100_916, conversations: 25, why: 'two bubbles of one phone on their way at once (not planted)' },
];

export const KEPT_WORLDS: readonly KeptWorld[] = [
  { seed: 5, conversations: 2, why: 'a simulated clock that counted parts of milliseconds (not planted)' },
  { seed: 14, conversations: 4, why: 'an actor that two wrote' },
  { seed: 15, conversations: 20, why: 'an inbox that a dead process had not opened' },
  { seed: 17, conversations: 4, why: 'a bubble behind a sender that was given up (not planted)' },
  { seed: 24, conversations: 4, why: 'an answer that went out before the commit, and texts that came twice' },
  { seed: 25, conversations: 6, why: 'an answer begun by work that nobody wanted any more' },
  {
    seed: 29,
    conversations: 4,
    why: 'a text that was answered and not kept, and a timer that a dead process had held',
  },
  { seed: 40, conversations: 4, why: 'news that came after STOP, and a claim made at birth that two had at once' },
  { seed: 68, conversations: 10, why: 'a sender at work that was not looked at again' },
  {
    seed: 200_053,
    conversations: 25,
    why: 'a text that a faster clock put behind the words that answer it (not planted)',
  },
];
