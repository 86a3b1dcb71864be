import { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { inventory } from '../../schema/commerce.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { importBooks, type BadRow, type Imported } from '../../src/catalogue/import-books.ts';
import { authorsOf } from '../../src/catalogue/import-row.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const HEADER = 'isbn13,title,authors,year,price,on_hand';
const DUNE = '9780340839935';
const GOOD = `${HEADER}
${DUNE},"Dune (Dune Chronicles #1)",Frank Herbert,1965,11.99,3
978-0-14-044914-3,The Republic,Plato,-380,9,0
`;

let shop: number;

beforeEach(async () => {
  ({ shop } = await openTwoShops(database.db));
});

async function run(csv: string): Promise<{ total: Imported; bad: BadRow[] }> {
  const bad: BadRow[] = [];
  const total = await importBooks(database.db, shop, Readable.from([csv]), { onBadRow: (row) => bad.push(row) });
  return { total, bad };
}

const stockOf = (isbn13: string) =>
  database.db
    .select({ onHand: inventory.onHand, reserved: inventory.reserved })
    .from(inventory)
    .where(eq(inventory.isbn13, isbn13));

describe('books from a CSV', () => {
  test('every good row is a book with its stock', async () => {
    expect(await run(GOOD)).toEqual({ total: { rows: 2, added: 2, changed: 0, unchanged: 0, bad: 0 }, bad: [] });
    const found = await createCatalogue({ db: database.db }).get(shop, [DUNE, '9780140449143']);
    expect(found).toMatchObject([
      {
        authors: ['Frank Herbert'],
        year: 1965,
        priceCents: 1199,
        onHand: 3,
        series: 'Dune Chronicles',
        currency: 'USD',
      },
      { title: 'The Republic', year: -380, priceCents: 900, onHand: 0 },
    ]);
  });

  test('the same file twice changes nothing', async () => {
    await run(GOOD);
    expect((await run(GOOD)).total).toEqual({ rows: 2, added: 0, changed: 0, unchanged: 2, bad: 0 });
  });

  test('a new price and a new count are taken over', async () => {
    await run(GOOD);
    expect((await run(GOOD.replace('11.99,3', '12.5,7'))).total).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await stockOf(DUNE)).toEqual([{ onHand: 7, reserved: 0 }]);
  });

  test('a bad row is named with its line and reason, the others go in', async () => {
    const { total, bad } = await run(
      [
        HEADER,
        '9780340839936,Dune,Frank Herbert,1965,11.99,3',
        '9780441172696,Dune Messiah,Frank Herbert,1969,"$10",2',
        '9780441104024,"Children of\nDune",Frank Herbert,1976,10.99,-1',
        '',
        '9780441569595,,,1984,0,1',
        `${DUNE},Dune,Frank Herbert,1965,11.99,3`,
        `${DUNE},Dune again,Frank Herbert,1965,11.99,3`,
        '9780553283686,Hyperion',
        '9780553283686,Hyperion at evil.example,Dan Simmons; www.evil.example,1989,9.99,1',
      ].join('\n'),
    );
    expect(total).toEqual({ rows: 8, added: 1, changed: 0, unchanged: 0, bad: 7 });
    expect(bad).toEqual([
      { line: 2, reason: 'isbn13 is not an ISBN (wrong length or check digit)' },
      { line: 3, reason: 'price must look like 12.99' },
      { line: 5, reason: 'on_hand must be a whole number, 0 or more' },
      { line: 7, reason: 'title is empty; authors names nobody; price must be more than 0' },
      { line: 9, reason: 'isbn13 is the same as in line 8' },
      { line: 10, reason: 'authors is missing; year is missing; price is missing; on_hand is missing' },
      { line: 11, reason: 'title holds a web address; authors.1 holds a web address' },
    ]);
  });

  test('copies that are promised are not counted away', async () => {
    await run(GOOD);
    await database.db.update(inventory).set({ reserved: 2 }).where(eq(inventory.isbn13, DUNE));
    const { bad } = await run(GOOD.replace('11.99,3', '11.99,1'));
    expect(bad).toEqual([{ line: 2, reason: 'on_hand is less than the copies that are promised to customers' }]);
    expect(await stockOf(DUNE)).toEqual([{ onHand: 3, reserved: 2 }]);
  });

  test('a header without the columns stops the import and says which', async () => {
    await expect(run('isbn13,title\n1,2\n')).rejects.toMatchObject({
      name: 'UnreadableCsv',
      message: expect.stringContaining('lacks authors, year, price, on_hand'),
    });
    await expect(run('')).rejects.toMatchObject({ name: 'UnreadableCsv' });
  });

  test('authors are separated by semicolons, else by commas; a suffix stays with its name', () => {
    expect([
      authorsOf('Margaret Weis; Tracy Hickman'),
      authorsOf('Neil Gaiman, Terry Pratchett'),
      authorsOf('Kurt Vonnegut, Jr.'),
    ]).toEqual([['Margaret Weis', 'Tracy Hickman'], ['Neil Gaiman', 'Terry Pratchett'], ['Kurt Vonnegut, Jr.']]);
  });

  test('progress is told after every five hundred rows and at the end', async () => {
    const rows = Array.from({ length: 501 }, (_, at) => `978000000${String(at).padStart(3, '0')}0,Title,Someone,,1,1`);
    const told: number[] = [];
    const csv = [HEADER, ...rows.map(withCheckDigit)].join('\n');
    await importBooks(database.db, shop, Readable.from([csv]), { onProgress: (progress) => told.push(progress.rows) });
    expect(told).toEqual([500, 501]);
  });
});

function withCheckDigit(row: string): string {
  const stem = row.slice(0, 12);
  const sum = [...stem].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return stem + String((10 - (sum % 10)) % 10) + row.slice(13);
}
