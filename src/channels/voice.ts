// Marty's lines in their A/B variants, checked when they are loaded: every variant has every line, says the same
// things in it, and uses nothing that the line is not given. A customer hears the same variant all their life.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import variantA from '../../prompts/lines.a.json' with { type: 'json' };
import variantB from '../../prompts/lines.b.json' with { type: 'json' };
import { LINES, SHOP_PARAMS } from './lines.ts';

const Bubbles = z.union([
  z
    .string()
    .min(1)
    .transform((text) => [text]),
  z.array(z.string().min(1)).min(1),
]);
const Variant = z.record(z.string(), Bubbles);
type Variant = z.infer<typeof Variant>;

/** What lines may say of a shop. */
export type Shop = {
  name: string;
  /** How to reach a person: an e-mail address or a number. */
  contact: string;
  /** An IANA zone. */
  timezone: string;
  /** ISO 4217. */
  currency: string;
  /** Put before every bubble: marks a shop that only pretends. */
  prefix?: string;
};

export type Spoken = { bubbles: string[]; variant: string };

/** Values of a line: text, cents, milliseconds since 1970 or a count, by the rules of `LINES`. */
export type LineValues = Readonly<Record<string, string | number>>;

export type Voice = {
  /** The wording that this customer hears; the same key always gives the same variant. */
  variantFor: (actorKey: string) => string;
  /** Fills a line in. Throws on an unknown line or a missing value: the chart is wrong, and the turn must not commit. */
  speak: (line: string, values: LineValues, listener: { actorKey: string; shop: Shop }) => Spoken;
};

/** Reads and checks variants; throws a sentence that names variant, line and fault. By default those in prompts/. */
export function loadVoice(variants: Readonly<Record<string, unknown>> = { a: variantA, b: variantB }): Voice {
  const byName = new Map(Object.entries(variants).map(([name, lines]) => [name, parsed(name, lines)]));
  assertSameContent(byName);
  const names = [...byName.keys()].sort();
  const variantFor = (actorKey: string) => names[hashOf(actorKey) % names.length] ?? 'a';
  return {
    variantFor,
    speak: (line, values, { actorKey, shop }) => {
      const variant = variantFor(actorKey);
      const wording = byName.get(variant)?.[line];
      if (!wording) throw new Error(`there is no line "${line}"`);
      const fill = (text: string) => filled(line, text, { ...values, store: shop.name, contact: shop.contact }, shop);
      return { bubbles: wording.map(fill), variant };
    },
  };
}

/** The placeholders of a text, such as `title`. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

function parsed(name: string, lines: unknown): Variant {
  const result = Variant.safeParse(lines);
  if (!result.success) throw new Error(`prompts/lines.${name}.json: ${z.prettifyError(result.error)}`);
  for (const line of Object.keys(result.data)) {
    if (!Object.hasOwn(LINES, line)) throw new Error(`prompts/lines.${name}.json: nobody says "${line}"`);
  }
  return result.data;
}

function assertSameContent(variants: ReadonlyMap<string, Variant>): void {
  for (const [line, params] of Object.entries<readonly string[]>(LINES)) {
    const contents = new Set<string>();
    for (const [name, lines] of variants) {
      const used = new Set((lines[line] ?? []).flatMap(placeholdersOf));
      if (!lines[line]) throw new Error(`prompts/lines.${name}.json lacks "${line}"`);
      const stranger = [...used].find((param) => ![...params, ...SHOP_PARAMS].some((known) => known === param));
      if (stranger) throw new Error(`prompts/lines.${name}.json: "${line}" is not given {${stranger}}`);
      contents.add(
        [...used]
          .filter((param) => !SHOP_PARAMS.some((shop) => shop === param))
          .sort()
          .join(),
      );
    }
    if (contents.size > 1)
      throw new Error(`the variants of "${line}" use different values: ${[...contents].join(' / ')}`);
  }
}

function filled(line: string, text: string, values: LineValues, shop: Shop): string {
  return text.replace(/\{(\w+)\}/g, (_placeholder, param: string) => {
    const value = values[param];
    if (value === undefined) throw new Error(`line "${line}" lacks a value for {${param}}`);
    return inWords(param, value, shop);
  });
}

function inWords(param: string, value: string | number, shop: Shop): string {
  if (typeof value === 'string') return value;
  if (param.endsWith('Cents')) return money(value, shop.currency);
  if (param.endsWith('Ms')) return moment(value, shop.timezone);
  if (param === 'copies') return value === 1 ? 'one copy' : `${value} copies`;
  return String(value);
}

/** Cents in the usual spelling of a currency (ISO 4217), such as `$14.99`. */
export function money(cents: number, currency: string): string {
  return moneyFormat(currency).format(cents / 100);
}

/** `fri nov 27, 6 pm`, in the shop's zone. */
function moment(atMs: number, timezone: string): string {
  const parts = Object.fromEntries(
    momentFormat(timezone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const minutes = parts['minute'] === '00' ? '' : `:${parts['minute']}`;
  return `${parts['weekday']} ${parts['month']} ${parts['day']}, ${parts['hour']}${minutes} ${parts['dayPeriod']}`.toLowerCase();
}

// Making a formatter costs a hundred times what using it does; there is one for each currency and zone of our shops.
const moneyFormat = remembered((currency) => new Intl.NumberFormat('en-US', { style: 'currency', currency }));
const momentFormat = remembered(
  (timeZone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
    }),
);

function remembered<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function hashOf(actorKey: string): number {
  return createHash('sha256').update(actorKey).digest().readUInt32BE();
}
