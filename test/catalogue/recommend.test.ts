import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue, Wish } from '../../src/catalogue/catalogue.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { seedBooks } from '../../src/catalogue/seed-books.ts';
import { useDatabase } from '../harness/database.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const HOBBIT = '9780618260300';
const NAME_OF_THE_WIND = '9780756404079';

let catalogue: Catalogue;
let shop: number;

beforeAll(async () => {
  ({ shop } = await openTwoShops(database.db));
  await seedBooks(database.db, shop);
  catalogue = createCatalogue({ db: database.db });
});

const recommended = (wish: Wish) => catalogue.recommend(shop, wish);

describe('recommendations', () => {
  test('mood and genre are both met and both given as reasons', async () => {
    const books = await recommended({ moods: ['funny'], genres: ['fantasy'], limit: 5 });
    expect(books).toHaveLength(5);
    expect(books.filter(({ moods, subjects }) => !moods.includes('funny') || !subjects.includes('fantasy'))).toEqual(
      [],
    );
    expect(books[0]?.why).toEqual([
      { kind: 'subject', subject: 'fantasy' },
      { kind: 'mood', mood: 'funny' },
    ]);
  });

  test('what is in the shop comes before what is sold out', async () => {
    const onHand = (await recommended({ moods: ['dark'], limit: 10 })).map((book) => book.onHand > 0);
    expect(onHand).toEqual(Array(10).fill(true));
  });

  test('the next of a series is the first thing after a book of it', async () => {
    const [next] = await recommended({ likeIsbn: NAME_OF_THE_WIND });
    expect([next?.title, next?.why[0]]).toEqual([
      "The Wise Man's Fear",
      { kind: 'series', series: 'The Kingkiller Chronicle' },
    ]);
  });

  test('neither the liked book nor an excluded one is offered', async () => {
    const books = await recommended({ likeIsbn: HOBBIT, excludeIsbns: ['9780618346257'], limit: 10 });
    expect(books.filter(({ isbn13 }) => [HOBBIT, '9780618346257'].includes(isbn13))).toEqual([]);
  });

  test('a child is offered children’s books only', async () => {
    const books = await recommended({ age: 'child', genres: ['dragons'], moods: ['dark'], limit: 10 });
    expect([...new Set(books.map(({ age }) => age))]).toEqual(['child']);
  });

  test('nobody is offered children’s books unasked', async () => {
    const books = await recommended({ genres: ['animals'], limit: 10 });
    expect(books.filter(({ age }) => age === 'child')).toEqual([]);
  });

  test('an author is taken by surname, whatever the spelling of case and accents', async () => {
    const books = await recommended({ author: 'mieville', limit: 10 });
    expect(books.map(({ authors }) => authors[0])).toEqual(['China Miéville', 'China Miéville']);
  });

  test('three books of three authors, when nothing else is said', async () => {
    const books = await recommended({});
    expect([books.length, new Set(books.map(({ authors }) => authors[0])).size, books[0]?.why]).toEqual([
      3,
      3,
      [{ kind: 'favourite' }],
    ]);
  });

  test('a wish that nothing meets is met by nothing', async () => {
    expect(await recommended({ genres: ['gardening'] })).toEqual([]);
  });
});
