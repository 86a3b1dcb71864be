import { describe, expect, test } from 'vitest';
import { demoShop } from '../../src/catalogue/demo/demo-shop.ts';
import { nameBooks } from '../../src/catalogue/matcher.ts';
import { TitleIndex, type TitleRecord } from '../../src/catalogue/title-index.ts';

const record = (title: string, author: string, isbn13: string): TitleRecord => ({
  isbn13,
  title,
  authors: [author],
  series: null,
  seriesNumber: null,
});

const index = new TitleIndex();
for (const { book } of demoShop()) {
  index.put({ ...book, series: book.series ?? null, seriesNumber: book.seriesNumber ?? null });
}
index.put(record('It', 'Stephen King', '9780450411434'));
index.put(record('The Sandman: King of Dreams', 'Alisa Kwitney', '9780811835923'));
index.put(record('The Island', 'Elin Hilderbrand', '9780316043878'));
index.put(record('The Island', 'Victoria Hislop', '9780755309511'));
index.put(record('Main Street', 'Sinclair Lewis', '9780451526823'));

const named = (text: string): string[] => nameBooks(index, text).matches.map(({ title }) => title);
const certain = (text: string): boolean => nameBooks(index, text).certain;

describe('which book a text names', () => {
  test.each([
    ['u got the left hand of darknes by le guin?', 'The Left Hand of Darkness'],
    ['left hand of darkness', 'The Left Hand of Darkness'],
    ["le guin's lefthand of darkness", 'The Left Hand of Darkness'],
    ['do you have GUARDS GUARDS', 'Guards! Guards!'],
    ['any copies of slaughterhouse 5', 'Slaughterhouse-Five'],
    ['jonathan strange and mr norrel pls', 'Jonathan Strange & Mr Norrell'],
    ['is godel escher bach in stock', 'Gödel, Escher, Bach: An Eternal Golden Braid'],
    ['u got it by stephen king', 'It'],
    ['9780441172696', 'Dune Messiah'],
    ['i loved a wizard of earthsea, what next', 'A Wizard of Earthsea'],
  ])('%s', (text, title) => {
    expect(named(text)[0]).toBe(title);
  });

  test('a longer title leaves nothing for the shorter one in it', () => {
    expect([named('u got dune messiah'), named('children of dune?'), named('u got dune?')]).toEqual([
      ['Dune Messiah'],
      ['Children of Dune'],
      ['Dune'],
    ]);
  });

  test('two books in a text are both named', () => {
    expect(named('do you have neuromancer and hyperion').sort()).toEqual(['Hyperion', 'Neuromancer']);
  });

  test.each([
    'u got it?',
    'i want it',
    'yes please',
    'we can meet at the shop',
    '12 Main Street, Springfield, NJ 07081',
    '',
  ])('no book is named by "%s"', (text) => {
    expect(named(text)).toEqual([]);
  });
});

describe('whether a book may be sold without asking which', () => {
  test.each([
    'u got dune?',
    "i'll take neuromancer please",
    'the left hand of darkness by le guin',
    'it by stephen king',
  ])('certain: "%s"', (text) => {
    expect(certain(text)).toBe(true);
  });

  test.each([
    ['a series names many books', 'u got discworld'],
    ['two authors wrote this title', 'do you have the island'],
    ['a word more may be another title', 'u got chapterhouse dune'],
    ['a word more may be another title', 'u got dune heretics'],
    ['another author wrote another book', 'do you have dune by tolkien'],
    ['two books are two books', 'neuromancer and hyperion please'],
    ['half a title is a guess', 'got the restaurant at the end'],
    ['a slip in a short title may be another title', 'u got durne'],
  ])('in doubt, because %s: "%s"', (_reason, text) => {
    expect(certain(text)).toBe(false);
  });

  test('"the book thief" is not "The Thief", "burn for burn" is not "Burn"', () => {
    const shelf = new TitleIndex();
    shelf.put(record('The Thief', 'Megan Whalen Turner', '9780060824976'));
    shelf.put(record('Burn', 'Maya Banks', '9781451695199'));
    const texts = ['any copies of The Book Thief?', 'how much is burn for burn'];
    expect(texts.map((text) => nameBooks(shelf, text).certain)).toEqual([false, false]);
  });

  test('the author settles which of two books of one title is meant', () => {
    const { matches, certain: isCertain } = nameBooks(index, 'do you have the island by hislop');
    expect([matches[0]?.isbn13, isCertain]).toEqual(['9780755309511', true]);
  });

  test('a book that was put again is known by its new title only', () => {
    const shelf = new TitleIndex();
    shelf.put(record('Emma', 'Jane Austen', '9780141439587'));
    shelf.put(record('Persuasion', 'Jane Austen', '9780141439587'));
    const titles = ['u got emma by austen', 'u got persuasion'].map((text) =>
      nameBooks(shelf, text).matches.map((m) => m.title),
    );
    expect([shelf.size, titles]).toEqual([1, [[], ['Persuasion']]]);
  });
});
