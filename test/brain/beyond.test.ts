// Books beyond the shelf in conversation: what a book source found may be named, what none found may not, for both brains.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundBook } from '../../schema/acts.ts';
import { soughtWords } from '../../src/brain/house/missing.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import type { Shelf } from '../../src/brain/situation.ts';
import type { Finding } from '../../src/catalogue/sources/book-finder.ts';
import type { FallbackCode } from '../../src/brain/brain.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { useDatabase } from '../harness/database.ts';
import { ELSEWHERE } from '../machines/customer-story.ts';
import { bookOf, testShelf } from './shelf.ts';
import { brainOf, Customer, openShop } from './shop.ts';
import { offered, situation } from './situations.ts';

const PIRANESI: FoundBook = {
  isbn13: '9781635575637',
  title: 'Piranesi',
  authors: ['Susanna Clarke'],
  source: 'hardcover',
};
const found: Finding = { kind: 'found', books: [PIRANESI], isSure: true };
const shelfThatFinds = (finding: Finding): Shelf => ({ ...testShelf(), beyond: () => Promise.resolve(finding) });

describe('the house, asked for a title that the shop does not list', () => {
  test.each([
    ['do you have piranesi?', 'customer.wantsElsewhere'],
    ['piranesi', 'customer.wantsElsewhere'],
    ["i'll take piranesi", 'customer.wantsElsewhere'],
    ['do you have my brother michael', 'customer.wantsElsewhere'],
    ['how much is piranesi by susanna clarke', 'customer.wantsElsewhere'],
    ['can you order piranesi for me?', 'customer.wantsSpecialOrder'],
    ['text me when you get piranesi in', 'customer.wantsWaitlist'],
  ])('%s: %s', async (text, type) => {
    const { act, found: books } = await houseReply(shelfThatFinds(found), situation(text));
    expect([act, books]).toEqual([expect.objectContaining({ type, isbn13: PIRANESI.isbn13 }), [PIRANESI]]);
  });

  test('asks back where no source is sure, and a yes is that book', async () => {
    const unsure = await houseReply(shelfThatFinds({ ...found, isSure: false }), situation('do you have piranesi?'));
    expect([unsure.act.type, unsure.bubbles.join()]).toEqual([
      'customer.asked',
      expect.stringContaining('Piranesi by Susanna Clarke'),
    ]);
    const history = unsure.bubbles.map((text) => {
      return { id: 'm1', by: 'marty' as const, kind: 'talk' as const, text, at: new Date(0) };
    });
    const yes = await houseReply(testShelf(), situation('yes', { history, found: [PIRANESI] }));
    expect(yes.act).toEqual({ type: 'customer.wantsElsewhere', isbn13: PIRANESI.isbn13 });
  });

  test('says honestly that it cannot look it up, and does not when nobody knows it', async () => {
    const trouble = await houseReply(shelfThatFinds({ kind: 'trouble' }), situation('do you have piranesi?'));
    const unknown = await houseReply(shelfThatFinds({ kind: 'none' }), situation('do you have piranesi?'));
    expect([trouble.bubbles.join(), unknown.bubbles.join()]).toEqual([
      expect.stringMatching(/can't look further right now|isn't answering/),
      expect.stringMatching(/on our shelves/),
    ]);
  });

  test('asks nobody about small talk, a wish, or an answer to a question', async () => {
    const shelf = testShelf();
    const talk = [
      'my mother just died',
      'i want my mom',
      'i need my dad back please',
      'mom is in hospital',
      "i'm so lonely tonight",
      'she left me',
      'u up',
    ];
    for (const text of talk) await houseReply(shelf, situation(text));
    for (const text of ['hi', 'how are you', 'something funny please', 'what are your hours?', 'anything by asimov?'])
      await houseReply(shelf, situation(text));
    await houseReply(shelf, situation('blorp', { stage: 'confirming.sure', chosen: offered('Dune')[0] ?? null }));
    expect(shelf.asked).not.toContain('beyond');
  });
});

describe('the house, about a book that is out', () => {
  const neuromancer = bookOf('Neuromancer').isbn13;
  test.each([
    ["text me when it's back", { type: 'customer.wantsWaitlist', isbn13: neuromancer }],
    ['put me on the list for neuromancer', { type: 'customer.wantsWaitlist', isbn13: neuromancer }],
    ['can you order it in?', { type: 'customer.wantsSpecialOrder', isbn13: neuromancer, copies: 1 }],
    ['where else can i get it?', { type: 'customer.wantsElsewhere', isbn13: neuromancer }],
  ])('%s', async (text, act) => {
    const over = { stage: 'recommending' as const, offers: offered('Neuromancer') };
    expect((await houseReply(testShelf(), situation(text, over))).act).toEqual(act);
  });

  test('one that is here is said to be here instead', async () => {
    const { act, bubbles } = await houseReply(testShelf(), situation('tell me when dune is back in stock'));
    expect([act.type, bubbles.join()]).toEqual(['customer.asked', expect.stringContaining('Dune')]);
  });

  test.each([
    ['order it in', { type: 'customer.wantsSpecialOrder', isbn13: ELSEWHERE.isbn13, copies: 1 }],
    ['the list please', { type: 'customer.wantsWaitlist', isbn13: ELSEWHERE.isbn13 }],
    ['yes', { type: 'customer.agreed' }],
    ['no thanks', { type: 'customer.declined' }],
  ])('told of its ways: %s', async (text, act) => {
    const over = { stage: 'missing.offered' as const, elsewhere: ELSEWHERE };
    expect((await houseReply(testShelf(), situation(text, over))).act).toEqual(act);
  });
});

test.each([
  ['do you have piranesi by susanna clarke', 'piranesi by susanna clarke'],
  ['tell me when neuromancer is back in stock', 'neuromancer'],
  ['let me know when you get the priory of the orange tree in', 'the priory of the orange tree'],
  ['is there a book called in cold blood', 'in cold blood'],
  ['put me on the waiting list for neuromancer', 'neuromancer'],
  ['can you order it in', ''],
  ["text me when it's back", ''],
])('of "%s" only "%s" is asked of a source', (text, words) => {
  expect(soughtWords(text)).toBe(words);
});

describe('claude, asked for a title that the shop does not list', () => {
  const database = useDatabase();
  let storeId = 0;
  let fake: FakeAnthropic;
  const failures: FallbackCode[] = [];
  beforeAll(async () => {
    storeId = await openShop(database.db, 'beyond');
    fake = await startFakeAnthropic();
  });
  afterAll(() => fake.close());

  const brain = (finding: Finding) => {
    const config = { apiKey: 'test-key', baseUrl: fake.url, model: 'claude-test', persona: () => 'you are marty.' };
    const finder = { find: () => Promise.resolve(finding) };
    return brainOf(database.db, config, (code) => failures.push(code), finder);
  };
  const proposal = (over: object) => ({
    text: JSON.stringify({
      act: 'customer.wantsElsewhere',
      isbn13: PIRANESI.isbn13,
      copies: null,
      isbn13s: [],
      address: null,
      bubbles: ['"Piranesi" by Susanna Clarke exists, we just do not keep it.'],
      books: [PIRANESI.isbn13],
      confidence: 0.9,
      ...over,
    }),
  });
  const lookUp = { tools: [{ name: 'find_book', input: { words: 'piranesi susanna clarke' } }] };

  test('names what a book source found, with the act that offers the ways to it', async () => {
    fake.answer(lookUp, proposal({}));
    const customer = new Customer(database.db, storeId);
    const reply = await customer.texts(
      brain(found),
      'my sister raves about a book with a flooded house full of statues',
    );
    expect(reply).toEqual({
      act: { type: 'customer.wantsElsewhere', isbn13: PIRANESI.isbn13 },
      bubbles: ['Piranesi by Susanna Clarke exists, we just do not keep it.'],
      shown: [],
      found: [PIRANESI],
      confidence: 0.9,
      by: 'claude',
    });
  });

  test('may name it again later in the talk, and at no price', async () => {
    fake.answer(proposal({ act: 'customer.asked', isbn13: null }));
    const customer = new Customer(database.db, storeId);
    customer.found = [PIRANESI];
    expect((await customer.texts(brain(found), 'what was that statue one you looked up called, the long one')).by).toBe(
      'claude',
    );
    fake.answer(
      ...Array.from({ length: 2 }, () =>
        proposal({ act: 'customer.asked', isbn13: null, bubbles: ['"Piranesi" is $12.'] }),
      ),
    );
    expect((await customer.texts(brain(found), 'and what would that statue one cost me over there, roughly')).by).toBe(
      'house',
    );
  });

  test('whom no source answered may not name it', async () => {
    failures.length = 0;
    fake.answer(lookUp, proposal({}), proposal({}));
    const customer = new Customer(database.db, storeId);
    const reply = await customer.texts(
      brain({ kind: 'trouble' }),
      'the one with statues and a flooded house, do you know it',
    );
    expect([reply.by, failures]).toEqual(['house', ['ungrounded']]);
  });
});
