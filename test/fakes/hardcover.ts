// A Hardcover that answers like the real one, on a real port: GraphQL, bearer tokens, one search a request.
import { z } from 'zod';
import { BookService } from './book-service.ts';
import type { Answered, Asked } from './book-service.ts';

export type HardcoverBook = {
  isbns: string[];
  title: string;
  authors: string[];
  year?: number;
  description?: string;
  cover?: string;
};

const Query = z.object({ query: z.string(), variables: z.record(z.string(), z.string()) });

export class FakeHardcover {
  readonly token = 'hardcover-test-token';
  readonly service = new BookService((asked) => this.#answer(asked));
  /** What Hardcover knows, best first. */
  books: HardcoverBook[] = [];
  /** What GraphQL would say in `errors`, with status 200. */
  errors: string[] = [];

  get url(): string {
    return `${this.service.url}/v1/graphql`;
  }

  #answer({ method, path, headers, body }: Asked): Answered {
    if (method !== 'POST' || path !== '/v1/graphql') return { status: 404, body: { error: 'not found' } };
    if (headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: { error: 'invalid_token' } };
    if (headers['user-agent'] === undefined) return { status: 403, body: { error: 'no user agent' } };
    const { query, variables } = Query.parse(JSON.parse(body));
    const fields = [...query.matchAll(/\b(search|editions|books)\s*\(/g)].map((found) => found[1]);
    if (fields.length !== 1) return { status: 403, body: { error: 'top_level_limit_exceeded' } };
    if (/_ilike|_regex|_similar|_like/.test(query)) return { status: 403, body: { error: 'operator disabled' } };
    if (this.errors.length > 0)
      return { status: 200, body: { errors: this.errors.map((message) => ({ message })), data: null } };
    const data = fields[0] === 'search' ? this.#search(variables['words'] ?? '') : this.#edition(variables['isbn']);
    return { status: 200, body: { data } };
  }

  #search(words: string) {
    const said = words.toLowerCase().split(/\s+/);
    const hits = this.books
      .filter(({ title, authors, isbns }) =>
        said.some((word) => word.length > 3 && [title, ...authors, ...isbns].join(' ').toLowerCase().includes(word)),
      )
      .map(({ isbns, title, authors, year, description, cover }, id) => ({
        document: {
          id: String(id),
          title,
          author_names: authors,
          isbns,
          ...(year !== undefined && { release_year: year }),
          ...(description !== undefined && { description }),
          image: cover === undefined ? {} : { url: cover, width: 300 },
          users_count: 10,
        },
      }));
    return { search: { results: { found: hits.length, hits, page: 1 } } };
  }

  #edition(isbn: string | undefined) {
    const book = this.books.find(({ isbns }) => isbn !== undefined && isbns.includes(isbn));
    if (!book) return { editions: [] };
    const { title, authors, year = null, description = null, cover } = book;
    const contributions = authors.map((name) => ({ author: { name } }));
    const image = cover === undefined ? null : { url: cover };
    return {
      editions: [{ isbn_13: isbn, book: { title, description, release_year: year, image, contributions } }],
    };
  }
}
