// How punctual the local till's callbacks are. A real provider's come late, twice or out of order, so ours do too:
// decided by the event's id and a seed, the same each time.
import { createHash } from 'node:crypto';

export type Habits = {
  /** How long after the payment the first callback goes out. */
  delayMs: (eventId: string) => number;
  /** How often it is delivered, at least once. */
  copies: (eventId: string) => number;
};

/** Every callback at once and once. */
export const punctual: Habits = { delayMs: () => 0, copies: () => 1 };

/** One callback in four comes twice, one in five three seconds late. */
export function likeARealOne(seed: string): Habits {
  return {
    delayMs: (eventId) => (roll(`${seed}:late:${eventId}`) < 0.2 ? 3_000 : 0),
    copies: (eventId) => (roll(`${seed}:twice:${eventId}`) < 0.25 ? 2 : 1),
  };
}

/** 0 up to, not including, 1. */
function roll(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
