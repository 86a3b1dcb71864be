// The book sources against local servers that speak their formats, well and badly.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrderableBooks } from '../../src/catalogue/orderable-books.ts';
import { createAnswers } from '../../src/catalogue/sources/answers.ts';
import { createBookFinder } from '../../src/catalogue/sources/book-finder.ts';
import { createBudget } from '../../src/catalogue/sources/budget.ts';
import { guardSource } from '../../src/catalogue/sources/guarded-source.ts';
import { hardcover } from '../../src/catalogue/sources/hardcover.ts';
import { openLibrary } from '../../src/catalogue/sources/open-library.ts';
import { booksOf, SourceTrouble } from '../../src/catalogue/sources/source.ts';
import type { BookSource } from '../../src/catalogue/sources/source.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const vault = createVault(Buffer.alloc(32, 9));
const hard = new FakeHardcover();
const open = new FakeOpenLibrary();
const PIRANESI = '9781635575637';
const BABEL = '9780063021426';
const never = new AbortController().signal;
const customer = { signal: never, purpose: 'customer' as const };
let clockMs = Date.UTC(2026, 10, 22, 15);
let troubles: string[] = [];

beforeAll(() => Promise.all([hard.service.start(), open.service.start()]));
afterAll(() => Promise.all([hard.service.stop(), open.service.stop()]));
beforeEach(async () => {
  await database.db.execute(sql`truncate source_budgets, source_answers`);
  for (const { service } of [hard, open]) {
    service.asked.length = 0;
    service.faults = [];
    service.isDown = null;
  }
  hard.errors = [];
  hard.books = [
    {
      isbns: ['1635575639', PIRANESI],
      title: 'Piranesi',
      authors: ['Susanna Clarke'],
      year: 2020,
      description: 'A house.',
      cover: 'https://assets.hardcover.app/p.jpg',
    },
    { isbns: ['9781526622433'], title: 'Summary of Piranesi', authors: ['Quick Reads'] },
  ];
  open.books = [{ isbns: [BABEL, '0063021420'], title: 'Babel', authors: ['R. F. Kuang'], year: 2022, coverId: 7 }];
  troubles = [];
});

const hardcoverSource = (apiKey = hard.token): BookSource => hardcover({ apiKey, apiUrl: hard.url, expiresAt: null });
const openLibrarySource = (): BookSource => openLibrary({ contact: 'shop@example.org', apiUrl: open.url });
const answers = () => createAnswers(database.db, vault, () => clockMs);
const guarded = (source: BookSource) => guardSource(source, { budget: createBudget(database.db), answers: answers() });
/** Given up after so long. */
const within = (timeoutMs: number, source: BookSource): BookSource => ({
  ...source,
  limits: { ...source.limits, timeoutMs },
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof SourceTrouble ? error.code : error),
  );
function finder(...sources: BookSource[]) {
  return createBookFinder({
    sources: sources.map(guarded),
    orderables: createOrderableBooks(database.db),
    onTrouble: (source, code) => troubles.push(`${source} ${code}`),
  });
}

describe('each source speaks its service', () => {
  test('hardcover: a search, with the facts of the book and a cover from its own host', async () => {
    const [book] = await hardcoverSource(`Bearer ${hard.token}`).ask({ words: 'piranesi' }, never);
    expect(book).toEqual({
      isbn13: PIRANESI,
      title: 'Piranesi',
      authors: ['Susanna Clarke'],
      year: 2020,
      description: 'A house.',
      coverUrl: 'https://assets.hardcover.app/p.jpg',
    });
  });

  test('hardcover: a book by its ISBN; a cover from anywhere else is left out', async () => {
    hard.books = [{ isbns: [BABEL], title: 'Babel', authors: ['R. F. Kuang'], cover: 'https://evil.example/x.jpg' }];
    const facts = { title: 'Babel', authors: ['R. F. Kuang'], year: null, description: null, coverUrl: null };
    expect(await hardcoverSource().ask({ isbn13: BABEL }, never)).toEqual([{ isbn13: BABEL, ...facts }]);
    expect(await hardcoverSource().ask({ isbn13: PIRANESI }, never)).toEqual([]);
  });

  test('open library: by words and by ISBN, saying whom to write to', async () => {
    const [book] = await openLibrarySource().ask({ words: 'babel kuang' }, never);
    expect(book).toEqual({
      isbn13: BABEL,
      title: 'Babel',
      authors: ['R. F. Kuang'],
      year: 2022,
      description: null,
      coverUrl: 'https://covers.openlibrary.org/b/id/7-L.jpg',
    });
    expect(await openLibrarySource().ask({ isbn13: BABEL }, never)).toHaveLength(1);
    expect(open.service.asked[0]?.headers['user-agent']).toContain('shop@example.org');
  });

  test('a token that says when it ends is believed, one that does not is not', () => {
    const claims = Buffer.from(JSON.stringify({ exp: 1_800_000_000 })).toString('base64url');
    expect(hardcoverSource(`e30.${claims}.sig`).expiresAt).toEqual(new Date(1_800_000_000_000));
    expect([hardcoverSource().expiresAt, hardcoverSource('a.b.c').expiresAt]).toEqual([null, null]);
  });
});

test('what has a web address in its title or for an author is no book', () => {
  const record = {
    isbn13: PIRANESI,
    title: 'Piranesi',
    authors: ['Susanna Clarke'],
    year: 2020,
    description: null,
    coverUrl: null,
  };
  expect(booksOf([record])).toEqual([record]);
  expect(
    booksOf([
      { ...record, title: 'Piranesi (evil.example)' },
      { ...record, authors: ['https://evil'] },
    ]),
  ).toEqual([]);
});

describe('a source in trouble', () => {
  test.each([
    [500, 'unavailable'],
    [503, 'unavailable'],
    [429, 'limited'],
    [401, 'unauthorised'],
    ['cut', 'unavailable'],
    ['malformed', 'malformed'],
    ['strange', 'malformed'],
    ['slow', 'late'],
  ] as const)('%s is %s, for either', async (fault, code) => {
    for (const [fake, source] of [
      [hard, hardcoverSource()],
      [open, openLibrarySource()],
    ] as const) {
      fake.service.faults = [fault];
      const asked = guarded(within(fault === 'slow' ? 80 : 30_000, source)).ask({ words: 'piranesi' }, customer);
      expect(await codeOf(asked)).toBe(code);
    }
  });

  test('errors of GraphQL come with status 200 and are no answer', async () => {
    hard.errors = ['timeout'];
    expect(await codeOf(hardcoverSource().ask({ words: 'piranesi' }, never))).toBe('unavailable');
  });

  test('that is down is left alone after three tries', async () => {
    hard.service.isDown = 500;
    const source = guarded(hardcoverSource());
    const codes = [];
    for (const words of ['one', 'two', 'three', 'four', 'five'])
      codes.push(await codeOf(source.ask({ words }, customer)));
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'unavailable'));
    expect([hard.service.asked.length, source.isWell()]).toEqual([3, false]);
  });

  test('that says how long to wait is asked by no process before that', async () => {
    hard.service.faults = [429];
    await codeOf(guarded(hardcoverSource()).ask({ words: 'piranesi' }, customer));
    expect(await codeOf(guarded(hardcoverSource()).ask({ words: 'babel' }, customer))).toBe('limited');
    await database.db.execute(sql`update source_budgets set held_until = held_until - interval '31 seconds'`);
    expect(await codeOf(guarded(hardcoverSource()).ask({ words: 'babel' }, customer))).toBe('answered');
    expect(hard.service.asked).toHaveLength(2);
  });

  test('a customer who writes on stops the question, and that is no fault of the source', async () => {
    hard.service.faults = ['slow'];
    const source = guarded(hardcoverSource());
    const stop = new AbortController();
    const asking = source.ask({ words: 'piranesi' }, { signal: stop.signal, purpose: 'customer' });
    stop.abort(new Error('superseded'));
    await expect(asking).rejects.toThrow('superseded');
    expect(source.isWell()).toBe(true);
  });
});

describe('the budget of a source', () => {
  const limited = { name: 'hardcover' as const, limits: { burst: 3, perMinute: 9, perDay: 6, timeoutMs: 1 } };
  const passes = (seconds: number) =>
    database.db.execute(sql`update source_budgets set filled_at = filled_at - ${seconds}::int * interval '1 second'`);
  const take = (purpose: 'customer' | 'background' = 'customer') => createBudget(database.db).take(limited, purpose);

  test('is one for all processes: no burst is larger, however many ask at once', async () => {
    const taken = await Promise.all(Array.from({ length: 12 }, () => take()));
    expect(taken.filter(Boolean)).toHaveLength(3);
  });

  test('fills again, but never faster than a minute allows', async () => {
    for (let n = 0; n < 3; n += 1) expect(await take()).toBe(true);
    await passes(5);
    expect(await take()).toBe(false);
    await passes(6);
    expect(await take()).toBe(true);
    expect(await take()).toBe(false);
  });

  test('ends with the day and begins with the next', async () => {
    for (let n = 0; n < 6; n += 1) {
      await passes(60);
      expect(await take()).toBe(true);
    }
    await passes(60);
    expect(await take()).toBe(false);
    await database.db.execute(sql`update source_budgets set day = day - 1`);
    expect(await take()).toBe(true);
  });

  test('leaves half of it to customers', async () => {
    expect([await take('background'), await take('background')]).toEqual([true, false]);
    expect(await take()).toBe(true);
  });
});

describe('answers are kept', () => {
  test('for seven days, one that found nothing for one; the words that were asked are not stored', async () => {
    const source = guarded(hardcoverSource());
    await source.ask({ words: 'Piranesi' }, customer);
    await source.ask({ words: 'the unheard of book' }, customer);
    await source.ask({ words: 'piranesi ' }, customer);
    expect(hard.service.asked).toHaveLength(2);
    const { rows } = await database.db.execute(sql`select encode(question, 'escape') as question from source_answers`);
    expect(JSON.stringify(rows)).not.toMatch(/piranesi|unheard/i);
    const startMs = clockMs;
    clockMs += 25 * 60 * 60 * 1000;
    await source.ask({ words: 'piranesi' }, customer);
    await source.ask({ words: 'the unheard of book' }, customer);
    expect(hard.service.asked).toHaveLength(3);
    clockMs = startMs + 7 * 24 * 60 * 60 * 1000 + 1;
    await source.ask({ words: 'piranesi' }, customer);
    expect(hard.service.asked).toHaveLength(4);
    await answers().prune();
    const left = await database.db.execute(sql`select count(*)::int as kept from source_answers`);
    expect(left.rows).toEqual([{ kept: 1 }]);
  });
});

describe('a title that the shop does not list', () => {
  test('is found where the first source knows it, and the second is not asked', async () => {
    const found = await finder(hardcoverSource(), openLibrarySource()).find(1, 'piranesi by susanna clarke', never);
    expect(found).toEqual({
      kind: 'found',
      isSure: true,
      books: [{ isbn13: PIRANESI, title: 'Piranesi', authors: ['Susanna Clarke'], source: 'hardcover' }],
    });
    expect(open.service.asked).toHaveLength(0);
  });

  test('is looked for at the second where the first does not know it, or is down', async () => {
    const search = finder(hardcoverSource(), openLibrarySource());
    expect(await search.find(1, 'babel by r. f. kuang', never)).toMatchObject({ kind: 'found', isSure: true });
    hard.service.isDown = 503;
    open.books.push({ isbns: ['9780756404741'], title: 'The Name of the Wind', authors: ['Patrick Rothfuss'] });
    expect(await search.find(1, 'the name of the wind', never)).toMatchObject({ kind: 'found', isSure: true });
    expect(troubles).toEqual(['hardcover unavailable']);
  });

  test('that nobody knows is one thing, that nobody could be asked another', async () => {
    const search = finder(hardcoverSource(), openLibrarySource());
    expect(await search.find(1, 'the glass harmonica of lisbon', never)).toEqual({ kind: 'none' });
    open.service.isDown = 'cut';
    expect(await search.find(1, 'the brass harmonica of lisbon', never)).toEqual({ kind: 'trouble' });
    expect(await finder().find(1, 'piranesi', never)).toEqual({ kind: 'none' });
  });

  test('a source whose best hit is another book proves nothing', async () => {
    hard.books = [{ isbns: ['9781526622433'], title: 'Summary of Piranesi', authors: ['Quick Reads'] }];
    const found = await finder(hardcoverSource()).find(1, 'piranesi by susanna clarke', never);
    expect(found).not.toMatchObject({ isSure: true });
  });
});
