// Texts of sixty words, as long as the matcher reads: what is slowest for it. Some are talk with a title in it, some are
// nothing but words of titles, half of them misspelt.
import { wordsOf } from '../../src/catalogue/fold.ts';
import type { TitleRecord } from '../../src/catalogue/title-index.ts';
import type { Chance } from './random.ts';

const WORDS = 60;

/** `count` of each kind. */
export function longTexts(
  books: readonly TitleRecord[],
  talk: readonly string[],
  count: number,
  chance: Chance,
): { talk: string[]; titles: string[] } {
  const titleWords = books.flatMap(({ title }) => wordsOf(title));
  return {
    talk: Array.from({ length: count }, () => ofWords(() => chance.pick(talk).split(/\s+/))),
    titles: Array.from({ length: count }, () => ofWords(() => [slipped(chance.pick(titleWords), chance)])),
  };
}

function ofWords(next: () => string[]): string {
  const words: string[] = [];
  while (words.length < WORDS) words.push(...next());
  return words.slice(0, WORDS).join(' ');
}

function slipped(word: string, chance: Chance): string {
  if (word.length < 4 || chance.next() < 0.5) return word;
  const at = 1 + Math.floor(chance.next() * (word.length - 2));
  return word.slice(0, at) + word.slice(at + 1);
}
