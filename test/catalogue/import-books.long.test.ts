// Nine thousand rows, as a shop brings them on its first day.
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { importBooks } from '../../src/catalogue/import-books.ts';
import { toIsbn13 } from '../../src/catalogue/isbn.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const ROWS = 9000;

test('nine thousand rows are in within half a minute, and at once findable', async () => {
  const { db } = database;
  const { shop } = await openTwoShops(db);
  const csv = () =>
    Readable.from(['isbn13,title,authors,year,price,on_hand\n', ...Array.from({ length: ROWS }, (_, at) => row(at))]);
  const started = performance.now();
  expect(await importBooks(db, shop, csv())).toEqual({ rows: ROWS, added: ROWS, changed: 0, unchanged: 0, bad: 0 });
  const firstMs = performance.now() - started;
  expect(await importBooks(db, shop, csv())).toEqual({ rows: ROWS, added: 0, changed: 0, unchanged: ROWS, bad: 0 });
  const secondMs = performance.now() - started - firstMs;
  expect(await createCatalogue({ db }).search(shop, 'zyxnumber8999')).toHaveLength(1);
  console.log(`${ROWS} rows: ${Math.round(firstMs)} ms new, ${Math.round(secondMs)} ms unchanged`);
  expect(firstMs).toBeLessThan(30_000);
});

function row(at: number): string {
  const stem = String(100_000_000 + at).slice(0, 9);
  const isbn10 = [...'0123456789X'].map((check) => stem + check).find((isbn) => toIsbn13(isbn) !== null) ?? '';
  return `${isbn10},"A Title with zyxnumber${at} (Some Series, #${at})","Ann Author, Bob Writer",1999,12.99,${at % 7}\n`;
}
