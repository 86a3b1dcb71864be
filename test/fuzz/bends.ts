// What a provider may answer instead of what it promises: its own answer with fields bent, another status, strange headers, a body of
// something else, one that breaks off, or none.
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { junk } from './values.ts';

/** Stands in what a provider answers; nothing that is told of a failure may have it. */
export const CANARY = 'canary of the provider';

/** One change inside a JSON value: `at` counts its fields and items, over and over. */
type Turn = { at: number; how: 'replace' | 'drop' | 'wrap' | 'twice'; value: unknown };
type BodyBend = { turns: Turn[] } | { instead: string } | null;

/** `which` of a call's requests meets it, from 0, or each. `cutAt`: how much of the body comes before the connection breaks, 0 to 1. */
export type Bend = {
  which: number | 'each';
  status: number | null;
  header: [string, string] | null;
  body: BodyBend;
  ends: 'well' | 'never' | { cutAt: number };
};

const STATUSES = [
  200, 201, 202, 204, 206, 301, 302, 304, 307, 400, 401, 402, 403, 404, 408, 409, 410, 413, 418, 422, 425, 429, 500,
  502, 503, 504, 529, 599,
];
const HEADERS: ReadonlyArray<[string, string[]]> = [
  [
    'content-type',
    ['text/html', 'application/json; charset=utf-16', 'text/event-stream', 'application/octet-stream', ''],
  ],
  ['content-encoding', ['gzip', 'br', 'strange']],
  ['content-length', ['0', '1', '99999999']],
  ['location', ['http://127.0.0.1:1/', '/', 'ftp://x', '::']],
  ['retry-after', ['0', '-1', '30', '59', '1e308', CANARY, 'Wed, 21 Oct 2099 07:28:00 GMT']],
  ['retry-after-ms', ['0', '-1', '59000', CANARY]],
  ['x-should-retry', ['true', 'false']],
  ['x-strange', [CANARY, 'x'.repeat(12_000)]],
];

const LARGE = 300_000;
const DEEP = 3_000;
const strange: Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: junk },
  { weight: 3, arbitrary: fc.constant(CANARY) },
  fc.constantFrom<unknown>('x'.repeat(LARGE), Array(5_000).fill(CANARY), { [CANARY]: [CANARY] }),
);
const turn = fc.record({
  at: fc.nat({ max: 400 }),
  how: fc.constantFrom('replace', 'replace', 'drop', 'wrap', 'twice'),
  value: strange,
} as const);
const instead = fc.oneof(
  fc.constantFrom('', '<html>be right back</html>', 'null', '[]', '{}', '"', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`),
  fc.constantFrom(
    CANARY,
    `{"error":"${CANARY}","errors":[{"category":"${CANARY}","code":"${CANARY}"}]}`,
    'x'.repeat(LARGE),
  ),
  strange.map((value) => JSON.stringify(value) ?? ''),
);

export const bend: Arbitrary<Bend> = fc.record({
  which: fc.constantFrom<Bend['which']>('each', 0, 0, 1, 2),
  status: seldom(fc.constantFrom(...STATUSES)),
  header: seldom(fc.oneof(...HEADERS.map(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values))))),
  body: fc.oneof(
    { weight: 6, arbitrary: fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) => ({ turns })) },
    { weight: 1, arbitrary: instead.map((body) => ({ instead: body })) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  ends: fc.oneof(
    { weight: 30, arbitrary: fc.constant<Bend['ends']>('well') },
    { weight: 3, arbitrary: fc.record({ cutAt: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.constant<Bend['ends']>('never') },
  ),
});

function seldom<Value>(arbitrary: Arbitrary<Value>): Arbitrary<Value | null> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** A body as it is sent on: JSON, or events of a stream, with their fields bent; anything else as it was. */
export function bentBody(text: string, isStream: boolean, body: BodyBend): string {
  if (body === null) return text;
  if ('instead' in body) return body.instead;
  const parts = isStream ? [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data) : [text];
  const values = parts.flatMap((part) => (part === '' ? [] : [JSON.parse(part) as unknown]));
  const bent = body.turns.reduce<unknown>(turned, isStream ? values : values[0]);
  if (!isStream) return JSON.stringify(bent) ?? '';
  return [bent].flat().map(eventText).join('');
}

function eventText(event: unknown): string {
  const type = typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : 'message';
  return `event: ${type.replaceAll(/\s/g, ' ')}\ndata: ${JSON.stringify(event)}\n\n`;
}

type Place = { holder: object; key: string };

function turned(value: unknown, { at, how, value: other }: Turn): unknown {
  const places = placesIn(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return other;
  const { holder, key } = place;
  const held: unknown = Reflect.get(holder, key);
  if (how === 'drop' && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (how === 'drop') Reflect.deleteProperty(holder, key);
  else if (how === 'twice' && Array.isArray(holder)) holder.splice(Number(key), 0, held);
  else Reflect.set(holder, key, how === 'wrap' ? [held] : other);
  return value;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [{ holder: value, key }, ...placesIn(inner)]);
}
