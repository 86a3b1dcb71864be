// Hardcover as a book source: GraphQL over HTTP, one top-level query a request.
// Terms (2026): not for training models; nothing that users wrote; facts and covers with credit to Hardcover.
import { z } from 'zod';
import { toIsbn13 } from '../isbn.ts';
import { askJson } from './ask-json.ts';
import { booksOf, coverFrom, SourceTrouble } from './source.ts';
import type { BookQuestion, BookSource, SourceBook, SourceTerms } from './source.ts';

/** `expiresAt` null: what the token itself says, if it does. */
export type HardcoverOptions = { apiKey: string; apiUrl: string | null; expiresAt: Date | null };

const API_URL = 'https://api.hardcover.app/v1/graphql';
const USER_AGENT = 'Marty bookshop assistant';
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const TERMS: SourceTerms = {
  credit: 'Hardcover',
  keepMs: WEEK_MS,
  coverHosts: ['assets.hardcover.app', 'cdn.hardcover.app', 'production-img.hardcover.app'],
};
/** The free plan since August 2026, for all our processes together; a search is cut off there after 2 s as well. */
const LIMITS = { burst: 10, perMinute: 60, perDay: 5_000, timeoutMs: 2_000 };

const SEARCH = `query Search($words: String!) {
  search(query: $words, query_type: "book", per_page: 5, page: 1) { results }
}`;
const EDITION = `query Edition($isbn: String!) {
  editions(where: { isbn_13: { _eq: $isbn } }, limit: 1) {
    isbn_13
    book { title description release_year image { url } contributions { author { name } } }
  }
}`;

const Text = z.string().nullish();
const Image = z.object({ url: Text }).nullish();
const Found = z.object({
  hits: z.array(
    z.object({
      document: z.object({
        title: z.string(),
        author_names: z.array(z.string()).nullish(),
        isbns: z.array(z.string()).nullish(),
        release_year: z.int().nullish(),
        description: Text,
        image: Image,
      }),
    }),
  ),
});
const Edition = z.object({
  isbn_13: z.string(),
  book: z.object({
    title: z.string(),
    description: Text,
    release_year: z.int().nullish(),
    image: Image,
    contributions: z.array(z.object({ author: z.object({ name: z.string() }).nullish() })).nullish(),
  }),
});
const Answer = z.object({
  errors: z.array(z.unknown()).optional(),
  data: z.object({ search: z.object({ results: Found }).optional(), editions: z.array(Edition).optional() }).nullish(),
});

export function hardcover({ apiKey, apiUrl, expiresAt }: HardcoverOptions): BookSource {
  const token = apiKey.replace(/^bearer\s+/i, '');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': USER_AGENT };
  return {
    name: 'hardcover',
    terms: TERMS,
    limits: LIMITS,
    expiresAt: expiresAt ?? expiryOf(token),
    async ask(question, signal) {
      const body = JSON.stringify(queryOf(question));
      return booksIn(await askJson(apiUrl ?? API_URL, { method: 'POST', headers, body }, signal));
    },
  };
}

function queryOf(question: BookQuestion) {
  if ('isbn13' in question) return { query: EDITION, variables: { isbn: question.isbn13 } };
  return { query: SEARCH, variables: { words: question.words } };
}

// Errors of GraphQL come with status 200.
function booksIn(body: unknown): SourceBook[] {
  const answer = Answer.safeParse(body);
  if (!answer.success) throw new SourceTrouble('malformed', null, { cause: answer.error });
  const { data, errors } = answer.data;
  if (!data || (errors?.length ?? 0) > 0) throw new SourceTrouble('unavailable');
  const hits = data.search?.results.hits.map(({ document }) => document) ?? [];
  return booksOf([...hits.map(hitRecord), ...(data.editions ?? []).map(editionRecord)]);
}

function hitRecord(hit: z.infer<typeof Found>['hits'][number]['document']) {
  const isbn13 = hit.isbns?.map(toIsbn13).find((isbn) => isbn !== null);
  return { ...record(hit), isbn13, authors: (hit.author_names ?? []).slice(0, 12) };
}

function editionRecord({ isbn_13: isbn13, book }: z.infer<typeof Edition>) {
  const authors = (book.contributions ?? []).flatMap(({ author }) => author?.name ?? []);
  return { ...record(book), isbn13, authors: authors.slice(0, 12) };
}

function record({
  title,
  description,
  release_year: year,
  image,
}: Pick<z.infer<typeof Edition>['book'], 'title' | 'description' | 'release_year' | 'image'>) {
  return {
    title,
    year: year ?? null,
    description: description?.slice(0, 4_000) ?? null,
    coverUrl: coverFrom(TERMS.coverHosts, image?.url),
  };
}

const Claims = z.object({ exp: z.number() });

/** Older tokens are JWTs and say when they end; personal access tokens do not. */
function expiryOf(token: string): Date | null {
  const claims = token.split('.')[1];
  if (claims === undefined) return null;
  try {
    const read = Claims.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')));
    return read.success ? new Date(read.data.exp * 1000) : null;
  } catch {
    return null; // no JWT after all
  }
}
