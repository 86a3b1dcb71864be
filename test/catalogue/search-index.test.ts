import { describe, expect, test } from 'vitest';
import { demoShop } from '../../src/catalogue/demo/demo-shop.ts';
import { SearchIndex } from '../../src/catalogue/search-index.ts';

const index = new SearchIndex();
const titles = new Map<string, string>();
for (const { book } of demoShop()) {
  index.put({ ...book, series: book.series ?? null, subjects: book.subjects ?? [] });
  titles.set(book.isbn13, book.title);
}
const found = (query: string, limit = 5): string[] =>
  index.find(query, limit).map((isbn13) => titles.get(isbn13) ?? '');

describe('search of the shelves', () => {
  test('the title that was typed comes first', () => {
    expect(found('dune')[0]).toBe('Dune');
  });

  test('letters may be missing, wrong or swapped', () => {
    expect([found('nueromancer')[0], found('left hnd of darkness')[0], found('hyperoin')[0]]).toEqual([
      'Neuromancer',
      'The Left Hand of Darkness',
      'Hyperion',
    ]);
  });

  test('the beginning of a word is enough', () => {
    expect(found('neurom')).toEqual(['Neuromancer']);
  });

  test('an author is found by surname, and with a title by both', () => {
    expect([found('le guin', 10).length, found('le guin dispossessed')]).toEqual([6, ['The Dispossessed']]);
  });

  test('a subject finds its books', () => {
    expect(found('stoicism')).toEqual(['Meditations']);
  });

  test('an ISBN-10 finds the book that has its ISBN-13', () => {
    expect(found('0-441-17269-5')).toEqual(['Dune Messiah']);
  });

  test('one word that is nowhere does not hide what the others find', () => {
    expect(found('hyperion zzyzx')[0]).toBe('Hyperion');
  });

  test('no more than asked for; nothing for nothing', () => {
    expect([found('fantasy', 3).length, found(''), found('zzyzx')]).toEqual([3, [], []]);
  });
});
