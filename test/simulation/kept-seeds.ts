// Worlds that are run for ever: those that once showed a fault, and those that show planted ones.
export const KEPT_SEEDS: ReadonlyArray<{ seed: number; conversations: number; why: string }> = [
  {
    seed: 1,
    conversations: 25,
    why: 'showed, with a queue that doubled tickets at once, that a claim made at birth could be taken over for ever',
  },
  { seed: 2, conversations: 25, why: 'shows some of the planted faults (npm run mutants SIM)' },
];
