// What Claude may look up: the shop's own shelf, and book sources for what is not on it. Nothing is changed; every book
// that is returned is thereby known, and only known books may be named.
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import type { FoundBook } from '../../../schema/acts.ts';
import type { Book, Recommendation } from '../../catalogue/catalogue.ts';
import type { Finding } from '../../catalogue/sources/book-finder.ts';
import { clipped } from '../house/draft.ts';
import { price } from '../house/sentences.ts';
import type { Shelf } from '../situation.ts';

const RESULTS_MAX = 5;
const DESCRIPTION_CHARS_MAX = 240;

const SearchInput = z.object({
  query: z
    .string()
    .max(200)
    .optional()
    .describe('Title, author or words of the subject; leave out to browse by mood or genre.'),
  moods: z
    .array(z.string().max(40))
    .max(5)
    .optional()
    .describe('Such as fun, dark, cosy, epic, funny, thoughtful, fast.'),
  genres: z.array(z.string().max(40)).max(5).optional().describe('Such as fantasy, robots, philosophy.'),
  age: z.enum(['child', 'young', 'adult']).optional(),
  like_isbn13: z
    .string()
    .max(20)
    .optional()
    .describe('A book of the shop that they liked: browses for what is like it, and for what its buyers bought too.'),
});
const FindInput = z.object({
  words: z
    .string()
    .min(1)
    .max(120)
    .describe('The title, and its author where you know one. Nothing else of the conversation.'),
});
const StockInput = z.object({ isbn13s: z.array(z.string().max(20)).min(1).max(10) });

/** In a stable order and wording: they are the first part of the cached prompt. */
export const TOOLS: Anthropic.Tool[] = [
  {
    name: 'search_books',
    description:
      "Looks through the shop's catalogue. Returns at most five books with isbn13, price and copies on hand. bought_too means that several customers bought it who bought the liked book: you may say that, and not how many.",
    input_schema: { type: 'object', ...objectSchema(SearchInput) },
  },
  {
    name: 'check_stock',
    description: 'Price and copies on hand, right now, of books whose isbn13 you know.',
    input_schema: { type: 'object', ...objectSchema(StockInput) },
  },
  {
    name: 'find_book',
    description:
      "Whether a book exists that search_books did not find. It is then not on the shelf: for the customer's wish to have it use customer.wantsElsewhere. unavailable means that nothing could be looked up now: say so.",
    input_schema: { type: 'object', ...objectSchema(FindInput) },
  },
];

function objectSchema(schema: z.ZodObject): { properties: unknown; required: string[] } {
  const { properties, required } = z.toJSONSchema(schema);
  return { properties, required: required ?? [] };
}

/** What a tool call answers, and the books, the shop's and the world's, that it made known. */
export type ToolAnswer = { content: string; isError: boolean; books: Book[]; found: FoundBook[] };

/** Runs one call; an unknown tool or a wrong input is told to the model, not thrown. `passedOver`: books that browsing leaves out. */
export async function runTool(
  shelf: Shelf,
  storeId: number,
  passedOver: string[],
  call: { name: string; input: unknown },
): Promise<ToolAnswer> {
  const find = call.name === 'find_book' ? FindInput.safeParse(call.input) : null;
  if (find?.success) return foundBeyond(await shelf.beyond(storeId, find.data.words));
  const books = await booksFor(shelf, storeId, passedOver, call);
  if (books === null) return { content: 'unknown tool or wrong input', isError: true, books: [], found: [] };
  return { content: JSON.stringify({ books: books.map(bookData) }), isError: false, books, found: [] };
}

function foundBeyond(finding: Finding): ToolAnswer {
  if (finding.kind !== 'found') {
    const content = JSON.stringify(finding.kind === 'none' ? { books: [] } : { unavailable: true });
    return { content, isError: false, books: [], found: [] };
  }
  const books = finding.books.map(({ isbn13, title, authors }) => ({ isbn13, title, authors, on_the_shelf: false }));
  return { content: JSON.stringify({ books }), isError: false, books: [], found: finding.books };
}

async function booksFor(
  shelf: Shelf,
  storeId: number,
  passedOver: string[],
  { name, input }: { name: string; input: unknown },
): Promise<(Book | Recommendation)[] | null> {
  const search = name === 'search_books' ? SearchInput.safeParse(input) : null;
  if (search?.success) return searched(shelf, storeId, passedOver, search.data);
  const stock = name === 'check_stock' ? StockInput.safeParse(input) : null;
  return stock?.success ? shelf.get(storeId, stock.data.isbn13s) : null;
}

function searched(
  shelf: Shelf,
  storeId: number,
  excludeIsbns: string[],
  wish: z.infer<typeof SearchInput>,
): Promise<(Book | Recommendation)[]> {
  if (wish.query !== undefined && wish.query.trim() !== '') return shelf.search(storeId, wish.query, RESULTS_MAX);
  return shelf.recommend(storeId, {
    ...(wish.moods !== undefined && { moods: wish.moods }),
    ...(wish.genres !== undefined && { genres: wish.genres }),
    ...(wish.age !== undefined && { age: wish.age }),
    ...(wish.like_isbn13 !== undefined && { likeIsbn: wish.like_isbn13 }),
    excludeIsbns,
    limit: RESULTS_MAX,
  });
}

/** A book as data for the model: its description is somebody else's text and stays inside JSON. */
function bookData(book: Book | Recommendation): Record<string, unknown> {
  const { isbn13, title, authors, year, subjects, moods, age, onHand, description } = book;
  const boughtToo = 'why' in book && book.why.some(({ kind }) => kind === 'boughtToo');
  const about = description === null ? null : clipped(description, DESCRIPTION_CHARS_MAX);
  return {
    isbn13,
    title,
    authors,
    year,
    price: price(book.priceCents),
    onHand,
    subjects,
    moods,
    age,
    about,
    ...(boughtToo && { bought_too: true }),
  };
}
