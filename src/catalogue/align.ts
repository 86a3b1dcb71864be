// Lays a title over a text: which stretch of the text says it, how completely, and what of it was really said.
// Words may be misspelt, run together, split, replaced or left out; each costs. (An edit distance over words.)
import type { Hearing } from './hearing.ts';

/**
 * The stretch `from`…`to` (inclusive) of the text. `fit` is 1 for word by word, less for every slip, and may be negative;
 * `said` is the weight of the title's words that were found, `unsaid` the number of those that were not.
 */
export type Alignment = { fit: number; said: number; unsaid: number; from: number; to: number };

type Title = { words: readonly string[]; weights: readonly number[]; total: number };

/** Of the weight of a title's word that is not said. */
const MISSING_COST = 0.9;
/** A word of the text that stands where one of the title should. */
const REPLACED_COST = 0.1;
/** A word of the text in the middle of a title: this, and half of what it weighs. */
const EXTRA_COST = 0.25;

/** Null when no word of the title is in the text, or so few that the fit is below `fitMin` wherever they stand. */
export function align(title: Title, hearing: Hearing, fitMin: number): Alignment | null {
  if (bestPossible(title, hearing) < fitMin * title.total) return null;
  const rows = [startRow(hearing.words.length + 1)];
  for (let at = 0; at < title.words.length; at++) rows.push(nextRow(title, at, hearing, rows));
  const last = rows[title.words.length];
  if (last === undefined) return null;
  let best: number | null = null;
  for (const [at, score] of last.score.entries()) {
    if ((last.said[at] ?? 0) > 0 && (best === null || score > (last.score[best] ?? 0))) best = at;
  }
  if (best === null) return null;
  const [score, said, unsaid, from] = [last.score, last.said, last.unsaid, last.from].map((cells) => cells[best] ?? 0);
  return { fit: (score ?? 0) / title.total, said: said ?? 0, unsaid: unsaid ?? 0, from: from ?? 0, to: best - 1 };
}

/** What the score cannot exceed: each word said as well as it is anywhere in the text. It spares most titles the laying. */
function bestPossible({ words, weights }: Title, hearing: Hearing): number {
  let [sum, joinedBefore] = [0, 0];
  for (const [at, word] of words.entries()) {
    const next = words[at + 1];
    const joined = next === undefined ? 0 : hearing.asJoinedWords(word, next).best;
    const alike = Math.max(hearing.asWord(word).best, hearing.asTornWord(word).best, joined, joinedBefore);
    sum += (weights[at] ?? 0) * (alike > 0 ? alike : -MISSING_COST);
    joinedBefore = joined;
  }
  return sum;
}

/** The best way to have said the first words of a title by each place in the text. */
class Row {
  readonly score: Float64Array;
  readonly said: Float64Array;
  readonly unsaid: Float64Array;
  readonly from: Float64Array;

  constructor(size: number) {
    this.score = new Float64Array(size).fill(-Infinity);
    this.said = new Float64Array(size);
    this.unsaid = new Float64Array(size);
    this.from = new Float64Array(size);
  }

  /** Goes on from another cell, if that is better than what is known. */
  take(at: number, before: Row, beforeAt: number, gain: number, said = 0, unsaid = 0): void {
    const score = (before.score[beforeAt] ?? -Infinity) + gain;
    if (score <= (this.score[at] ?? -Infinity)) return;
    this.score[at] = score;
    this.said[at] = (before.said[beforeAt] ?? 0) + said;
    this.unsaid[at] = (before.unsaid[beforeAt] ?? 0) + unsaid;
    this.from[at] = before.from[beforeAt] ?? 0;
  }
}

/** A title may begin anywhere. */
function startRow(size: number): Row {
  const row = new Row(size);
  for (let at = 0; at < size; at++) {
    row.score[at] = 0;
    row.from[at] = at;
  }
  return row;
}

function nextRow({ words, weights }: Title, at: number, hearing: Hearing, rows: readonly Row[]): Row {
  const above = rows[at];
  if (above === undefined) throw new Error('align: rows are filled in order');
  const [word, weight, previous] = [words[at] ?? '', weights[at] ?? 0, words[at - 1]];
  const alike = hearing.asWord(word).at;
  const torn = hearing.asTornWord(word).at;
  const joined = previous === undefined ? null : hearing.asJoinedWords(previous, word).at;
  const both = weight + (weights[at - 1] ?? 0);
  const row = new Row(above.score.length);
  for (let column = 0; column < row.score.length; column++) {
    row.take(column, above, column, -weight * MISSING_COST, 0, 1);
    if (column === 0) continue;
    const heard = column - 1;
    row.take(column, above, heard, -weight * MISSING_COST - REPLACED_COST, 0, 1);
    if ((row.said[heard] ?? 0) > 0) row.take(column, row, heard, -EXTRA_COST - (hearing.weights[heard] ?? 0) / 2);
    sayWord(row, column, above, heard, weight * (alike[heard] ?? 0));
    sayWord(row, column, above, column - 2, weight * (torn[heard] ?? 0));
    if (joined !== null) sayWord(row, column, rows[at - 1] ?? above, heard, both * (joined[heard] ?? 0));
  }
  return row;
}

function sayWord(row: Row, column: number, before: Row, beforeAt: number, weight: number): void {
  if (weight > 0 && beforeAt >= 0) row.take(column, before, beforeAt, weight, weight);
}
