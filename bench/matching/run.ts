// Which books the matcher finds in texts that are made from the titles of a list.
import { performance } from 'node:perf_hooks';
import { TitleIndex, type TitleRecord } from '../../src/catalogue/title-index.ts';
import { readBooksCsv } from './books-csv.ts';
import { longTexts } from './long-texts.ts';
import { mainTitle, measureAlarms, measureNaming, measureTime } from './measure.ts';
import { namingTexts } from './naming-texts.ts';
import { NO_BOOK_TEXTS } from './no-book-texts.ts';
import { chanceFrom } from './random.ts';

const TEXTS = 3000;
const SEED = 20261122;
const LONG_TEXTS = 200;
const UNDISTURBED_TRIES = 5;

/** Prints what was found; with `show`, every miss too. @param path a CSV with isbn13, title and authors */
export function benchMatching(path: string, show: boolean): void {
  const books = readBooksCsv(path);
  const started = performance.now();
  const index = indexOf(books);
  const buildMs = performance.now() - started;
  const named = namingTexts(books, TEXTS, chanceFrom(SEED));
  const quality = measureNaming(index, named);
  const alarms = measureAlarms(index, NO_BOOK_TEXTS);
  const absent = measureAbsent(books);
  const time = measureTime(index, [...named.map(({ text }) => text), ...NO_BOOK_TEXTS], () => performance.now());
  const long = longTexts(books, [...named.map(({ text }) => text), ...NO_BOOK_TEXTS], LONG_TEXTS, chanceFrom(SEED + 2));
  const clock = (): number => performance.now();
  const sixtyWords = {
    talk: measureTime(index, long.talk, clock),
    titles: measureTime(index, long.titles, clock),
    talkUndisturbed: measureTime(index, long.talk, clock, UNDISTURBED_TRIES),
    titlesUndisturbed: measureTime(index, long.titles, clock, UNDISTURBED_TRIES),
  };
  const { misses, wrongSales, ...figures } = quality;
  if (show)
    console.log({
      misses,
      wrongSales,
      alarms: alarms.alarms,
      absentSold: absent.alarms.filter((line) => line.endsWith('SOLD')),
    });
  console.log(JSON.stringify({ books: books.length, buildMs, ...figures, noBookTexts: NO_BOOK_TEXTS.length }, null, 2));
  console.log(
    JSON.stringify(
      { falseAlarms: alarms.share, absent: { listed: absent.share, sold: absent.soldShare }, time, sixtyWords },
      null,
      2,
    ),
  );
}

function indexOf(books: readonly TitleRecord[]): TitleIndex {
  const index = new TitleIndex();
  for (const book of books) index.put(book);
  return index;
}

/** Half of the books stand on the shelf and the other half is asked for: nothing of it may be sold. */
function measureAbsent(books: readonly TitleRecord[]): ReturnType<typeof measureAlarms> {
  const shelf = books.filter((_, at) => at % 2 === 0);
  const titles = new Set(shelf.map(({ title }) => mainTitle(title)));
  const elsewhere = books.filter(({ title }, at) => at % 2 === 1 && !titles.has(mainTitle(title)));
  const texts = namingTexts(elsewhere, TEXTS, chanceFrom(SEED + 1));
  return measureAlarms(
    indexOf(shelf),
    texts.map(({ text }) => text),
  );
}
