// What the rest of Marty may ask of the shop's shelves: search, name, fetch, recommend. Prices and stock are always
// read fresh, and every answer belongs to one store.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { z } from 'zod';
import type { BookInput } from './book-input.ts';

export type Age = 'child' | 'young' | 'adult';

/** One title with its stock. It is also a `ShownBook`: `onHand` is what can be sold now, never below 0. */
export type Book = {
  isbn13: string;
  title: string;
  authors: string[];
  year: number | null;
  priceCents: number;
  /** ISO 4217, such as `USD`. */
  currency: string;
  subjects: string[];
  moods: string[];
  age: Age;
  shelf: string | null;
  /** The shop's own, else a book source's. */
  description: string | null;
  /** From a book source, at one of its own hosts. */
  coverUrl: string | null;
  /** Whom to name beside what a book source contributed; null where nothing of it came from one. */
  credit: string | null;
  series: string | null;
  seriesNumber: number | null;
  /** Copies that can be sold now: what stands in the shop less what is promised. */
  onHand: number;
  /** The raw counts, as the staff API shows them. */
  stock: { onHand: number; reserved: number };
};

/** A book that a text seems to name. `score` is 0…1; only what reaches the threshold is listed. */
export type Match = { isbn13: string; title: string; score: number };

/**
 * `one`: safe to sell without asking which. `several`: 1 to 5 books, best first, that the customer must confirm
 * (a lone one means "did you mean …?"). `none`: the text names no book that we know.
 */
export type Resolution = { kind: 'one'; book: Book } | { kind: 'several'; books: Book[] } | { kind: 'none' };

/** Every field narrows or steers; with none of them the answer is what the shop would put in anyone's hand. */
export type Wish = {
  /** fun, dark, cosy, epic, funny, thoughtful, fast, scary, sad, weird, romantic, hopeful, adventurous. */
  moods?: string[];
  /** Subjects such as `fantasy`, `robots`, `philosophy`. */
  genres?: string[];
  /** "Something like this one." */
  likeIsbn?: string;
  /** What buyers of that one bought too: by ISBN, how many times likelier than any customer they were to; over 1. */
  boughtToo?: ReadonlyMap<string, number>;
  author?: string;
  /** Never broken: a child's wish is answered from the children's books alone. */
  age?: Age;
  excludeIsbns?: string[];
  /** Never broken either; inclusive. */
  priceMaxCents?: number;
  /** Among what fits, the cheapest come first. */
  cheapestFirst?: boolean;
  /** 1…10, default 3. */
  limit?: number;
};

/** What the book has in common with the wish: the stuff that a sentence can be made of. */
export type Why =
  | { kind: 'author'; author: string }
  | { kind: 'series'; series: string }
  | { kind: 'subject'; subject: string }
  | { kind: 'mood'; mood: string }
  /** Several customers bought it who bought the liked one: never how many, nor who. */
  | { kind: 'boughtToo' }
  | { kind: 'favourite' };

/** `why` holds at least one reason, strongest first. */
export type Recommendation = Book & { why: Why[] };

export type Catalogue = {
  /** Title, author, ISBN-10 or -13, subject; forgives typos. Best first, at most `limit` (1…100, default 20). */
  search(storeId: number, query: string, limit?: number): Promise<Book[]>;
  /** Which books a text names, best first, at most 5; empty where it names none. */
  match(storeId: number, text: string): Promise<Match[]>;
  /** The same, as a decision that money may follow. */
  resolve(storeId: number, text: string): Promise<Resolution>;
  /** In the order asked for; unknown ISBNs are left out. */
  get(storeId: number, isbn13s: string[]): Promise<Book[]>;
  /** Books in stock come before books that are not. */
  recommend(storeId: number, wish: Wish): Promise<Recommendation[]>;
  /** Adds or changes one title; what the input leaves out stays. Throws a `ZodError` for what is no book. */
  put(storeId: number, book: z.input<typeof BookInput>): Promise<{ created: boolean }>;
};

/** What `createCatalogue` needs. */
export type CatalogueOptions = { db: NodePgDatabase };
