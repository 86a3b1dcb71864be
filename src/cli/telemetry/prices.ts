// What Claude's tokens cost by list price, in dollars per million: platform.claude.com/docs/en/about-claude/pricing,
// read in November 2026. `cached`: reads of the prompt cache; writing it is counted as input, which is 20 % too low.
const PRICES: ReadonlyArray<{ model: RegExp; input: number; cached: number; output: number }> = [
  { model: /^claude-opus-5-5\b/, input: 4, cached: 0.2, output: 20 },
  { model: /^claude-sonnet-5-5\b/, input: 2, cached: 0.1, output: 10 },
  { model: /^claude-haiku-5-5\b/, input: 0.1, cached: 0.01, output: 0.5 },
];

/** Null for a model whose price this build does not know. */
export function costOf(model: string, spent: { input: number; cached: number; output: number }): number | null {
  const price = PRICES.find((row) => row.model.test(model));
  if (!price) return null;
  return (spent.input * price.input + spent.cached * price.cached + spent.output * price.output) / 1_000_000;
}
