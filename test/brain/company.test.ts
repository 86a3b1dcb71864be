// What people bought who bought the book that somebody liked: said by the house, told to Claude, and of nobody in particular.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderLines, orders } from '../../schema/commerce.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { useDatabase } from '../harness/database.ts';
import { brainOf, Customer, openShop } from './shop.ts';

const database = useDatabase();
// They share neither author nor series nor subject nor mood.
const [LIKED, COMPANION] = ['Snow Crash', 'Walden'];
let storeId = 0;
let fake: FakeAnthropic;
let isbns: [string, string];

async function bought(customerKey: string, isbn13s: readonly string[]): Promise<void> {
  const [id, at] = [randomUUID(), new Date('2026-11-01T12:00:00Z')];
  await database.db.insert(orders).values({
    storeId,
    id,
    customerKey,
    state: 'delivered',
    fulfillment: 'pickup',
    currency: 'USD',
    totalCents: 1,
    taxCents: 0,
    shippingCents: 0,
    paymentStatus: 'paid',
    createdAt: at,
    updatedAt: at,
  });
  await database.db.insert(orderLines).values(
    isbn13s.map((isbn13, position) => ({
      storeId,
      orderId: id,
      position,
      isbn13,
      title: 'a book',
      copies: 1,
      priceCents: 1,
    })),
  );
}

beforeAll(async () => {
  storeId = await openShop(database.db, 'company');
  fake = await startFakeAnthropic();
  const catalogue = createCatalogue({ db: database.db });
  const isbnOf = async (title: string) => (await catalogue.search(storeId, title, 1))[0]?.isbn13 ?? '';
  isbns = [await isbnOf(LIKED), await isbnOf(COMPANION)];
  for (let n = 0; n < 40; n += 1) await bought(randomUUID(), ['9780000000002']);
  for (let n = 0; n < 8; n += 1) await bought(randomUUID(), isbns);
});
afterAll(() => fake.close());

const TEXT = `something like ${LIKED.toLowerCase()}, a few ideas please`;

test('a book that shares nothing with the liked one is recommended because its buyers are the same', async () => {
  const { bubbles } = await new Customer(database.db, storeId).texts(brainOf(database.db), TEXT);
  const about = bubbles.find((bubble) => bubble.includes(COMPANION));
  expect(about).toMatch(new RegExp(`people who bought ${LIKED}|same people as ${LIKED}|the ${LIKED} crowd`));
});

test('whoever has it already hears of other books', async () => {
  const customer = new Customer(database.db, storeId);
  await bought(customer.actorKey, isbns);
  const { shown } = await customer.texts(brainOf(database.db), TEXT);
  expect(shown).not.toEqual([]);
  expect(shown.map(({ isbn13 }) => isbn13)).not.toContain(isbns[1]);
});

test('Claude browses by likeness and is told that it was bought too, never by how many', async () => {
  const config = { apiKey: 'test-key', baseUrl: fake.url, model: 'claude-test', persona: () => 'you are marty.' };
  const quiet = { isbn13: null, copies: null, isbn13s: [], address: null, confidence: 0.9 };
  const bubbles = [`people who bought "${LIKED}" took "${COMPANION}" home too.`];
  fake.answer(
    { tools: [{ name: 'search_books', input: { like_isbn13: isbns[0] } }] },
    { tools: [{ name: 'search_books', input: { query: LIKED } }] },
    { text: JSON.stringify({ ...quiet, act: 'customer.asked', bubbles, books: isbns }) },
  );
  const text =
    'that one with the pizza courier and the two swords was the best thing i read in ages, what would you hand me next';
  const { by } = await new Customer(database.db, storeId).texts(brainOf(database.db, config), text);
  const asked = JSON.stringify(fake.requests[1]?.messages.at(-1)).replaceAll('\\"', '"');
  const told = asked.split('{"isbn13"').filter((book) => book.includes('"bought_too":true'));
  expect([by, told.length]).toEqual(['claude', 1]);
  expect(told[0]).toContain(COMPANION);
  expect(asked).not.toMatch(/buyers|lift/);
});
