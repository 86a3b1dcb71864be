// Covers and descriptions that are fetched behind everybody's back: a few at a time, each book once however many processes
// look, no longer kept than the source allows; and a card takes the cover that is there when it leaves.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { books } from '../../schema/books.ts';
import { createAnswers } from '../../src/catalogue/sources/answers.ts';
import { createBudget } from '../../src/catalogue/sources/budget.ts';
import { describeBooks } from '../../src/catalogue/sources/describe-books.ts';
import { guardSource } from '../../src/catalogue/sources/guarded-source.ts';
import { hardcover } from '../../src/catalogue/sources/hardcover.ts';
import { openLibrary } from '../../src/catalogue/sources/open-library.ts';
import { withCovers } from '../../src/channels/covers.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { PhoneLine, recordingChannel, vault } from '../channels/phone-line.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNE, UBIK } from '../machines/customer-story.ts';
import { openTwoShops } from './shop.ts';

const database = useDatabase();
const hard = new FakeHardcover();
const open = new FakeOpenLibrary();
const COVER = 'https://assets.hardcover.app/dune.jpg';
const WEEK_MS = 7 * 24 * 60 * 60_000;
let nowMs = Date.now();

beforeAll(() => Promise.all([hard.service.start(), open.service.start()]));
afterAll(() => Promise.all([hard.service.stop(), open.service.stop()]));
beforeEach(async () => {
  nowMs = Date.now();
  const { shop, other } = await openTwoShops(database.db);
  await database.db.execute(sql`truncate book_details, source_answers, source_budgets`);
  const listed = [DUNE, UBIK].map(({ isbn13, title, authors, priceCents }) => ({ isbn13, title, authors, priceCents }));
  await database.db
    .insert(books)
    .values(
      [shop, other].flatMap((storeId) => listed.map((book) => ({ ...book, storeId, currency: 'USD', revision: 1 }))),
    );
  for (const { service } of [hard, open]) {
    service.asked.length = 0;
    service.isDown = null;
  }
  hard.books = [
    { isbns: [DUNE.isbn13], title: 'Dune', authors: ['Frank Herbert'], description: 'Sand.', cover: COVER },
  ];
  open.books = [{ isbns: [UBIK.isbn13], title: 'Ubik', authors: ['Philip K. Dick'], coverId: 7 }];
});

/** One process's round, as housekeeping makes it. */
function round(limit = 10, onError: (error: unknown) => void = (error) => expect(error).toBeNull()): Promise<number> {
  const { db } = database;
  const now = () => nowMs;
  const parts = { budget: createBudget(db), answers: createAnswers(db, vault, now) };
  const sources = [
    guardSource(hardcover({ apiKey: hard.token, apiUrl: hard.url, expiresAt: null }), parts),
    guardSource(openLibrary({ contact: 'shop@example.org', apiUrl: open.url }), parts),
  ];
  return describeBooks({ db, sources, now, limit, onError });
}

async function covers(): Promise<Array<string | null>> {
  const take = { label: 'x', reply: 'x' };
  const cards = [DUNE, UBIK].map(({ isbn13, title }) => ({ isbn13, title, subtitle: '', take }));
  return (await withCovers(database.db, cards, nowMs)).map(({ cover }) => cover);
}

describe('books that the shops list', () => {
  test('get their covers from whichever source knows them, each asked for once though two shops list it', async () => {
    expect(await round()).toBe(2);
    expect(await covers()).toEqual([COVER, 'https://covers.openlibrary.org/b/id/7-L.jpg']);
    expect(hard.service.asked).toHaveLength(2);
    expect(await round()).toBe(0);
    expect(hard.service.asked).toHaveLength(2);
  });

  test('are looked up a few at a time', async () => {
    expect([await round(1), await round(1), await round(1)]).toEqual([1, 1, 0]);
  });

  test('are asked for by one of two processes that look at once', async () => {
    const described = await Promise.all([round(), round()]);
    expect(described.reduce((sum, count) => sum + count)).toBe(2);
    expect(hard.service.asked).toHaveLength(2);
  });

  test('show no cover past what the source allows, and are then asked for anew', async () => {
    await round();
    nowMs += WEEK_MS + 1;
    expect(await covers()).toEqual([null, null]);
    expect(await round()).toBe(2);
    expect((await covers())[0]).toBe(COVER);
  });

  test('go without while every source is down, and are tried again soon', async () => {
    [hard, open].forEach(({ service }) => (service.isDown = 503));
    expect(await round()).toBe(0);
    expect(await covers()).toEqual([null, null]);
    [hard, open].forEach(({ service }) => (service.isDown = null));
    nowMs += 6 * 60_000;
    expect(await round()).toBe(2);
  });

  test('one that cannot be kept does not stop the others', async () => {
    await database.db.execute(sql`alter table book_details add constraint no_sand check (description <> 'Sand.')`);
    const errors: unknown[] = [];
    const described = await round(10, (error) => errors.push(error)).finally(() =>
      database.db.execute(sql`alter table book_details drop constraint no_sand`),
    );
    expect([described, errors.length, await covers()]).toEqual([
      1,
      1,
      [null, 'https://covers.openlibrary.org/b/id/7-L.jpg'],
    ]);
  });

  test('are kept without what Postgres refuses in a description', async () => {
    hard.books = hard.books.map((book) => ({ ...book, title: 'Du\0ne', description: 'Sa\0nd.\ud800' }));
    expect(await round()).toBe(2);
    const { rows } = await database.db.execute(sql`select description from book_details where isbn13 = ${DUNE.isbn13}`);
    expect(rows).toEqual([{ description: 'Sand.\ufffd' }]);
  });

  test('take nothing from a source that answers with another book', async () => {
    const book = { title: 'Emma', description: 'Another.', image: { url: COVER } };
    hard.service.isDown = { says: { data: { editions: [{ isbn_13: '9780141439587', book }] } } };
    const docs = [{ title: 'Emma', isbn: ['9780141439587'], cover_i: 8 }];
    open.service.isDown = { says: { numFound: 1, start: 0, docs } };
    await round();
    expect(await covers()).toEqual([null, null]);
  });

  test('have no cover from a host that the source does not name', async () => {
    hard.books = hard.books.map((book) => ({ ...book, cover: 'https://elsewhere.example/dune.jpg' }));
    await round();
    expect((await covers())[0]).toBeNull();
  });
});

test('a card that was queued before its cover was fetched leaves with it', async () => {
  const smobi = recordingChannel('smobi');
  const line = new PhoneLine(database, [smobi.channel]);
  line.nowMs = nowMs;
  await line.hear('hi', { rich: true });
  await line.say({ bubbles: ['try this'], kind: 'talk', by: 'marty', shown: [DUNE] });
  await round();
  await line.deliver();
  expect(smobi.sent.map(({ cards }) => cards.map(({ cover }) => cover))).toEqual([[COVER]]);
});
