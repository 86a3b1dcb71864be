// Repairs what JSON allows and Postgres refuses: NUL characters and lone surrogates. One of either would fail a whole batch of writes.

const DEPTH_MAX = 32;

/** Without NUL; a lone surrogate becomes U+FFFD. */
export function cleanText(value: string): string {
  return value.replaceAll('\0', '').toWellFormed();
}

/**
 * The same for every string and key of a JSON value.
 * Throws a RangeError where it is nested deeper than 32 levels.
 */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX} levels`);
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, item]) => [cleanText(key), cleanJson(item, depth + 1)]));
}
