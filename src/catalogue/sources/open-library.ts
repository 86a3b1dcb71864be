// Open Library as a book source: keyless, open data. Its one wish is a User-Agent that says whom to write to.
// Terms: data may be kept and shown; covers are linked from its own host; we credit it.
import { z } from 'zod';
import { toIsbn13 } from '../isbn.ts';
import { askJson } from './ask-json.ts';
import { booksOf, SourceTrouble } from './source.ts';
import type { BookQuestion, BookSource, SourceTerms } from './source.ts';

/** `contact`: an address or page of whoever runs this server. */
export type OpenLibraryOptions = { contact: string; apiUrl: string | null };

const API_URL = 'https://openlibrary.org';
const COVERS = 'covers.openlibrary.org';
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const TERMS: SourceTerms = { credit: 'Open Library', keepMs: WEEK_MS, coverHosts: [COVERS] };
/** Who names a contact may ask about three times a second; we stay well below, and it is asked only where others fail. */
const LIMITS = { burst: 3, perMinute: 60, perDay: 10_000, timeoutMs: 3_000 };
const FIELDS = 'title,author_name,first_publish_year,isbn,cover_i';

const Search = z.object({
  docs: z.array(
    z.object({
      title: z.string(),
      author_name: z.array(z.string()).optional(),
      first_publish_year: z.int().optional(),
      isbn: z.array(z.string()).optional(),
      cover_i: z.int().positive().optional(),
    }),
  ),
});
type Doc = z.infer<typeof Search>['docs'][number];

export function openLibrary({ contact, apiUrl }: OpenLibraryOptions): BookSource {
  const headers = { accept: 'application/json', 'user-agent': `Marty bookshop assistant (${contact})` };
  return {
    name: 'openLibrary',
    terms: TERMS,
    limits: LIMITS,
    expiresAt: null,
    async ask(question, signal) {
      const read = Search.safeParse(await askJson(searchUrl(apiUrl ?? API_URL, question), { headers }, signal));
      if (!read.success) throw new SourceTrouble('malformed', null, { cause: read.error });
      return booksOf(read.data.docs.map((doc) => recordOf(doc, question)));
    },
  };
}

function searchUrl(apiUrl: string, question: BookQuestion): string {
  const q = 'isbn13' in question ? `isbn:${question.isbn13}` : question.words;
  return `${apiUrl}/search.json?${new URLSearchParams({ q, fields: FIELDS, limit: '5' })}`;
}

/** A work has the ISBNs of all its editions; asked by ISBN, that one is meant. */
function recordOf(doc: Doc, question: BookQuestion) {
  const isbns = (doc.isbn ?? []).map(toIsbn13);
  const isbn13 = isbns.find((isbn) => ('isbn13' in question ? isbn === question.isbn13 : isbn !== null));
  return {
    isbn13,
    title: doc.title,
    authors: (doc.author_name ?? []).slice(0, 12),
    year: doc.first_publish_year ?? null,
    description: null,
    coverUrl: doc.cover_i === undefined ? null : `https://${COVERS}/b/id/${doc.cover_i}-L.jpg`,
  };
}
