// Marty's own words when no model speaks: a key of prompts/house.json, one of its wordings by a seed, values filled in.
import sentences from '../../../prompts/house.json' with { type: 'json' };

/** A key of prompts/house.json. */
export type SentenceKey = keyof typeof sentences;

/** The same key, seed and values always give the same sentence. A wording whose value is missing throws. */
export function sentence(key: SentenceKey, seed: number, values: Record<string, string> = {}): string {
  const wordings = sentences[key];
  const wording = wordings[seed % wordings.length];
  if (wording === undefined) throw new Error(`prompts/house.json has no wording for ${key}`);
  return wording.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the sentence ${key} needs a value for ${name}`);
    return value;
  });
}

/** 1299 → "$12.99", 800 → "$8". */
export function price(cents: number): string {
  const whole = Math.floor(cents / 100);
  return cents % 100 === 0 ? `$${whole}` : `$${whole}.${String(cents % 100).padStart(2, '0')}`;
}

/** "a", "a or b", "a, b or c". */
export function either(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
