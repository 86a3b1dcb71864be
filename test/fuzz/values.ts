// Values to throw at an endpoint: drawn from its own schema, and bent, so that they come far in before they are refused.
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { z } from 'zod';

/** JSON Schema as the OpenAPI document has it, as far as values are drawn from it. */
export type Schema = z.infer<typeof Known> & {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
};
const Known = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
});

/** What finds its way into strings and breaks those who do not expect it. */
const NASTY = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  "'; DROP TABLE actors; --",
  '" OR 1=1',
  '%',
  '%00',
  '../../etc/passwd',
  '..%2f..%2f',
  '{{7*7}}',
  '${7*7}',
  '<script>alert(1)</script>',
  '\r\nset-cookie: a=b',
  '__proto__',
  'constructor',
  'xstate.done.actor.link',
  'xstate.init',
  'NaN',
  '-1',
  '1e308',
  '99999999999999999999',
  '2147483648',
  '9223372036854775808',
  '2026-11-31T25:61:61Z',
  '+1201555',
  'STOP',
  '😀'.repeat(60),
  'x'.repeat(2_000),
  '-',
  '.',
  'eyJhIjoxfQ',
  'WyIyMDI2LTAxLTAxVDAwOjAwOjAwLjAwMFoiLCIwMTkwYTAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ',
];

export const junkText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

const junkNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1.5, Number.MAX_VALUE),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

export const junk: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: junkText },
  { weight: 3, arbitrary: junkNumber },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[[[[]]]]], { __proto__: null }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** What the shop knows, by the name of the parameter or field that takes it, so that a request often means something. */
export type Familiar = Readonly<Record<string, readonly string[]>>;

/** Mostly fitting values of a schema; now and then, anywhere inside, something else. */
export function valueOf(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  familiar: Familiar,
  name: string,
): Arbitrary<unknown> {
  return fc.oneof({ weight: 19, arbitrary: fitting(schema, schemas, familiar, name) }, { weight: 1, arbitrary: junk });
}

function fitting(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  familiar: Familiar,
  name: string,
): Arbitrary<unknown> {
  const inner = (one: Schema, named = name) => valueOf(one, schemas, familiar, named);
  const referred = schemas[schema.$ref?.split('/').at(-1) ?? ''];
  if (referred) return inner(referred);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return fc.oneof(...choices.map((one) => inner(one)));
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map((one) => inner(one))).map((parts) => Object.assign({}, ...parts.map(Object)));
  const kind = [schema.type ?? 'string'].flat()[0];
  if (kind === 'object') return fieldsOf(schema.properties ?? {}, inner);
  if (kind === 'array') return fc.array(inner(schema.items ?? {}), { maxLength: 4 });
  if (kind === 'integer' || kind === 'number') return fc.oneof(fc.integer({ min: 0, max: 5_000 }), junkNumber);
  if (kind === 'boolean') return fc.boolean();
  return textOf(schema, familiar, name);
}

function fieldsOf(
  properties: Record<string, Schema>,
  inner: (schema: Schema, name: string) => Arbitrary<unknown>,
): Arbitrary<unknown> {
  const known = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, inner(schema, name)]));
  const whole = fc.record(known);
  const partial = fc.record(known, { requiredKeys: [] });
  const more = fc.tuple(whole, junkText, junk).map(([fields, name, value]) => ({ ...fields, [name]: value }));
  return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: partial }, { weight: 1, arbitrary: more });
}

function textOf({ format }: Schema, familiar: Familiar, name: string): Arbitrary<unknown> {
  const now = fc.integer({ min: -100 * 3600, max: 3600 }).map((s) => new Date(Date.now() + s * 1000).toISOString());
  if (format === 'date-time') return now;
  if (format === 'uuid') return fc.oneof(familiarText(familiar, name), fc.uuid());
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  const weight = familiar[name] ? 12 : 1;
  return fc.oneof({ weight, arbitrary: familiarText(familiar, name) }, text, now, junkText);
}

/** What the shop knows by that name; now and then, or where it knows nothing by it, by any. */
export function familiarText(familiar: Familiar, name: string): Arbitrary<string> {
  const any = fc.constantFrom(...Object.values(familiar).flat());
  const known = familiar[name];
  return known ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: any }) : any;
}
