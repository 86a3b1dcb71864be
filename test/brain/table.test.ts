// Which books the talk is about, by what Marty said of them last.
import { expect, test } from 'vitest';
import { onTheTable } from '../../src/brain/table.ts';
import { offered } from './situations.ts';

const [dune, darkness, crash] = ['Dune', 'The Left Hand of Darkness', 'Snow Crash'] as const;
const offers = offered(dune, darkness, crash);
const lines = (...texts: string[]) =>
  texts.map((said, index) => {
    const [by, text] = said.startsWith('> ') ? (['customer', said.slice(2)] as const) : (['marty', said] as const);
    return { id: String(index), by, kind: 'talk', text, at: new Date(index) } as const;
  });
const titles = (...texts: string[]) => onTheTable(offers, lines(...texts)).map(({ title }) => title);

test('those that his last words named, as he named them', () => {
  expect(titles('Dune, $10.', '> others?', 'Snow Crash, $12.', 'or Dune again. either?')).toEqual([crash, dune]);
});

test('those that he named before, where a fact or a question was all he said since', () => {
  expect(titles('Dune, $10.', '> others?', 'Snow Crash, $12.', '> do you ship?', 'flat $8.')).toEqual([crash]);
  expect(titles('Dune, or Snow Crash?', '> hm', 'which one?', '> the first', 'sorry?')).toEqual([dune, crash]);
});

test('not those that only the customer named; all of them where he named none', () => {
  expect(titles('Dune, $10.', '> is it like snow crash?', 'a bit.')).toEqual([dune]);
  expect(titles('> hi', 'hello.')).toEqual([dune, darkness, crash]);
});
