// A book bought by tapping alone: each answer that the chart offers means what it says, and a stale one changes nothing wrong.
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { book } from './books.ts';
import { useShop, WAIT } from './kit.ts';
import { ADDRESS, METHOD, PAY_HOW, SURE } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');
const Screen = z.object({
  items: z.array(
    z.object({
      text: z.string(),
      suggestions: z.array(z.string()).optional(),
      cards: z.array(z.object({ title: z.string(), take: z.object({ reply: z.string() }) })).optional(),
    }),
  ),
});

/** The newest bubble on the phone's screen, once it shows this. */
async function newest(reader: Phone, words: RegExp) {
  return vi.waitFor(async () => {
    const response = await fetch(
      `${shop().url}/api/simulator/messages?limit=500&phone=${encodeURIComponent(reader.number)}`,
    );
    const last = Screen.parse(await response.json()).items.at(-1);
    if (!last || !words.test(last.text)) throw new Error(`waited for ${words}`);
    return last;
  }, WAIT);
}

test('a book is bought by tapping what is offered', async () => {
  const reader = shop().phone();
  await reader.texts('do you have the hobbit?');
  const shown = await newest(reader, /Hobbit/);
  expect([shown.suggestions, shown.cards?.map(({ title }) => title)]).toEqual([
    ["i'll take it", 'another one'],
    [HOBBIT.title],
  ]);
  await reader.texts(shown.cards?.[0]?.take.reply ?? '');
  expect((await newest(reader, SURE)).suggestions).toEqual(['yes', 'no', 'ship it', 'pick it up']);
  await reader.texts('yes');
  expect((await newest(reader, METHOD)).suggestions).toEqual(['ship it', 'pick it up', 'hold it']);
  await reader.texts('pick it up');
  expect((await newest(reader, PAY_HOW)).suggestions).toEqual(['pay now', 'ship it', 'hold it']);
  await reader.texts('pay now');
  expect((await newest(reader, /\/till\//)).suggestions).toEqual(['never mind']);
});

test('a button of an older state is answered from where the talk stands now', async () => {
  const reader = shop().phone();
  await reader.asks('do you have the hobbit?', /Hobbit/);
  await reader.asks("i'll take it", SURE);
  await reader.asks('ship it', ADDRESS);
  await reader.texts("i'll take it");
  await shop().rest();
  expect(await shop().orders(reader)).toEqual([]);
  await reader.asks('pick it up', PAY_HOW);
});
