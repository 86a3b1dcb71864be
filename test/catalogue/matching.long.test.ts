// The targets of docs/matching.md, on nine thousand real books where their list is at hand, else on the demo shop.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBooksCsv } from '../../bench/matching/books-csv.ts';
import { longTexts } from '../../bench/matching/long-texts.ts';
import { mainTitle, measureAlarms, measureNaming, measureTime } from '../../bench/matching/measure.ts';
import { namingTexts } from '../../bench/matching/naming-texts.ts';
import { NO_BOOK_TEXTS } from '../../bench/matching/no-book-texts.ts';
import { chanceFrom } from '../../bench/matching/random.ts';
import { demoShop } from '../../src/catalogue/demo/demo-shop.ts';
import { TitleIndex, type TitleRecord } from '../../src/catalogue/title-index.ts';
import { processorMs } from '../harness/processor-ms.ts';

const CSV = process.env['BOOKS_CSV'] ?? join('..', 'shared', 'data', 'books.csv');
const books: TitleRecord[] = existsSync(CSV)
  ? readBooksCsv(CSV)
  : demoShop().map(({ book }) => ({ ...book, series: book.series ?? null, seriesNumber: book.seriesNumber ?? null }));

const indexOf = (records: readonly TitleRecord[]): TitleIndex => {
  const index = new TitleIndex();
  for (const record of records) index.put(record);
  return index;
};
const index = indexOf(books);

describe(`matching on a shelf of ${books.length} books`, () => {
  // Another seed than the bench's: the rules were tuned on that one.
  const named = namingTexts(books, 2000, chanceFrom(7));

  test('the right book comes first in 95 of 100 texts, and the wrong one is never sold', () => {
    const { rightFirst, wrongSales } = measureNaming(index, named);
    expect(rightFirst).toBeGreaterThanOrEqual(0.95);
    expect(wrongSales).toEqual([]);
  });

  test('fewer than 3 of 100 texts that name no book are taken to name one', () => {
    expect(NO_BOOK_TEXTS.length).toBeGreaterThan(300);
    expect(measureAlarms(index, NO_BOOK_TEXTS).share).toBeLessThan(0.03);
  });

  test('a book that is not on the shelf is hardly ever sold as one that is', () => {
    const shelf = books.filter((_, at) => at % 2 === 0);
    const titles = new Set(shelf.map(({ title }) => mainTitle(title)));
    const absent = books.filter(({ title }) => !titles.has(mainTitle(title)));
    const texts = namingTexts(absent, 2000, chanceFrom(8)).map(({ text }) => text);
    expect(measureAlarms(indexOf(shelf), texts).soldShare).toBeLessThan(0.002);
  });

  test('19 of 20 texts take less than 20 ms', () => {
    const texts = [...named.map(({ text }) => text), ...NO_BOOK_TEXTS];
    expect(measureTime(index, texts, processorMs, 3).p95).toBeLessThan(20);
  });

  test('so do 19 of 20 texts of sixty words, talk or heaps of misspelt titles', () => {
    const { talk, titles } = longTexts(books, [...named.map(({ text }) => text), ...NO_BOOK_TEXTS], 100, chanceFrom(9));
    for (const texts of [talk, titles]) {
      expect(measureTime(index, texts, processorMs, 3).p95).toBeLessThan(20);
    }
  });
});
