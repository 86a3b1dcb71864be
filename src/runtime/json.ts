// What JSON would mangle: a snapshot that holds such a thing would come back as another one.

/** The path of the first part of a value that JSON does not keep (a Date, a Map, NaN, a hole, a function …), or null. */
export function oddPartOf(value: unknown): string | null {
  return stepsTo(value)?.reverse().join('.') ?? null;
}

// Where nothing is odd, as nearly always, this makes no object at all. The steps come from the inside out.
function stepsTo(value: unknown): string[] | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : [];
  if (typeof value !== 'object') return [];
  if (isList(value)) return stepsWithinList(value);
  return isPlain(value) ? stepsWithin(value) : [];
}

function stepsWithin(value: Readonly<Record<string, unknown>>): string[] | null {
  for (const key of Object.keys(value)) {
    const part = value[key];
    const odd = part === undefined ? null : stepsTo(part); // undefined is the same as no key at all
    if (odd !== null) return [...odd, key];
  }
  return null;
}

function stepsWithinList(list: readonly unknown[]): string[] | null {
  for (let n = 0; n < list.length; n++) {
    const odd = stepsTo(list[n]);
    if (odd !== null) return [...odd, String(n)];
  }
  return null;
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether it is an object as JSON makes them. */
export function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
