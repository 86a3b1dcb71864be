// The shop closes and opens again, and nobody who was texting with it notices. In other moments: restart.long.test.ts.
import { describe, expect, test } from 'vitest';
import { book } from './books.ts';
import { picksUp } from './journeys.ts';
import { useShop } from './kit.ts';
import { PAID } from './lines.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

describe('a restart', () => {
  test('right after texts were accepted: they are answered, all of them by one reply', async () => {
    const readers = Array.from({ length: 5 }, () => shop().phone());
    await Promise.all(readers.map((reader) => reader.texts('do you have the hobbit?')));
    await shop().close();
    await shop().open();
    await Promise.all(readers.map((reader) => reader.hears(/Hobbit/)));
  });

  test('while an order is being made: one order, one link', async () => {
    const reader = shop().phone();
    await picksUp(reader, HOBBIT);
    await reader.texts('pay now');
    await shop().close();
    await shop().open();
    await shop().pays(reader, await reader.hearsLink());
    await reader.hears(PAID);
    expect((await shop().orders(reader)).map(({ state }) => state)).toEqual(['paid']);
  });
});
