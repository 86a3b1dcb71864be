// The system prompt names every act that the charts understand, and sets rules that Marty's lines keep themselves.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Act } from '../../schema/acts.ts';

const prompt = readFileSync('prompts/system.md', 'utf8');

test('every act is explained, and no act is invented', () => {
  const explained = [...prompt.matchAll(/`(customer\.\w+)`/g)].map((match) => match[1]);
  const acts = Act.options.map(({ shape }) => shape.type.value);
  expect([...new Set(explained)].sort()).toEqual([...acts].sort());
});

test('nothing in it changes from one request to the next, so that it can be cached', () => {
  expect(prompt).not.toMatch(/\{\w+\}|\{\{|\$\{|\b20\d\d\b/);
});
