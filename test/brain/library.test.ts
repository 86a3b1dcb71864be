// What a customer bought at the counter: asked about once, when there was time to read it, and never recommended to them.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderLines, orders } from '../../schema/commerce.ts';
import type { OrderState } from '../../schema/order.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import type { Book } from '../../src/catalogue/catalogue.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { useDatabase } from '../harness/database.ts';
import { brainOf, Customer, openShop } from './shop.ts';
import { WEDNESDAY_ONE_PM } from './situations.ts';

const database = useDatabase();
let storeId = 0;
let books: Book[] = [];
let fake: FakeAnthropic;
beforeAll(async () => {
  storeId = await openShop(database.db, 'library');
  books = await createCatalogue({ db: database.db }).recommend(storeId, { genres: ['robots'], limit: 3 });
  fake = await startFakeAnthropic();
});
afterAll(() => fake.close());

const HOW_WAS = /how was|did you get on with/;
const bookAt = (index: number): Book => {
  const book = books[index];
  if (!book) throw new Error('the demo shop has three books about robots');
  return book;
};
const reader = () => new Customer(database.db, storeId);
const hi = async (customer: Customer) => (await customer.texts(brainOf(database.db), 'hi')).bubbles.join(' ');

async function ordered(customer: Customer, { isbn13, title, priceCents }: Book, state: OrderState): Promise<void> {
  const [id, at] = [randomUUID(), new Date(WEDNESDAY_ONE_PM - 9 * 24 * 3_600_000)];
  await database.db.insert(orders).values({
    storeId,
    id,
    customerKey: customer.actorKey,
    state,
    fulfillment: 'pickup',
    currency: 'USD',
    totalCents: priceCents,
    taxCents: 0,
    shippingCents: 0,
    paymentStatus: 'paid',
    createdAt: at,
    updatedAt: at,
  });
  await database.db
    .insert(orderLines)
    .values({ storeId, orderId: id, position: 0, isbn13, title, copies: 1, priceCents });
}

test('how they liked the newest book from the counter is asked once, and of no older one after that', async () => {
  const customer = reader();
  await customer.hasBought({ ...bookAt(0), daysAgo: 9 }, { ...bookAt(1), daysAgo: 40 });
  expect(await hi(customer)).toMatch(HOW_WAS);
  expect([await hi(customer), await hi(customer)].join()).not.toMatch(HOW_WAS);
});

test('nobody is asked about what they bought yesterday, nor about what is still on its way', async () => {
  const [early, waiting] = [reader(), reader()];
  await early.hasBought({ ...bookAt(0), daysAgo: 1 });
  await ordered(waiting, bookAt(0), 'shipped');
  expect([await hi(early), await hi(waiting)].join()).not.toMatch(HOW_WAS);
});

test('what was bought by text is asked about in the same way', async () => {
  const customer = reader();
  await ordered(customer, bookAt(0), 'pickedUp');
  expect([await hi(customer), await hi(customer)].map((text) => HOW_WAS.test(text))).toEqual([true, false]);
});

test('what they have, from the counter or on its way, is not recommended to them', async () => {
  const customer = reader();
  await customer.hasBought({ ...bookAt(0), daysAgo: 9 });
  await ordered(customer, bookAt(1), 'paid');
  const { shown } = await customer.texts(brainOf(database.db), 'something with robots?');
  const isbns = shown.map(({ isbn13 }) => isbn13);
  expect(isbns).not.toEqual([]);
  expect(isbns.filter((isbn13) => [bookAt(0).isbn13, bookAt(1).isbn13].includes(isbn13))).toEqual([]);
});

test('Claude is told what they own and whom to ask what, and asking is remembered', async () => {
  const customer = reader();
  const { title, isbn13 } = bookAt(0);
  await customer.hasBought({ ...bookAt(0), daysAgo: 9 });
  const config = { apiKey: 'test-key', baseUrl: fake.url, model: 'claude-test', persona: () => 'you are marty.' };
  const told: string[] = [];
  const say = (bubble: string) => ({
    text: JSON.stringify({
      act: 'customer.asked',
      isbn13: null,
      copies: null,
      isbn13s: [],
      address: null,
      bubbles: [bubble],
      books: [],
      confidence: 0.9,
    }),
  });
  for (const words of [`so how was "${title}" in the end?`, 'what do you feel like?']) {
    fake.answer(say(words));
    await customer.texts(
      brainOf(database.db, config),
      'i was thinking about some kind of a story that has a bit of everything, you know',
    );
    told.push(JSON.stringify(fake.requests.at(-1)));
  }
  const asks = JSON.stringify(JSON.stringify({ ask_about: title })).slice(2, -2);
  expect(told.map((request) => [request.includes(isbn13), request.includes(asks)])).toEqual([
    [true, true],
    [true, false],
  ]);
});
