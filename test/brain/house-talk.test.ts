import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { brainOf, Customer, openShop } from './shop.ts';

const database = useDatabase();
let storeId = 0;
beforeAll(async () => {
  storeId = await openShop(database.db, 'house-talk');
});

const titles = (reply: { shown: { title: string }[] }) => reply.shown.map((book) => book.title);

describe('the house recommender in the demo shop', () => {
  test('a book is found by a misspelt title, talked about and chosen', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    expect(titles(await customer.texts(brain, 'dune mesiah'))).toEqual(['Dune Messiah']);
    expect((await customer.texts(brain, 'how much is it?')).bubbles.join()).toContain('$10.99');
    const reply = await customer.texts(brain, "i'll take it");
    expect(reply).toEqual({
      act: { type: 'customer.choseBook', isbn13: customer.offers[0]?.isbn13, copies: 1 },
      bubbles: [],
      shown: customer.offers,
      confidence: 0.9,
      by: 'house',
    });
  });

  test('nothing is recommended twice in ten rounds', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    const shown = titles(await customer.texts(brain, 'something fun'));
    for (let round = 0; round < 10; round += 1) shown.push(...titles(await customer.texts(brain, 'something else')));
    expect(shown.length).toBeGreaterThan(15);
    expect(new Set(shown).size).toBe(shown.length);
  });

  test('what was shown in the last conversation is not recommended in this one', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    const before = titles(await customer.texts(brain, 'something dark'));
    customer.offers = [];
    customer.stage = 'browsing';
    const after = titles(await customer.texts(brain, 'something dark'));
    expect(after.filter((title) => before.includes(title))).toEqual([]);
  });

  test('a child keeps getting children’s books until the customer asks for themselves', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    await customer.texts(brain, 'a gift for my nephew, 8');
    expect(titles(await customer.texts(brain, 'he likes dragons'))).toEqual([
      'How to Train Your Dragon',
      "My Father's Dragon",
    ]);
    await customer.texts(brain, 'something else');
    const adult = await customer.texts(brain, 'ok and something dark for me');
    expect(adult.shown.length).toBeGreaterThan(0);
    expect(adult.bubbles.join()).toContain('dark');
  });

  test.each(['who made you', 'done paying?', 'lo quiero', 'the pay is now', 'picking up now'])(
    'a weak likeness of words offers no book by itself: %s',
    async (text) => {
      const customer = new Customer(database.db, storeId);
      expect(titles(await customer.texts(brainOf(database.db), text))).toEqual([]);
    },
  );

  test('a title half remembered is asked back, not taken for its subjects', async () => {
    const customer = new Customer(database.db, storeId);
    expect(titles(await customer.texts(brainOf(database.db), 'do androids dream of sheep'))).toEqual([
      'Do Androids Dream of Electric Sheep?',
    ]);
  });

  test('the next book of a series is known', async () => {
    const customer = new Customer(database.db, storeId);
    expect(titles(await customer.texts(brainOf(database.db), "what's the next book after dune?"))).toEqual([
      'Dune Messiah',
    ]);
  });

  test('the cheapest is the cheapest, and a bound finds what is below it', async () => {
    const brain = brainOf(database.db);
    const [cheapest] = (await new Customer(database.db, storeId).texts(brain, 'your cheapest fantasy')).shown;
    const bounded = (await new Customer(database.db, storeId).texts(brain, 'fantasy under $10')).shown;
    expect(bounded.length).toBeGreaterThan(0);
    expect(Math.min(...bounded.map((book) => book.priceCents))).toBeGreaterThanOrEqual(
      cheapest?.priceCents ?? Infinity,
    );
  });

  test('a price limit is kept, and goes on holding', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    const first = await customer.texts(brain, 'fantasy under $12');
    const second = await customer.texts(brain, 'something else');
    const prices = [...first.shown, ...second.shown].map((book) => book.priceCents);
    expect(prices.length).toBeGreaterThan(2);
    expect(Math.max(...prices)).toBeLessThanOrEqual(1200);
  });

  test('several texts in a row get one answer', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    const reply = await customer.texts(brain, 'hey!', 'quick q, are you open sunday', 'and do you have the hobbit?');
    expect(titles(reply)).toEqual(['The Hobbit']);
    expect(reply.bubbles.join(' ')).toMatch(/open noon to 7.*Hobbit/);
    const inOne = await new Customer(database.db, storeId).texts(brain, 'are you open sunday? do you have the hobbit?');
    expect(inOne.bubbles.join(' ')).toMatch(/open noon to 7.*Hobbit/);
  });

  test('who asks the same again some texts later hears it in other words', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    const said: string[] = [];
    for (const text of ['do you have dune?', 'are you open sunday', 'how much is shipping', 'do you have dune?'])
      said.push((await customer.texts(brain, text)).bubbles.join(' '));
    expect([said[0], said[3]]).toEqual([expect.stringContaining('Dune'), expect.stringContaining('Dune')]);
    expect(said[3]).not.toBe(said[0]);
  });

  test('news that came in between does not hide a text', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    await customer.keep('customer', 'do you have dune?');
    await customer.keep('marty', 'your order is ready', 'fact');
    await customer.keep('customer', 'asap please');
    expect(titles(await customer.answeredBy(brain))).toEqual(['Dune']);
  });

  test('a newcomer is greeted as one though the notice went first, and is known afterwards', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    await customer.keep('customer', 'hi');
    await customer.keep('marty', "you've reached dungeon books. reply STOP to opt out", 'fact');
    const first = await customer.answeredBy(brain);
    expect(first.bubbles.join()).toContain('marty');
    await customer.keep('marty', first.bubbles.join());
    expect((await customer.texts(brain, 'hello again')).bubbles.join()).not.toContain('marty');
  });

  test('a reply that is composed again after a crash is the same', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    await customer.keep('customer', 'something epic');
    const first = await customer.answeredBy(brain);
    expect(first.shown.length).toBeGreaterThan(0);
    expect(await customer.answeredBy(brain)).toEqual(first);
  });

  test('where nothing is unread nothing is said', async () => {
    const customer = new Customer(database.db, storeId);
    expect(await customer.answeredBy(brainOf(database.db))).toEqual({
      act: { type: 'customer.asked' },
      bubbles: [],
      shown: [],
      confidence: 0,
      by: 'house',
    });
  });

  test('an address in two texts is put together', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    customer.stage = 'fulfillment.address';
    const first = await customer.texts(brain, '12 elm st, hoboken nj 07030');
    expect(first.bubbles.join()).toContain('a name');
    const second = await customer.texts(brain, 'jane doe');
    expect(second.act).toEqual({
      type: 'customer.gaveAddress',
      address: { name: 'jane doe', line1: '12 elm st', city: 'hoboken', state: 'NJ', zip: '07030' },
    });
  });

  test('the second one is the second of what was said last', async () => {
    const brain = brainOf(database.db);
    const customer = new Customer(database.db, storeId);
    await customer.texts(brain, 'something fun');
    const [, second] = (await customer.texts(brain, 'something else')).shown;
    expect((await customer.texts(brain, "i'll take the second one")).act).toMatchObject({
      type: 'customer.choseBook',
      isbn13: second?.isbn13,
    });
  });

  test('an author whom the shelf lacks is owned up to', async () => {
    const reply = await new Customer(database.db, storeId).texts(brainOf(database.db), 'anything by danielle steel?');
    expect(reply.bubbles[0]).toContain('danielle steel');
    expect(reply.shown.length).toBeGreaterThan(0);
  });
});
