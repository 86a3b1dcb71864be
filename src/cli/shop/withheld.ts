// What of a command's input and result may be shown: ids, codes and amounts. Words, names and places are withheld.

const PERSONAL =
  /^(?:text|texts|bubbles|words|summary|address|name|line1|line2|city|zip|phone|email|url|request|body|message|detail)$/i;
const STRING_MAX = 120;
const ITEMS_MAX = 50;
const DEPTH_MAX = 8;
const WITHHELD = '…';

/** The same JSON with every personal or long value replaced by an ellipsis, at every depth. */
export function withheld(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > STRING_MAX ? WITHHELD : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return WITHHELD;
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => withheld(item, depth + 1));
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    PERSONAL.test(key) && inner !== null ? WITHHELD : withheld(inner, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
