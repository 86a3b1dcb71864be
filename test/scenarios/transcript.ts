// A conversation as one can assert it whole: every bubble of Marty's by the name of its line and the values in it, whichever
// of its wordings the customer was given.
import house from '../../prompts/house.json' with { type: 'json' };
import linesA from '../../prompts/lines.a.json' with { type: 'json' };
import linesB from '../../prompts/lines.b.json' with { type: 'json' };
import type { Item } from '../shop/phone.ts';

type Wording = { key: string; pattern: RegExp; names: string[]; letters: number };

/** Values that differ from run to run, or say nothing of the sale. */
const UNSAID = new Set(['url', 'untilMs', 'store', 'contact', 'why', 'address', 'author', 'about', 'mood', 'subject']);

/** "you: …" and "marty: <line> <values>", in the order of the screen. */
export function transcriptOf(screen: readonly Item[]): string[] {
  const seen = screen.filter(({ direction, status }) => direction === 'inbound' || status !== 'dropped');
  return seen.map(({ direction, text }) => (direction === 'inbound' ? `you: ${text}` : `marty: ${named(text)}`));
}

/** A bubble that is no line of his, such as a link or a book card, stays as it is, without what differs from run to run. */
function named(bubble: string): string {
  if (/^http\S+$/.test(bubble)) return '<link>';
  for (const { key, pattern, names } of WORDINGS) {
    const match = pattern.exec(bubble);
    if (match) return [key, ...names.filter((name) => !UNSAID.has(name)).map((name) => match.groups?.[name])].join(' ');
  }
  return bubble;
}

/** The one that says most itself comes first. */
const WORDINGS: readonly Wording[] = [...keysByWording()]
  .map(([wording, keys]) => read(common(keys), wording))
  .filter(({ letters }) => letters > 0)
  .sort((a, b) => b.letters - a.letters);

function keysByWording(): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const [key, said] of [linesA, linesB, house].flatMap((lines) => Object.entries(lines)))
    for (const wording of [said].flat()) keys.set(wording, [...(keys.get(wording) ?? []), key]);
  return keys;
}

/** What several lines share is named by what their names share, or by all of these where that is nothing. */
function common(keys: readonly string[]): string {
  const [first = '', ...others] = keys;
  const parts = first.split('.');
  while (parts.length > 0 && !others.every((key) => `${key}.`.startsWith(`${parts.join('.')}.`))) parts.pop();
  return parts.length > 0 ? parts.join('.') : keys.join(' or ');
}

function read(key: string, wording: string): Wording {
  const names = [...new Set([...wording.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))];
  const said = new Set<string>();
  const parts = wording.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    if (said.has(part)) return String.raw`\k<${part}>`;
    said.add(part);
    return `(?<${part}>.+?)`;
  });
  const letters = wording.replaceAll(/\{\w+\}|\W/g, '').length;
  return { key, pattern: new RegExp(`^${parts.join('')}$`, 's'), names: names.sort(), letters };
}
