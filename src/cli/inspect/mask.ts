// What leaves the house for the inspector: the shape of contexts and events, and no customer's words. A string is shown only
// where it cannot be a person's: an id, an ISBN, a time, or what stands under a key that the shop itself fills.
const NEVER_PERSONAL = [
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, // a UUID
  /^97[89]\d{10}$/, // an ISBN-13
  /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, // a time
];
const SHOPS_OWN = new Set(
  'type stage fulfillment currency title authors act code kind line variant by status state reason provider keyword region src'.split(
    ' ',
  ),
);

/** The same value with every string that might be personal replaced by its length, such as `‹12 characters›`. */
export function masked(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return isOpen(value, key) ? value : `‹${value.length} characters›`;
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [maskedKey(name), masked(inner, name)]));
}

function isOpen(text: string, key: string): boolean {
  return SHOPS_OWN.has(key) || NEVER_PERSONAL.some((pattern) => pattern.test(text));
}

// Keys of a context are names that we gave, but for records that are kept by what a customer gave.
function maskedKey(name: string): string {
  return /^\+?\d{5,}$/.test(name) && !NEVER_PERSONAL.some((pattern) => pattern.test(name)) ? '‹number›' : name;
}
