// New, known and long away: who is greeted how, and what Claude is told of it.
import { expect, test } from 'vitest';
import house from '../../prompts/house.json' with { type: 'json' };
import { acquaintanceOf } from '../../src/brain/acquaintance.ts';
import { conversation } from '../../src/brain/claude/prompt.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import type { Library, Situation } from '../../src/brain/situation.ts';
import { testShelf } from './shelf.ts';
import { situation, WEDNESDAY_ONE_PM } from './situations.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => WEDNESDAY_ONE_PM - days * DAY_MS;
const DUNE = { isbn13: '9780441172719', title: 'Dune' };
const bought: Library = { owned: [DUNE.isbn13], lastBought: DUNE, askAbout: DUNE };
const asked: Library = { ...bought, askAbout: null };

const WHO: Array<[who: string, knows: Partial<Situation>, is: string, greeting: keyof typeof house]> = [
  ['a stranger', {}, 'new', 'greet.new'],
  ['who texted a week ago', { awaySinceMs: daysAgo(7) }, 'known', 'greet.again'],
  ['who bought a book a week ago', { awaySinceMs: daysAgo(7), library: bought }, 'known', 'greet.known'],
  ['who bought a book at the counter and never texted', { library: bought }, 'known', 'greet.known'],
  ['who was asked how it was', { awaySinceMs: daysAgo(7), library: asked }, 'known', 'greet.again'],
  ['who was silent for 89 days', { awaySinceMs: daysAgo(89) }, 'known', 'greet.again'],
  ['who was silent for 90 days', { awaySinceMs: daysAgo(90) }, 'away', 'greet.away'],
  ['who bought a book a year ago', { awaySinceMs: daysAgo(365), library: bought }, 'away', 'greet.away.known'],
];

test.each(WHO)('%s is greeted so', async (_who, knows, is, greeting) => {
  const greeted = situation('hi', knows);
  expect(acquaintanceOf(greeted)).toBe(is);
  const { bubbles } = await houseReply(testShelf(), greeted);
  expect(house[greeting].map((words) => words.replace('{title}', 'Dune'))).toContain(bubbles[0]);
});

test.each(WHO)('of %s Claude is told the same', (_who, knows, is) => {
  const told = JSON.stringify(conversation(situation('hi', knows)).at(-1)?.content);
  const { lastBought, askAbout } = knows.library ?? { lastBought: null, askAbout: null };
  const customer = { is, last_bought: lastBought?.title ?? null, ask_about: askAbout?.title ?? null };
  expect(told).toContain(JSON.stringify(JSON.stringify(customer)).slice(1, -1));
});
