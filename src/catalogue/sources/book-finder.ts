// Looks a title up beyond the shop's own shelves: first what the wholesaler lists, then the book sources, one after the
// other until one is sure. "Nobody knows it" and "nobody could be asked" are different answers.
import type { FoundBook } from '../../../schema/acts.ts';
import { nameBooks } from '../matcher.ts';
import type { OrderableBooks } from '../orderable-books.ts';
import { TitleIndex } from '../title-index.ts';
import type { GuardedSource } from './guarded-source.ts';
import { SourceTrouble } from './source.ts';
import type { SourceTroubleCode } from './source.ts';

/** `found`: 1 to 3 books, best first; `isSure` when the first is the one that was named. `trouble`: ask again later. */
export type Finding = { kind: 'found'; books: FoundBook[]; isSure: boolean } | { kind: 'none' } | { kind: 'trouble' };

export type BookFinder = {
  /** Never takes longer than `FIND_MS`, never throws but the signal's reason. @param words a title, perhaps with its author */
  find(storeId: number, words: string, signal: AbortSignal): Promise<Finding>;
};

export type FinderOptions = {
  sources: readonly GuardedSource[];
  orderables: OrderableBooks;
  /** For logs and metrics. */
  onTrouble: (source: string, code: SourceTroubleCode) => void;
};

/** Bounds one look-up, whatever the sources do. */
export const FIND_MS = 6_000;
const WORDS_CHARS_MAX = 120;
const FOUND_MAX = 3;
/** The wholesaler's list goes under this name. */
export const WHOLESALER = 'wholesaler';

type Candidate = Omit<FoundBook, 'source'>;

export function createBookFinder({ sources, orderables, onTrouble }: FinderOptions): BookFinder {
  return {
    async find(storeId, text, signal) {
      const words = text.replace(/\s+/g, ' ').trim().slice(0, WORDS_CHARS_MAX);
      if (words === '') return { kind: 'none' };
      const bound = AbortSignal.any([signal, AbortSignal.timeout(FIND_MS)]);
      const best = new Shortlist(words);
      best.add(WHOLESALER, await orderables.find(storeId, words));
      let isMute = false;
      for (const source of sources) {
        if (best.isSure) break;
        try {
          best.add(source.name, await source.ask({ words }, { signal: bound, purpose: 'customer' }));
        } catch (error) {
          signal.throwIfAborted();
          isMute = true;
          onTrouble(source.name, error instanceof SourceTrouble ? error.code : 'late');
        }
      }
      if (best.books.length > 0) return { kind: 'found', books: best.books, isSure: best.isSure };
      return { kind: isMute ? 'trouble' : 'none' };
    },
  };
}

/** Held against the customer's words by the same rules as the shop's own books: a source's ranking proves nothing. */
class Shortlist {
  isSure = false;
  books: FoundBook[] = [];

  constructor(private readonly words: string) {}

  add(source: string, candidates: readonly Candidate[]): void {
    const index = new TitleIndex();
    for (const { isbn13, title, authors } of candidates)
      index.put({ isbn13, title, authors, series: null, seriesNumber: null });
    const { matches, certain } = nameBooks(index, this.words);
    const byIsbn = new Map(candidates.map((book) => [book.isbn13, book]));
    const named = matches.flatMap(({ isbn13 }) => {
      const book = byIsbn.get(isbn13);
      return book ? [found(book, source)] : [];
    });
    this.books = (certain ? [...named, ...this.books] : [...this.books, ...named]).slice(0, FOUND_MAX);
    this.isSure ||= certain || isSameWork(named);
  }
}

/** Editions of one work are one answer. */
function isSameWork(books: readonly FoundBook[]): boolean {
  const [first, ...others] = books;
  if (first === undefined || others.length === 0) return false;
  return others.every(({ title, authors }) => title === first.title && authors[0] === first.authors[0]);
}

function found({ isbn13, title, authors }: Candidate, source: string): FoundBook {
  return { isbn13, title, authors, source };
}
