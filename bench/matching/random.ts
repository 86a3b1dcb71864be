// Chance that can be repeated: the same seed gives the same evaluation set on every machine.

export type Chance = { next(): number; pick<T>(from: readonly T[]): T; below(limit: number): number };

/** A mulberry32 generator; `next` is 0 (inclusive) to 1 (exclusive). */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[below(from.length)];
    if (one === undefined) throw new Error('pick: the list is empty');
    return one;
  };
  return { next, below, pick };
}
