// More texts than one person is answered at once, through the whole shop.
import { expect, test } from 'vitest';
import { useShop } from './kit.ts';

const shop = useShop();
const MOMENT = /moment/;

test('fifteen texts in a rush are all taken; Marty says once that he needs a moment, and one reply answers them all', async () => {
  const reader = shop().phone();
  const before = shop().thoughts.composed;
  shop().settleMs = 2_000;
  const rush = Array.from({ length: 14 }, (_, index) => `hey ${index + 1}`);
  await reader.texts(...rush, 'do you have dune?');
  await reader.hears(MOMENT);
  await shop().passes('limitWindow', { machine: 'customer', id: reader.number });
  await reader.hears(/Dune/);
  shop().settleMs = 60;
  await shop().rest();
  const [bubbles, screen] = [await reader.bubbles(), await reader.screen()];
  expect(bubbles.filter((text) => MOMENT.test(text))).toHaveLength(1);
  expect(screen.filter(({ direction }) => direction === 'inbound')).toHaveLength(15);
  expect(shop().thoughts.composed - before).toBe(1);
});

test.each(['STOP', 'please leave me alone'])('%j is heard at once, however fast somebody texts', async (stop) => {
  const reader = shop().phone();
  await reader.texts(...Array.from({ length: 11 }, (_, index) => `hey ${index + 1}`));
  await reader.hears(MOMENT);
  await reader.asks(stop, /opted out/);
  await shop().rest();
  expect(await reader.news()).toEqual([]);
});
