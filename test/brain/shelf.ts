// A small shelf in memory for tests of what is said; the real catalogue is tested with the database.
import type { Book, Recommendation, Wish } from '../../src/catalogue/catalogue.ts';
import type { Shelf } from '../../src/brain/situation.ts';
import { contentWords, plain } from '../../src/brain/house/text.ts';
import { isbn13Of } from './isbn13.ts';

type Seed = [
  title: string,
  author: string,
  priceCents: number,
  onHand: number,
  subjects: string[],
  moods: string[],
  age?: Book['age'],
];

const SEEDS: Seed[] = [
  ['Dune', 'Frank Herbert', 1099, 3, ['science fiction', 'space opera'], ['epic']],
  ['Dune Messiah', 'Frank Herbert', 999, 2, ['science fiction'], ['dark']],
  ['The Left Hand of Darkness', 'Ursula K. Le Guin', 1600, 4, ['science fiction'], ['thoughtful']],
  ['The Dispossessed', 'Ursula K. Le Guin', 1700, 1, ['science fiction', 'philosophy'], ['thoughtful']],
  ['Neuromancer', 'William Gibson', 1800, 0, ['cyberpunk', 'science fiction'], ['dark', 'fast']],
  ['Snow Crash', 'Neal Stephenson', 1900, 2, ['cyberpunk', 'science fiction'], ['fun', 'fast']],
  ["The Hitchhiker's Guide to the Galaxy", 'Douglas Adams', 850, 5, ['science fiction', 'humor'], ['funny', 'fun']],
  ['Good Omens', 'Terry Pratchett', 1000, 2, ['fantasy', 'humor'], ['funny', 'fun']],
  ['Legends & Lattes', 'Travis Baldree', 1799, 3, ['fantasy'], ['cosy']],
  ['The Hobbit', 'J. R. R. Tolkien', 1499, 6, ['fantasy', 'dragons'], ['adventurous', 'fun']],
  ['Dragonflight', 'Anne McCaffrey', 1200, 1, ['dragons', 'fantasy'], ['adventurous']],
  ['I, Robot', 'Isaac Asimov', 900, 2, ['robots', 'science fiction'], ['thoughtful']],
  ['All Systems Red', 'Martha Wells', 1500, 2, ['robots', 'science fiction'], ['funny', 'fast']],
  ['The Phantom Tollbooth', 'Norton Juster', 999, 2, ['fantasy'], ['fun', 'funny'], 'child'],
  ['My Father\u2019s Dragon', 'Ruth Stiles Gannett', 799, 2, ['dragons', 'fantasy'], ['fun'], 'child'],
  ['A Wizard of Earthsea', 'Ursula K. Le Guin', 1300, 2, ['fantasy', 'magic'], ['thoughtful'], 'young'],
];

export const SHELF: readonly Book[] = SEEDS.map(
  ([title, author, priceCents, onHand, subjects, moods, age = 'adult'], index) => ({
    isbn13: isbn13Of(index),
    title,
    authors: [author],
    year: 1970,
    priceCents,
    currency: 'USD',
    subjects,
    moods,
    age,
    shelf: null,
    description: `A book called ${title}.`,
    coverUrl: null,
    credit: null,
    series: null,
    seriesNumber: null,
    onHand,
    stock: { onHand, reserved: 0 },
  }),
);

/** The book of that title; throws when the shelf lacks it. */
export function bookOf(title: string): Book {
  const book = SHELF.find((each) => each.title === title);
  if (book === undefined) throw new Error(`no ${title} on the test shelf`);
  return book;
}

function namedBooks(text: string): Book[] {
  const words = ` ${plain(text).replace(/[^\p{L}\p{N} ]/gu, '')} `;
  const hits = SHELF.filter(
    (book) => words.includes(` ${bare(book.title)} `) || words.includes(` ${bare(book.title).replace(/^the /, '')} `),
  );
  return hits.filter((book) => !hits.some((other) => other !== book && bare(other.title).startsWith(bare(book.title))));
}

function bare(title: string): string {
  return plain(title).replace(/[^\p{L}\p{N} ]/gu, '');
}

function matchesWish(book: Book, wish: Wish): Recommendation['why'] {
  const like = SHELF.find((each) => each.isbn13 === wish.likeIsbn);
  const genres = [...(wish.genres ?? []), ...(like?.subjects ?? [])];
  return [
    ...book.authors
      .filter((name) => wish.author !== undefined && plain(name).includes(plain(wish.author).split(' ').at(-1) ?? ''))
      .map((author) => ({ kind: 'author' as const, author })),
    ...book.subjects
      .filter((subject) => genres.includes(subject))
      .map((subject) => ({ kind: 'subject' as const, subject })),
    ...book.moods.filter((mood) => wish.moods?.includes(mood)).map((mood) => ({ kind: 'mood' as const, mood })),
  ];
}

/** A `Shelf` over the test shelf; `asked` counts calls. */
export function testShelf(): Shelf & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    search: async (_store, query, limit = 20) => {
      asked.push('search');
      const words = contentWords(plain(query));
      return SHELF.filter((book) =>
        words.some((word) => plain(`${book.title} ${book.authors.join(' ')}`).includes(word)),
      ).slice(0, limit);
    },
    match: async (_store, text) => namedBooks(text).map(({ isbn13, title }) => ({ isbn13, title, score: 1 })),
    resolve: async (_store, text) => {
      asked.push('resolve');
      const books = namedBooks(text);
      const [book] = books;
      if (book === undefined) return { kind: 'none' };
      return books.length === 1 ? { kind: 'one', book } : { kind: 'several', books };
    },
    beyond: async () => {
      asked.push('beyond');
      return { kind: 'none' };
    },
    get: async (_store, isbn13s) => isbn13s.flatMap((isbn13) => SHELF.filter((book) => book.isbn13 === isbn13)),
    recommend: async (_store, wish) => {
      asked.push('recommend');
      const steered =
        wish.author !== undefined ||
        wish.likeIsbn !== undefined ||
        (wish.moods ?? []).length + (wish.genres ?? []).length > 0;
      return SHELF.filter(
        (book) => (wish.age === 'child' ? book.age === 'child' : true) && !wish.excludeIsbns?.includes(book.isbn13),
      )
        .map((book) => ({ ...book, why: matchesWish(book, wish) }))
        .filter((book) => !steered || book.why.length > 0)
        .map((book) => (book.why.length > 0 ? book : { ...book, why: [{ kind: 'favourite' as const }] }))
        .sort((a, b) => Number(b.onHand > 0) - Number(a.onHand > 0) || b.why.length - a.why.length)
        .slice(0, wish.limit ?? 3);
    },
  };
}
