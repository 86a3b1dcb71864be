// Marty's lines: each of them, in each variant, in character and fit for a phone; and the checks of their loader.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import variantA from '../../prompts/lines.a.json' with { type: 'json' };
import variantB from '../../prompts/lines.b.json' with { type: 'json' };
import { BUBBLE_CHARS_MAX } from '../../src/channels/bubbles.ts';
import { isGsm7 } from '../../src/channels/gsm7.ts';
import { LINES } from '../../src/channels/lines.ts';
import { loadVoice } from '../../src/channels/voice.ts';
import type { Shop } from '../../src/channels/voice.ts';

const SHOP: Shop = {
  name: 'Dungeon Books',
  contact: 'hello@dungeonbooks.com',
  timezone: 'America/New_York',
  currency: 'USD',
};
/** Values as long as they usually get. */
const TYPICAL = {
  title: 'The Hitchhiker Guide',
  titles: 'Dune, Hyperion or The Left Hand of Darkness',
  copies: 2,
  priceCents: 1899,
  totalCents: 3798,
  taxCents: 252,
  shippingCents: 800,
  amountCents: 4850,
  days: 7,
  untilMs: Date.UTC(2026, 10, 27, 23),
  address: 'Ada Lovelace, 12 Analytical Ave Apt 4, Jersey City NJ 07302',
  tracking: '9400111899223344556677',
  url: 'https://square.link/u/AbCd1234',
};
const VARIANTS = { a: variantA, b: variantB };
const CUSTOMER = '019a0000-0000-7000-8000-000000000001';

const spoken = Object.entries(VARIANTS).flatMap(([name, lines]) => {
  const voice = loadVoice({ [name]: lines });
  return Object.keys(LINES).map((line) => ({
    name,
    line,
    ...voice.speak(line, TYPICAL, { actorKey: CUSTOMER, shop: SHOP }),
  }));
});
const wordsOf = ({ bubbles }: { bubbles: string[] }) =>
  bubbles.join('\n').replace(TYPICAL.url, '').replaceAll(SHOP.name, '').replaceAll(SHOP.contact, '');

describe.each(spoken)('$name: $line', (said) => {
  test('fits into its bubbles in the phone alphabet', () => {
    for (const bubble of said.bubbles) {
      expect(bubble.length).toBeLessThanOrEqual(BUBBLE_CHARS_MAX);
      expect(isGsm7(bubble)).toBe(true);
    }
  });

  test('is in character: no shouting, no dashes, no hype', () => {
    const words = wordsOf(said);
    expect(words).not.toMatch(/[!\u2010-\u2015*_#`-]/);
    expect(words).not.toMatch(
      /\b(?:amazing|awesome|exciting|excited|thrilled|delight|perfect|absolutely|unfortunately)\b/i,
    );
    expect(
      words.replace(/\b(?:STOP|START|HELP)\b/g, '').replaceAll(/Dune|Hyperion|The [\w ]+|Ada.*07302/g, ''),
    ).toMatch(/^[^A-Z]*$/);
  });
});

test('the first text, the way back in and the answer to HELP name the shop, the machine and STOP', () => {
  const legal = spoken.filter(({ line }) => ['welcome.notice', 'consent.started', 'consent.help'].includes(line));
  expect(legal).toHaveLength(6);
  for (const { bubbles } of legal) expect(bubbles.join(' ')).toMatch(/^(?=.*Dungeon Books)(?=.*automated)(?=.*STOP)/);
});

const everyVariantOf = (line: string) => spoken.filter((said) => said.line === line).map(wordsAsTexted);
const wordsAsTexted = ({ bubbles }: { bubbles: string[] }) => bubbles.join('\n');

test('the confirmation of STOP names the shop, the way back, and nothing to buy', () => {
  const shape = /^Dungeon Books: [^\n]*opted out[^\n]*START[^\n]*$/;
  expect(everyVariantOf('consent.stopped').map((words) => shape.test(words))).toEqual([true, true]);
});

test('the first text and HELP name message rates, HELP a contact', () => {
  const legal = [...everyVariantOf('welcome.notice'), ...everyVariantOf('consent.help')];
  expect(legal.filter((words) => !words.includes('msg and data rates may apply'))).toEqual([]);
  expect(everyVariantOf('consent.help').filter((words) => !words.includes(SHOP.contact))).toEqual([]);
});

test('a link stands alone in its bubble', () => {
  const withLink = spoken.filter(({ bubbles }) => bubbles.join().includes(TYPICAL.url));
  expect(new Set(withLink.map(({ line }) => line))).toEqual(
    new Set(['order.linkReady', 'order.reminder', 'order.paymentFailed', 'missing.link', 'missing.plainLink']),
  );
  for (const { bubbles } of withLink) expect(bubbles.at(-1)).toBe(TYPICAL.url);
});

test('every line that a statechart says exists', () => {
  const charts = readdirSync('machines').map((file) => readFileSync(`machines/${file}`, 'utf8'));
  const keys = charts.flatMap((chart) => [...chart.matchAll(/\bline: '([\w.]+)'/g)].map((match) => match[1]));
  expect(keys.length).toBeGreaterThan(30);
  expect([...new Set(keys)].filter((key) => !Object.hasOwn(LINES, key ?? ''))).toEqual([]);
});

describe('the voice', () => {
  const voice = loadVoice();
  const speak = (line: string, values: Record<string, string | number>) =>
    loadVoice({ a: variantA }).speak(line, values, { actorKey: CUSTOMER, shop: SHOP });

  test('a customer hears one variant for life, and both are heard', () => {
    const keys = Array.from({ length: 200 }, (_, n) => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`);
    const variants = keys.map((key) => voice.variantFor(key));
    expect(keys.map((key) => voice.variantFor(key))).toEqual(variants);
    const heardA = variants.filter((variant) => variant === 'a').length;
    expect(heardA).toBeGreaterThan(70);
    expect(heardA).toBeLessThan(130);
  });

  test('money, counts and times are put in words of the shop', () => {
    expect(speak('confirm.sure', { title: 'Dune', copies: 1, priceCents: 999, totalCents: 999 })).toEqual({
      bubbles: ['Dune, one copy, $9.99 before tax and shipping. want it?'],
      variant: 'a',
    });
    expect(speak('confirm.sure', { title: 'Dune', copies: 3, priceCents: 999, totalCents: 123456 }).bubbles).toEqual([
      'Dune, 3 copies, $1,234.56 before tax and shipping. want it?',
    ]);
    expect(speak('order.holdReminder', { title: 'Dune', untilMs: Date.UTC(2026, 10, 28, 0, 30) }).bubbles).toEqual([
      'Dune is still on hold for you until fri nov 27, 7:30 pm, then it goes back on the shelf',
    ]);
  });

  test('a value is put in as it is, also when it looks like a placeholder', () => {
    expect(speak('order.cancelled', { title: '{url} $& {title}' }).bubbles).toEqual([
      'ok, the order for {url} $& {title} is cancelled',
    ]);
  });

  test('an unknown line and a missing value break the turn', () => {
    expect(() => speak('order.sung', {})).toThrow('there is no line "order.sung"');
    expect(() => speak('order.ready', {})).toThrow('line "order.ready" lacks a value for {title}');
  });

  test.each([
    ['lacks a line', { ...variantA, lost: undefined }, 'prompts/lines.x.json'],
    ['has a line that nobody says', { ...variantA, 'lost.forever': 'hm' }, 'nobody says "lost.forever"'],
    ['uses a value that the line is not given', { ...variantA, lost: 'lost {title}' }, '"lost" is not given {title}'],
    [
      'says less than the other',
      { ...variantA, 'order.ready': 'come by' },
      'the variants of "order.ready" use different values',
    ],
    ['has an empty bubble', { ...variantA, lost: '' }, 'prompts/lines.x.json'],
  ])('a variant that %s is refused by name', (_fault, x, message) => {
    expect(() => loadVoice({ a: variantA, x })).toThrow(message);
  });
});
