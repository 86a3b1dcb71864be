import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { readBooksCsv } from '../../bench/matching/books-csv.ts';
import { mainTitle } from '../../bench/matching/measure.ts';
import { inventory } from '../../schema/commerce.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { demoShop } from '../../src/catalogue/demo/demo-shop.ts';
import { fold } from '../../src/catalogue/fold.ts';
import { seedBooks } from '../../src/catalogue/seed-books.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const CSV = process.env['BOOKS_CSV'] ?? join('..', 'shared', 'data', 'books.csv');
const MOODS = 'fun funny dark cosy epic thoughtful fast scary sad weird romantic hopeful adventurous'.split(' ');

describe('the demo shop', () => {
  const shop = demoShop();

  test('has more than 150 books, each once, each with a card', () => {
    expect(new Set(shop.map(({ book }) => book.isbn13)).size).toBe(shop.length);
    expect(shop.length).toBeGreaterThan(150);
    expect(shop.filter(({ book }) => !book.description || !book.subjects?.length || !book.moods?.length)).toEqual([]);
  });

  test('has only moods that a wish can name', () => {
    expect([...new Set(shop.flatMap(({ book }) => book.moods ?? []))].filter((mood) => !MOODS.includes(mood))).toEqual(
      [],
    );
  });

  test('has something sold out, something down to its last copy, and a children’s shelf', () => {
    const count = (wanted: number) => shop.filter(({ onHand }) => onHand === wanted).length;
    expect([count(0) > 3, count(1) > 20, shop.filter(({ book }) => book.age === 'child').length > 20]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test.skipIf(!existsSync(CSV))('every ISBN belongs to its title and its first author', () => {
    const real = new Map(readBooksCsv(CSV).map((book) => [book.isbn13, book]));
    const isReal = ({ isbn13, title, authors: [author = ''] }: (typeof shop)[number]['book']) => {
      const book = real.get(isbn13);
      const surname = fold(author).split(' ').at(-1) ?? '';
      return (
        book !== undefined &&
        mainTitle(book.title) === mainTitle(title) &&
        book.authors.some((name) => fold(name).includes(surname))
      );
    };
    expect(shop.filter(({ book }) => !isReal(book)).map(({ book }) => [book.title, real.get(book.isbn13)])).toEqual([]);
  });

  test('is seeded once: what was sold or priced anew since stays so', async () => {
    const { db } = database;
    const { shop: storeId } = await openTwoShops(db);
    const catalogue = createCatalogue({ db });
    expect(await seedBooks(db, storeId)).toBe(shop.length);
    const dune = { isbn13: '9780340839935', title: 'Dune', authors: ['Frank Herbert'], priceCents: 1 };
    await catalogue.put(storeId, dune);
    await db.update(inventory).set({ onHand: 0 }).where(eq(inventory.isbn13, dune.isbn13));
    expect(await seedBooks(db, storeId)).toBe(0);
    expect(await catalogue.get(storeId, [dune.isbn13])).toMatchObject([{ priceCents: 1, onHand: 0 }]);
  });
});
