// How alike two words are when one of them was typed in haste. Symmetric; 1 means equal, 0 means another word.

/** Edits (insert, delete, replace, swap neighbours) between two words; more than `most` is reported as `most + 1`. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const now = nextRow(a, b, row, last, before);
    if (Math.min(...now) > most) return most + 1;
    before = last;
    last = now;
  }
  return Math.min(last[b.length] ?? 0, most + 1);
}

function nextRow(a: string, b: string, row: number, last: number[], before: number[]): number[] {
  const now = [row];
  for (let column = 1; column <= b.length; column++) {
    const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
    let cost = Math.min(replaced, (last[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1);
    const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
    now.push(cost);
  }
  return now;
}

const HAS_DIGIT = /\d/;

/** How many edits a word may suffer and still be itself; `length` is that of the longer of the two spellings. */
export function editsAllowed(length: number): number {
  if (length < 4) return 0;
  return length < 7 ? 1 : 2;
}

/** A word and what of it settles most comparisons: made once where it is compared often. */
export type Spelling = { word: string; letters: number; hasDigit: boolean };

export function spelling(word: string): Spelling {
  return { word, letters: letterSet(word), hasDigit: HAS_DIGIT.test(word) };
}

/** 1 for equal words, less for each slip of the thumb, 0 beyond what its length allows. Numbers never differ a little. */
export function likeness(a: string, b: string): number {
  return a === b ? 1 : likenessOf(spelling(a), spelling(b));
}

/** The same for words that are already spelt out. */
export function likenessOf(a: Spelling, b: Spelling): number {
  if (a.word === b.word) return 1;
  const longest = Math.max(a.word.length, b.word.length);
  const shortest = Math.min(a.word.length, b.word.length);
  const most = editsAllowed(longest);
  if (most === 0 || shortest < 3 || longest - shortest > most) return 0;
  if (bitsOf(a.letters ^ b.letters) > 2 * most || a.hasDigit || b.hasDigit) return 0;
  const edits = editDistance(a.word, b.word, most);
  return edits > most ? 0 : 1 - edits / longest;
}

/** Of the letters that are in one word only; one edit makes at most two. A cheap way to be done with most pairs. */
function bitsOf(letters: number): number {
  let count = 0;
  for (let rest = letters; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

function letterSet(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at++) set |= 1 << (word.charCodeAt(at) & 31);
  return set;
}

/** A word and every word that is it less one letter: two words within one edit share at least one of these. */
export function deletions(word: string): string[] {
  const all = [word];
  for (let at = 0; at < word.length; at++) all.push(word.slice(0, at) + word.slice(at + 1));
  return all;
}
