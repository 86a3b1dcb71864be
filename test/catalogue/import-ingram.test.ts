import { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { orderableBooks } from '../../schema/elsewhere.ts';
import type { BadRow } from '../../src/catalogue/import-books.ts';
import { importIngram } from '../../src/catalogue/import-ingram.ts';
import { createOrderableBooks } from '../../src/catalogue/orderable-books.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
let storeId = 0;
let other = 0;
beforeEach(async () => {
  await database.db.delete(orderableBooks);
  ({ shop: storeId, other } = await openTwoShops(database.db));
});
const PIRANESI = '9781635575637';
const BABEL = '9780063021426';
const HEADER = 'EAN,Product Title,Contributors,US List Price,TN On Hand,PA On Hand,Binding';

async function imported(store: number, lines: string[], nowMs = 1_000_000) {
  const bad: BadRow[] = [];
  const csv = Readable.from([lines.join('\n')]);
  const total = await importIngram(database.db, store, csv, {
    now: () => nowMs,
    hooks: { onBadRow: (row) => bad.push(row) },
  });
  return { total, bad };
}

describe('a stock list of the wholesaler', () => {
  test('is read under the names that it uses, its warehouses added up', async () => {
    const { total, bad } = await imported(storeId, [
      HEADER,
      `${PIRANESI},Piranesi,"Clarke, Susanna",$17.99,3,4,TP`,
      `"=""978-0-06-302142-6""",Babel,R. F. Kuang,20,0,,TP`,
    ]);
    expect([total, bad]).toEqual([{ rows: 2, listed: 2, bad: 0, gone: 0 }, []]);
    const orderables = createOrderableBooks(database.db);
    expect(await orderables.get(storeId, PIRANESI)).toEqual({
      isbn13: PIRANESI,
      title: 'Piranesi',
      authors: ['Susanna Clarke'],
      priceCents: 1799,
      available: 7,
    });
    expect(await orderables.get(storeId, BABEL)).toBeNull();
  });

  test('names its bad rows by line and reason, and takes the others', async () => {
    const { total, bad } = await imported(storeId, [
      'ISBN-13,Title,Price,Available',
      `${PIRANESI},Piranesi,17.99,2`,
      '9781635575630,Wrong,17.99,2',
      `${BABEL},Babel,free,many`,
      `${PIRANESI},Again,17.99,2`,
      '9780765376671,Evil.example,17.99,2',
    ]);
    expect(total).toEqual({ rows: 5, listed: 1, bad: 4, gone: 0 });
    expect(bad).toEqual([
      { line: 3, reason: 'isbn13 is not an ISBN (wrong length or check digit)' },
      { line: 4, reason: 'price must look like 12.99; on hand must be whole numbers, 0 or more' },
      { line: 5, reason: 'the ISBN is the same as in line 2' },
      { line: 6, reason: 'title holds a web address' },
    ]);
  });

  test('is the truth until the next: what that one lacks cannot be ordered any more', async () => {
    await imported(other, [HEADER, `${PIRANESI},Piranesi,Clarke,17.99,3,4,TP`], 1_000);
    await imported(storeId, [HEADER, `${PIRANESI},Piranesi,Clarke,17.99,3,4,TP`], 1_000);
    const { total } = await imported(storeId, [HEADER, `${BABEL},Babel,Kuang,20,1,0,TP`], 2_000);
    expect(total.gone).toBe(1);
    const orderables = createOrderableBooks(database.db);
    expect(await orderables.get(storeId, PIRANESI)).toBeNull();
    expect(await orderables.get(other, PIRANESI)).not.toBeNull();
  });

  test('a file of bad rows alone, or without the columns, takes nothing away', async () => {
    await imported(storeId, [HEADER, `${PIRANESI},Piranesi,Clarke,17.99,3,4,TP`], 1_000);
    await imported(storeId, [HEADER, 'x,Piranesi,Clarke,17.99,3,4,TP'], 2_000);
    await expect(imported(storeId, ['Title,Price', 'Piranesi,17.99'], 3_000)).rejects.toThrow(
      /the header lacks isbn13 \(ean, .*; on hand \(/,
    );
    const rows = await database.db.select().from(orderableBooks).where(eq(orderableBooks.storeId, storeId));
    expect(rows.map(({ isbn13 }) => isbn13)).toEqual([PIRANESI]);
  });

  test('books are found by words of title and author', async () => {
    await imported(storeId, [
      HEADER,
      `${PIRANESI},Piranesi,Susanna Clarke,17.99,3,4,TP`,
      `${BABEL},Babel: Or the Necessity of Violence,R. F. Kuang,20,1,0,TP`,
    ]);
    const orderables = createOrderableBooks(database.db);
    const found = async (words: string) => (await orderables.find(storeId, words)).map(({ title }) => title);
    expect(await found('piranesi by clarke')).toEqual(['Piranesi']);
    expect(await found('the necessity of violence')).toEqual(['Babel: Or the Necessity of Violence']);
    expect(await found('dune')).toEqual([]);
    expect(await found('')).toEqual([]);
  });
});
