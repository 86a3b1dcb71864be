// Picks books for a wish and says what each has in common with it. Knows nothing of stock: the caller puts what is
// in the shop first.
import type { Recommendation, Why, Wish } from './catalogue.ts';
import { fold } from './fold.ts';
import type { BookRow } from './read-books.ts';

export type Pick = { row: BookRow; why: Recommendation['why']; score: number };

const POINTS = { author: 6, nextInSeries: 7, series: 2, subject: 3, mood: 2.5, described: 0.5 };
/** What people do outweighs one shared subject, and not the next of the series; a lift of six is as good as it gets. */
const BOUGHT_TOO = { perDoubling: 2, most: 5 };

/** Everything that fits, best first. Without any wish, the books that the shop itself has described. */
export function picksFor(rows: ReadonlyMap<string, BookRow>, wish: Wish): Pick[] {
  const like = wish.likeIsbn === undefined ? undefined : rows.get(wish.likeIsbn);
  const excluded = new Set([...(wish.excludeIsbns ?? []), ...(wish.likeIsbn === undefined ? [] : [wish.likeIsbn])]);
  const commonness = subjectCounts(rows);
  const picks: Pick[] = [];
  for (const row of rows.values()) {
    if (excluded.has(row.isbn13) || !suits(row, wish)) continue;
    const reasons = [
      ...wished(row, wish),
      ...(like === undefined ? [] : shared(row, like, commonness, rows.size)),
      ...bought(row, wish),
    ];
    const pick = weigh(row, reasons, wish);
    if (pick !== null) picks.push(pick);
  }
  return picks.sort((a, b) => b.score - a.score || compareIsbn(a, b));
}

/** At most one book of an author or series in a handful, as long as there are others. */
export function varied<T extends { authors: string[]; series: string | null }>(
  books: readonly T[],
  limit: number,
): T[] {
  const seen = new Set<string>();
  const first = books.filter((book) => {
    const keys = [...book.authors.slice(0, 1), ...(book.series === null ? [] : [book.series])].map(fold);
    if (keys.some((key) => seen.has(key))) return false;
    for (const key of keys) seen.add(key);
    return true;
  });
  return [...first, ...books.filter((book) => !first.includes(book))].slice(0, limit);
}

type Reason = { why: Why; points: number };

/** A child gets children's books only; nobody else gets them unasked. */
function suits(row: BookRow, wish: Wish): boolean {
  if (wish.age === 'adult') return row.age !== 'child';
  if (wish.age !== undefined) return row.age === wish.age;
  const isForChild = (wish.genres ?? []).some((genre) => /child|kid|picture/.test(genre));
  return isForChild ? row.age === 'child' : row.age !== 'child' || wish.author !== undefined;
}

function wished(row: BookRow, wish: Wish): Reason[] {
  const reasons: Reason[] = [];
  const wanted = wish.author === undefined ? null : fold(wish.author);
  const author = row.authors.find((name) => wanted !== null && isNamed(fold(name), wanted));
  if (author !== undefined) reasons.push({ why: { kind: 'author', author }, points: POINTS.author });
  for (const genre of wish.genres ?? []) {
    const subject = row.subjects.find((one) => isAbout(fold(one), fold(genre)));
    if (subject !== undefined) reasons.push({ why: { kind: 'subject', subject }, points: POINTS.subject });
  }
  for (const mood of (wish.moods ?? []).map(ownSpelling)) {
    if (row.moods.includes(mood)) reasons.push({ why: { kind: 'mood', mood }, points: POINTS.mood });
  }
  return reasons;
}

/** What a book shares with one that was liked; a rare subject counts for more than a common one. */
function shared(row: BookRow, like: BookRow, commonness: ReadonlyMap<string, number>, all: number): Reason[] {
  const reasons: Reason[] = [];
  if (row.series !== null && row.series === like.series) {
    const isNext = row.seriesNumber !== null && row.seriesNumber === (like.seriesNumber ?? NaN) + 1;
    reasons.push({ why: { kind: 'series', series: row.series }, points: isNext ? POINTS.nextInSeries : POINTS.series });
  }
  const author = row.authors.find((name) => like.authors.includes(name));
  if (author !== undefined) reasons.push({ why: { kind: 'author', author }, points: POINTS.author / 2 });
  for (const subject of row.subjects.filter((one) => like.subjects.includes(one))) {
    const rarity = Math.log((all + 1) / (commonness.get(subject) ?? 1)) / Math.log(all + 1);
    reasons.push({ why: { kind: 'subject', subject }, points: POINTS.subject * rarity });
  }
  for (const mood of row.moods.filter((one) => like.moods.includes(one))) {
    reasons.push({ why: { kind: 'mood', mood }, points: POINTS.mood / 2 });
  }
  return reasons;
}

function bought({ isbn13 }: BookRow, { boughtToo }: Wish): Reason[] {
  const lift = boughtToo?.get(isbn13);
  if (lift === undefined) return [];
  return [{ why: { kind: 'boughtToo' }, points: Math.min(BOUGHT_TOO.most, BOUGHT_TOO.perDoubling * Math.log2(lift)) }];
}

function weigh(row: BookRow, reasons: Reason[], wish: Wish): Pick | null {
  const asksNothing =
    wish.author === undefined && wish.likeIsbn === undefined && !wish.genres?.length && !wish.moods?.length;
  const described = row.description === null ? 0 : POINTS.described;
  if (reasons.length === 0) return asksNothing ? { row, why: [{ kind: 'favourite' }], score: described } : null;
  const strongestFirst = reasons.toSorted((a, b) => b.points - a.points);
  const score = strongestFirst.reduce((sum, { points }) => sum + points, described);
  return { row, why: strongestFirst.map(({ why }) => why), score };
}

function isNamed(name: string, wanted: string): boolean {
  const words = name.split(' ');
  // "leguin" is "le guin".
  const joined = words.map((word, at) => word + (words[at + 1] ?? ''));
  return (
    name === wanted ||
    ` ${name} `.includes(` ${wanted} `) ||
    wanted.split(' ').every((word) => words.includes(word) || joined.includes(word))
  );
}

/** "dragons" and "dragon", "urban fantasy" and "fantasy" are about the same. */
function isAbout(subject: string, genre: string): boolean {
  const singular = genre.replace(/s$/, '');
  return subject === genre || ` ${subject} `.includes(` ${singular} `) || subject.startsWith(`${singular}s`);
}

function ownSpelling(mood: string): string {
  return mood === 'cozy' ? 'cosy' : fold(mood);
}

function subjectCounts(rows: ReadonlyMap<string, BookRow>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { subjects } of rows.values()) for (const one of subjects) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function compareIsbn(a: Pick, b: Pick): number {
  return a.row.isbn13 < b.row.isbn13 ? -1 : 1;
}
