// Holds the matcher against an evaluation set: how often it is right, how often it cries wolf, how often it would sell
// the wrong book, and how long it takes.
import { parseTitle, withoutArticle } from '../../src/catalogue/title-forms.ts';
import { wordsOf } from '../../src/catalogue/fold.ts';
import { nameBooks } from '../../src/catalogue/matcher.ts';
import type { TitleIndex } from '../../src/catalogue/title-index.ts';
import type { NamingText } from './naming-texts.ts';

export type Miss = { text: string; wanted: string; got: string | null; way: string };

export type Quality = {
  texts: number;
  /** Shares, 0…1. */
  rightFirst: number;
  rightListed: number;
  soldRight: number;
  soldWrong: number;
  asked: number;
  byWay: Record<string, number>;
  misses: Miss[];
  wrongSales: Miss[];
};

/** With an author in the text the very book is wanted; without, any book of that title. */
export function measureNaming(index: TitleIndex, texts: readonly NamingText[]): Quality {
  const ways = new Map<string, { right: number; all: number }>();
  const misses: Miss[] = [];
  const wrongSales: Miss[] = [];
  let [listed, soldRight, asked] = [0, 0, 0];
  for (const { text, book, way, hasAuthor } of texts) {
    const { matches, certain } = nameBooks(index, text);
    const isRight = (match: { isbn13: string; title: string } | undefined): boolean =>
      match !== undefined &&
      (match.isbn13 === book.isbn13 || (!hasAuthor && mainTitle(match.title) === mainTitle(book.title)));
    const tally = ways.get(way) ?? { right: 0, all: 0 };
    ways.set(way, { right: tally.right + (isRight(matches[0]) ? 1 : 0), all: tally.all + 1 });
    const miss = { text, wanted: book.title, got: matches[0]?.title ?? null, way };
    if (!isRight(matches[0])) misses.push(miss);
    if (matches.some(isRight)) listed += 1;
    if (certain && matches[0]?.isbn13 !== book.isbn13) wrongSales.push(miss);
    if (certain && matches[0]?.isbn13 === book.isbn13) soldRight += 1;
    if (!certain && matches.length > 0) asked += 1;
  }
  const share = (count: number): number => count / texts.length;
  return {
    texts: texts.length,
    rightFirst: share(texts.length - misses.length),
    rightListed: share(listed),
    soldRight: share(soldRight),
    soldWrong: share(wrongSales.length),
    asked: share(asked),
    byWay: Object.fromEntries([...ways].map(([way, { right, all }]) => [way, right / all])),
    misses,
    wrongSales,
  };
}

/** Texts that name nothing on these shelves: what is matched nevertheless, and what would even be sold. */
export function measureAlarms(
  index: TitleIndex,
  texts: readonly string[],
): { share: number; soldShare: number; alarms: string[] } {
  const alarms = texts.flatMap((text) => {
    const { matches, certain } = nameBooks(index, text);
    return matches[0]
      ? [{ certain, line: `${text} -> ${matches[0].title} ${matches[0].score}${certain ? ' SOLD' : ''}` }]
      : [];
  });
  const sold = alarms.filter(({ certain }) => certain).length;
  return {
    share: alarms.length / texts.length,
    soldShare: sold / texts.length,
    alarms: alarms.map(({ line }) => line),
  };
}

/**
 * Milliseconds for one text: median, 95th percentile, slowest. Of several `tries` the quickest counts: what a text takes
 * when no other process is given the core meanwhile.
 */
export function measureTime(
  index: TitleIndex,
  texts: readonly string[],
  now: () => number,
  tries = 1,
): { p50: number; p95: number; max: number } {
  const once = (text: string): number => {
    const from = now();
    nameBooks(index, text);
    return now() - from;
  };
  const times = texts.map((text) => Math.min(...Array.from({ length: tries }, () => once(text))));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** What is compared when any book of a title will do. */
export function mainTitle(title: string): string {
  return withoutArticle(wordsOf(parseTitle(title).main)).join(' ');
}
