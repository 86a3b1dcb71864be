// Cursors of lists: what went out comes back, and nothing else is taken.
import { expect, test } from 'vitest';
import { cursorOf, placeOf } from '../../src/cli/shop/place.ts';
import { BadCursor } from '../../src/web/deps.ts';

const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a cursor leads back to the place that it was made of', () => {
  const place = { at: new Date('2026-11-22T19:00:00.123Z'), id: '0190a000-0000-7000-8000-000000000001' };
  expect(placeOf(cursorOf(place))).toEqual(place);
});

test.each(['nonsense', '', written(['yesterday', 'x']), written({ at: 1 })])('%j is no cursor', (cursor) => {
  expect(() => placeOf(cursor)).toThrow(BadCursor);
});
