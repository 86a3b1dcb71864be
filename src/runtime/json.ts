// What JSON would mangle: a snapshot that holds such a thing would come back as another one.

/** The path of the first part of a value that JSON does not keep (a Date, a Map, NaN, a hole, a function …), or null. */
export function oddPartOf(value: unknown, path = ''): string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object') return path;
  if (isList(value)) return oddElementOf(value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return path;
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined || typeof part === 'string') continue; // undefined is the same as no key at all
    const odd = oddPartOf(part, path === '' ? key : `${path}.${key}`);
    if (odd !== null) return odd;
  }
  return null;
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

function oddElementOf(list: readonly unknown[], path: string): string | null {
  for (let n = 0; n < list.length; n++) {
    const part = list[n];
    if (typeof part === 'string') continue;
    const odd = oddPartOf(part, path === '' ? String(n) : `${path}.${n}`);
    if (odd !== null) return odd;
  }
  return null;
}
