// What JSON would mangle: a snapshot that holds such a thing would come back as another one.

/** The path of the first part of a value that JSON does not keep (a Date, a Map, NaN, a hole, a function …), or null. */
export function oddPartOf(value: unknown, path = ''): string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object') return path;
  const isArray = Array.isArray(value);
  if (!isArray && Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
    return path;
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined && !isArray) continue; // the same as no key at all
    const odd = oddPartOf(part, path === '' ? key : `${path}.${key}`);
    if (odd !== null) return odd;
  }
  return null;
}
