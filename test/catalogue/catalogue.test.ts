import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { books } from '../../schema/books.ts';
import { inventory } from '../../schema/commerce.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const DUNE = '9780340839935';
const MESSIAH = '9780441172696';
const HAND = '9780441007318';

let shops: { shop: number; other: number };
let catalogue: Catalogue;

beforeAll(async () => {
  shops = await openTwoShops(database.db);
});

beforeEach(async () => {
  const { db } = database;
  shops = await openTwoShops(db);
  catalogue = createCatalogue({ db });
  const dune = {
    isbn13: DUNE,
    title: 'Dune (Dune Chronicles #1)',
    authors: ['Frank Herbert'],
    year: 1965,
    priceCents: 1199,
  };
  await catalogue.put(shops.shop, { ...dune, subjects: ['science fiction', 'desert planet'], moods: ['epic'] });
  await catalogue.put(shops.shop, {
    isbn13: MESSIAH,
    title: 'Dune Messiah',
    authors: ['Frank Herbert'],
    priceCents: 1099,
  });
  await catalogue.put(shops.shop, {
    isbn13: HAND,
    title: 'The Left Hand of Darkness',
    authors: ['Ursula K. Le Guin'],
    priceCents: 1499,
  });
  await db.insert(inventory).values({ storeId: shops.shop, isbn13: DUNE, onHand: 3, reserved: 2 });
});

describe('books of a shop', () => {
  test('a book is read whole, with what of its stock can be sold', async () => {
    expect(await catalogue.get(shops.shop, [DUNE])).toEqual([
      {
        isbn13: DUNE,
        title: 'Dune (Dune Chronicles #1)',
        authors: ['Frank Herbert'],
        year: 1965,
        priceCents: 1199,
        currency: 'USD',
        subjects: ['science fiction', 'desert planet'],
        moods: ['epic'],
        age: 'adult',
        shelf: null,
        description: null,
        coverUrl: null,
        credit: null,
        series: 'Dune Chronicles',
        seriesNumber: 1,
        onHand: 1,
        stock: { onHand: 3, reserved: 2 },
      },
    ]);
  });

  test('books come in the order asked for, unknown ones are left out', async () => {
    const found = await catalogue.get(shops.shop, [HAND, '9780000000002', DUNE, HAND]);
    expect(found.map(({ isbn13 }) => isbn13)).toEqual([HAND, DUNE]);
  });

  test('another shop in the same database knows none of them', async () => {
    expect([
      await catalogue.get(shops.other, [DUNE]),
      await catalogue.search(shops.other, 'dune'),
      await catalogue.match(shops.other, 'u got dune?'),
      await catalogue.resolve(shops.other, 'u got dune?'),
    ]).toEqual([[], [], [], { kind: 'none' }]);
  });

  test('a shop sells in its own currency', async () => {
    await catalogue.put(shops.other, { isbn13: DUNE, title: 'Dune', authors: ['Frank Herbert'], priceCents: 1300 });
    const [dune] = await catalogue.get(shops.other, [DUNE]);
    expect(dune?.currency).toBe('EUR');
  });

  test('what a change leaves out stays as it was', async () => {
    const change = { isbn13: DUNE, title: 'Dune', authors: ['Frank Herbert'], priceCents: 999 };
    expect(await catalogue.put(shops.shop, change)).toEqual({ created: false });
    const [dune] = await catalogue.get(shops.shop, [DUNE]);
    expect(dune).toMatchObject({ title: 'Dune', priceCents: 999, year: 1965, moods: ['epic'], seriesNumber: 1 });
  });

  test('a change that changes nothing writes nothing', async () => {
    const revision = () => database.db.select({ at: books.revision }).from(books).where(eq(books.isbn13, MESSIAH));
    const before = await revision();
    await catalogue.put(shops.shop, {
      isbn13: MESSIAH,
      title: 'Dune Messiah',
      authors: ['Frank Herbert'],
      priceCents: 1099,
    });
    expect(await revision()).toEqual(before);
  });

  test('what is no book is refused', async () => {
    const put = catalogue.put(shops.shop, { isbn13: '9780340839936', title: 'Dune', authors: [], priceCents: 0 });
    await expect(put).rejects.toMatchObject({ name: 'ZodError' });
  });
});

describe('a text that names books', () => {
  test('one book, beyond doubt', async () => {
    const resolved = await catalogue.resolve(shops.shop, 'u got the left hand of darknes by le guin?');
    expect(resolved).toMatchObject({ kind: 'one', book: { isbn13: HAND, priceCents: 1499, onHand: 0 } });
  });

  test('several books, each whole', async () => {
    const resolved = await catalogue.resolve(shops.shop, 'dune messiah or the left hand of darkness');
    expect(resolved.kind === 'several' && resolved.books.map(({ isbn13 }) => isbn13).sort()).toEqual([HAND, MESSIAH]);
  });

  test('no book at all', async () => {
    expect(await catalogue.resolve(shops.shop, 'are you open tomorrow?')).toEqual({ kind: 'none' });
  });

  test('what another process puts on the shelf is known at the next text', async () => {
    expect(await catalogue.match(shops.shop, 'u got neuromancer')).toEqual([]);
    const elsewhere = createCatalogue({ db: database.db });
    await elsewhere.put(shops.shop, {
      isbn13: '9780441569595',
      title: 'Neuromancer',
      authors: ['William Gibson'],
      priceCents: 1299,
    });
    expect(await catalogue.match(shops.shop, 'u got neuromancer')).toMatchObject([{ title: 'Neuromancer' }]);
  });

  test('writers at the same moment are all heard of', async () => {
    await catalogue.match(shops.shop, 'hello');
    const isbn13s = ['9780441569595', '9780441013678', '9780553380958', '9780553283686'];
    const writes = isbn13s.map((isbn13, at) =>
      catalogue.put(shops.shop, { isbn13, title: `Quixotic Volume${at}`, authors: ['N. N.'], priceCents: 100 }),
    );
    await Promise.all([...writes, ...isbn13s.map(() => catalogue.match(shops.shop, 'hello'))]);
    expect(await catalogue.search(shops.shop, 'quixotic')).toHaveLength(4);
  });
});
