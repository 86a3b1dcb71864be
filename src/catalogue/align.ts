// Lays a title over a text: which stretch of the text says it, how completely, and what of it was really said.
// Words may be misspelt, run together, split or left out; each costs.
import { baseWeight, isEveryday } from './everyday-words.ts';
import { likeness } from './typos.ts';

/**
 * The stretch `from`…`to` (inclusive) of the text. `fit` is 1 for word by word, less for every slip, and may be negative;
 * `said` is the weight of the title's words that were found, `unsaid` the number of those that were not.
 */
export type Alignment = { fit: number; said: number; unsaid: number; from: number; to: number };

type Cell = { score: number; said: number; unsaid: number; from: number };

const MISSING_COST = 0.9;
const REPLACED_COST = 0.1;
const EXTRA_COST = 0.25;

/** Null when no word of the title is in the text. */
export function align(title: { words: string[]; weights: number[]; total: number }, text: string[]): Alignment | null {
  const rows: Cell[][] = [text.map((_, at) => ({ score: 0, said: 0, unsaid: 0, from: at }))];
  rows[0]?.push({ score: 0, said: 0, unsaid: 0, from: text.length });
  for (let row = 1; row <= title.words.length; row++) rows.push(fillRow(title, text, row, rows));
  const last = rows[title.words.length] ?? [];
  let best: (Cell & { to: number }) | null = null;
  for (const [at, cell] of last.entries()) {
    if (cell.said > 0 && (best === null || cell.score > best.score)) best = { ...cell, to: at - 1 };
  }
  if (best === null) return null;
  const { score, said, unsaid, from, to } = best;
  return { fit: score / title.total, said, unsaid, from, to };
}

function fillRow(
  { words, weights }: { words: string[]; weights: number[] },
  text: string[],
  row: number,
  rows: Cell[][],
): Cell[] {
  const word = words[row - 1] ?? '';
  const weight = weights[row - 1] ?? 0;
  const previous = words[row - 2];
  const above = rows[row - 1] ?? [];
  const cells: Cell[] = [];
  for (let column = 0; column <= text.length; column++) {
    const options: Cell[] = [missing(above[column], weight)];
    const heard = text[column - 1];
    if (heard !== undefined) {
      const extra = EXTRA_COST + baseWeight(heard) / 2;
      options.push(extraWord(cells[column - 1], extra), replaced(above[column - 1], weight));
      options.push(matched(above[column - 1], weight, heardAs(word, heard)));
      if (column > 1) options.push(matched(above[column - 2], weight, runTogether(word, text[column - 2], heard)));
      const both = weight + (weights[row - 2] ?? 0);
      if (previous !== undefined)
        options.push(matched(rows[row - 2]?.[column - 1], both, runTogether(heard, previous, word)));
    }
    cells.push(options.reduce((best, option) => (option.score > best.score ? option : best)));
  }
  return cells;
}

const NOWHERE: Cell = { score: -Infinity, said: 0, unsaid: 0, from: 0 };

function matched(before: Cell | undefined, weight: number, alike: number): Cell {
  if (before === undefined || alike <= 0) return NOWHERE;
  return { ...before, score: before.score + weight * alike, said: before.said + weight * alike };
}

/** An everyday word is rarely a slip for another word: "right" is not "Sight". */
function heardAs(word: string, heard: string): number {
  const alike = likeness(word, heard);
  return alike < 1 && isEveryday(heard) ? alike * 0.8 : alike;
}

/** Another word stands where the title's should be. */
function replaced(before: Cell | undefined, weight: number): Cell {
  return unsaid(before, weight * MISSING_COST + REPLACED_COST);
}

function missing(before: Cell | undefined, weight: number): Cell {
  return unsaid(before, weight * MISSING_COST);
}

function unsaid(before: Cell | undefined, cost: number): Cell {
  return before === undefined ? NOWHERE : { ...before, score: before.score - cost, unsaid: before.unsaid + 1 };
}

/** A title that has not begun yet begins later instead of dragging words along. */
function extraWord(before: Cell | undefined, cost: number): Cell {
  if (before === undefined || before.said === 0) return NOWHERE;
  return { ...before, score: before.score - cost };
}

/** Two words as one: "lefthand", or one as two: "dark ness". Costs a hair, so that the plain way wins. */
function runTogether(whole: string, left: string | undefined, right: string): number {
  if (left === undefined || whole.length < 4) return 0;
  return Math.max(0, likeness(whole, left + right) - 0.05);
}
