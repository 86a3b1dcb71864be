// What a customer meant a minute ago no longer holds, at the questions at which changes.test.ts does not ask.
import { describe, expect, test } from 'vitest';
import { book } from './books.ts';
import { agrees, chooses, givesAddress, isShown, picksUp } from './journeys.ts';
import type { Book } from './journeys.ts';
import { useShop } from './kit.ts';
import { DROPPED, SURE } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOMELAND = book('Homeland');

const stages: Array<[stage: string, reach: (reader: Phone, book: Book) => Promise<unknown>, answer: RegExp]> = [
  ['a book was shown', isShown, DROPPED],
  ['"shipped or picked up?"', agrees, DROPPED],
  ['"is this the address?"', givesAddress, DROPPED],
  ['"pay now or hold it?"', picksUp, DROPPED],
];

describe('a change of mind', () => {
  test.each(stages)('when %s leaves nothing promised, and the talk goes on', async (_stage, reach, answer) => {
    const reader = shop().phone();
    await reach(reader, HOMELAND);
    await reader.asks('never mind', answer);
    await shop().rest();
    expect(await shop().orders(reader)).toEqual([]);
    await reader.asks('do you have homeland?', /Homeland/);
  });

  test.each([
    ['"are you sure?"', chooses],
    ['"shipped or picked up?"', agrees],
    ['"pay now or hold it?"', picksUp],
  ])('to another book when Marty has asked %s asks about that one', async (_stage, reach) => {
    const reader = shop().phone();
    await reach(reader, HOMELAND);
    expect(await reader.asks("actually i'll take meditations", SURE)).toContain('Meditations');
  });

  test('from pickup to shipping is asked where to', async () => {
    const reader = shop().phone();
    await picksUp(reader, HOMELAND);
    await reader.asks('actually ship it', /where should it go|ok, where to/);
  });
});
