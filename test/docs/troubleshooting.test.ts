// A message that docs/troubleshooting.md quotes is one that the program says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { documents, files } from './documents.ts';

const page = documents.find(({ path }) => path === 'docs/troubleshooting.md');
const quoted = (page?.tables ?? []).flatMap(({ firstCells }) =>
  firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message)),
);
/** Of Node, HTTP and the states of rows: not sentences of ours. */
const WORDS = /^[\w.-]+$/;
const sources = files
  .filter((file) => /^(src|schema|actors)\/.*\.(ts|mjs)$/.test(file))
  .map((file) => readFileSync(join(projectRoot, file), 'utf8').replace(/' \+\s*'/g, ''));

test.each(quoted.filter((message) => !WORDS.test(message)))('somewhere the program says "%s"', (message) => {
  const parts = message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part.length > 1);
  expect(parts.length).toBeGreaterThan(0);
  const says = (source: string) => parts.every((part) => source.includes(part));
  expect(sources.some(says)).toBe(true);
});

test('each word of a state, a bubble or a turn that it quotes is one of the program', () => {
  const words = quoted.filter(
    (message) => WORDS.test(message) && message !== 'EADDRINUSE' && message !== 'Retry-After',
  );
  const isUsed = (word: string) => sources.some((source) => source.includes(word));
  expect(words.filter((word) => !isUsed(word))).toEqual([]);
});
