// A demo in production: every bubble of every kind is marked, on the phone as in the transcript, and so is the pay page.
import { expect, test } from 'vitest';
import { book } from './books.ts';
import { picksUp } from './journeys.ts';
import { useShop } from './kit.ts';

const shop = useShop('quick', true, () =>
  Promise.resolve({ NODE_ENV: 'production', ALLOW_DEMO: '1', ENABLE_SIMULATOR: '1' }),
);

test('marks its greeting, its offers, its link and its answer to STOP', async () => {
  const phone = shop().phone();
  await picksUp(phone, book('The Hobbit'));
  await phone.texts('pay now');
  const [link = 'no link'] = /http\S+$/.exec(await phone.hears(/http\S+\/till\/[0-9a-f-]{36}$/)) ?? [];
  await phone.asks('STOP', /opted out/);
  const bubbles = await phone.bubbles();
  expect(bubbles.length).toBeGreaterThan(5);
  expect(bubbles.filter((text) => !text.startsWith('[demo] '))).toEqual([]);
  expect(await (await fetch(link)).text()).toContain('<strong>DEMO</strong>');
});
