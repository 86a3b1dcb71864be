// An Open Library that answers like the real one, on a real port: search by words or ISBN, no key, a User-Agent asked for.
import { BookService } from './book-service.ts';
import type { Answered, Asked } from './book-service.ts';

export type OpenLibraryBook = { isbns: string[]; title: string; authors: string[]; year?: number; coverId?: number };

export class FakeOpenLibrary {
  readonly service = new BookService((asked) => this.#answer(asked));
  books: OpenLibraryBook[] = [];

  get url(): string {
    return this.service.url;
  }

  #answer({ method, path, headers }: Asked): Answered {
    const url = new URL(path, 'http://fake');
    if (method !== 'GET' || url.pathname !== '/search.json') return { status: 404, body: {} };
    if (!/\(.+\)/.test(headers['user-agent'] ?? '')) return { status: 403, body: { error: 'who are you?' } };
    const q = (url.searchParams.get('q') ?? '').toLowerCase();
    const limit = Number(url.searchParams.get('limit') ?? 100);
    const docs = this.books
      .filter((book) => isFound(book, q))
      .slice(0, limit)
      .map(docOf);
    return { status: 200, body: { numFound: docs.length, start: 0, docs } };
  }
}

function isFound({ isbns, title, authors }: OpenLibraryBook, q: string): boolean {
  if (q.startsWith('isbn:')) return isbns.includes(q.slice('isbn:'.length));
  const own = [title, ...authors].join(' ').toLowerCase();
  return q.split(/\s+/).every((word) => word === 'by' || own.includes(word));
}

function docOf({ isbns, title, authors, year, coverId }: OpenLibraryBook) {
  return {
    title,
    author_name: authors,
    ...(year !== undefined && { first_publish_year: year }),
    isbn: isbns,
    ...(coverId !== undefined && { cover_i: coverId }),
  };
}
