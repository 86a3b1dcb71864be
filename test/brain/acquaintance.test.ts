// New, known and long away: who is greeted how, and what Claude is told of it.
import { expect, test } from 'vitest';
import house from '../../prompts/house.json' with { type: 'json' };
import { acquaintanceOf } from '../../src/brain/acquaintance.ts';
import { conversation } from '../../src/brain/claude/prompt.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import type { OrderFact, Situation } from '../../src/brain/situation.ts';
import { testShelf } from './shelf.ts';
import { situation, WEDNESDAY_ONE_PM } from './situations.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => WEDNESDAY_ONE_PM - days * DAY_MS;
const bought: OrderFact = {
  orderId: '00000000-0000-7000-8000-0000000000bb',
  status: 'picked up',
  isInHand: true,
  titles: ['Dune'],
  isbn13s: [],
  totalCents: 1099,
  tracking: null,
};

const WHO: Array<[who: string, knows: Partial<Situation>, is: string, greeting: keyof typeof house]> = [
  ['a stranger', {}, 'new', 'greet.new'],
  ['who texted a week ago', { awaySinceMs: daysAgo(7) }, 'known', 'greet.again'],
  ['who bought a book a week ago', { awaySinceMs: daysAgo(7), orders: [bought] }, 'known', 'greet.known'],
  ['who was silent for 89 days', { awaySinceMs: daysAgo(89) }, 'known', 'greet.again'],
  ['who was silent for 90 days', { awaySinceMs: daysAgo(90) }, 'away', 'greet.away'],
  ['who bought a book a year ago', { awaySinceMs: daysAgo(365), orders: [bought] }, 'away', 'greet.away.known'],
];

test.each(WHO)('%s is greeted so', async (_who, knows, is, greeting) => {
  const asked = situation('hi', knows);
  expect(acquaintanceOf(asked)).toBe(is);
  const { bubbles } = await houseReply(testShelf(), asked);
  expect(house[greeting].map((words) => words.replace('{title}', 'Dune'))).toContain(bubbles[0]);
});

test.each(WHO)('of %s Claude is told the same', (_who, knows, is) => {
  const told = JSON.stringify(conversation(situation('hi', knows)).at(-1)?.content);
  const last = knows.orders === undefined ? null : 'Dune';
  expect(told).toContain(JSON.stringify(JSON.stringify({ is, last_bought: last })).slice(1, -1));
});
