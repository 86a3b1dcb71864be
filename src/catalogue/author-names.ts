// The names by which people call an author: "le guin", "leguin", "ursula le guin" are all Ursula K. Le Guin.
import { wordsOf } from './fold.ts';

const SUFFIXES = new Set(['jr', 'sr', 'ii', 'iii', 'phd', 'md']);
const PARTICLES = new Set([
  'le',
  'la',
  'de',
  'du',
  'van',
  'von',
  'der',
  'den',
  'del',
  'di',
  'st',
  'mc',
  'mac',
  'el',
  'al',
]);

/** What must be said to mean this author: the surname, with its particles where it has some. */
export function surnameOf(author: string): string[] {
  const words = wordsOf(author).filter((word) => !SUFFIXES.has(word));
  let from = words.length - 1;
  while (from > 1 && PARTICLES.has(words[from - 1] ?? '')) from -= 1;
  return words.slice(Math.max(from, 0));
}

/** Every word of a name that is worth finding in a text: initials are not. */
export function nameWordsOf(author: string): string[] {
  return wordsOf(author).filter((word) => word.length > 1 && !SUFFIXES.has(word));
}
