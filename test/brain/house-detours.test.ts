// Customers who do not answer what was asked: they turn a book down and say what instead, have read it, leave one out, talk of themselves.
import { beforeAll, describe, expect, test } from 'vitest';
import wordings from '../../prompts/house.json' with { type: 'json' };
import { houseReply } from '../../src/brain/house/house.ts';
import { slotsOf } from '../../src/brain/house/wish.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { useDatabase } from '../harness/database.ts';
import { testShelf } from './shelf.ts';
import { brainOf, Customer, openShop } from './shop.ts';
import { offered, situation } from './situations.ts';

const database = useDatabase();
let storeId = 0;
beforeAll(async () => {
  storeId = await openShop(database.db, 'house-detours');
});

/** The answer to the last of the texts, and the books it showed. */
async function heard(...texts: string[]) {
  const brain = brainOf(database.db);
  const customer = new Customer(database.db, storeId);
  let reply = await customer.texts(brain, texts[0] ?? '');
  for (const text of texts.slice(1)) reply = await customer.texts(brain, text);
  const isbn13s = reply.shown.map((book) => book.isbn13);
  const books = await createCatalogue({ db: database.db }).get(storeId, isbn13s);
  return { act: reply.act.type, words: reply.bubbles.join(' '), titles: reply.shown.map(({ title }) => title), books };
}

describe('a customer who wants something else than what is shown', () => {
  test.each(['hmm no, too dark. funny?', 'nah something funny', 'no. got anything funny'])(
    'says what, and is shown that: %s',
    async (text) => {
      const { act, books } = await heard('something dark', text);
      expect(act).toBe('customer.asked');
      expect(books.length).toBeGreaterThan(0);
      expect(books.every(({ moods }) => moods.includes('funny') && !moods.includes('dark'))).toBe(true);
    },
  );

  test('says what of it there should be less, and the rest of the wish holds', async () => {
    const { books } = await heard('something romantic and fun', 'less romance');
    expect(books.length).toBeGreaterThan(0);
    expect(books.every(({ moods }) => moods.includes('fun') && !moods.includes('romantic'))).toBe(true);
  });

  test.each(['something shorter?', 'anything darker', 'a bit more romantic', 'funnier'])(
    'says what there should be more of, and the rest of the wish holds: %s',
    async (text) => {
      const { act, books } = await heard('i like fantasy', text, 'anything else');
      expect([act, books.length > 0]).toEqual(['customer.asked', true]);
      expect(books.every(({ subjects }) => subjects.includes('fantasy'))).toBe(true);
    },
  );

  test('is understood where the word is a comparison, and only there', () => {
    expect(slotsOf('something funnier').moods).toEqual(['funny']);
    expect(slotsOf('lighter, weirder').moods).toEqual(['fun', 'weird']);
    expect(slotsOf('is there a scarier one').moods).toEqual(['scary']);
    for (const text of ["i can't wait any longer", 'how much longer till it ships', 'do you have the stranger'])
      expect(slotsOf(text)).toMatchObject({ moods: [], compares: false });
  });

  test('compares, and the age, the price and what is not wanted hold on', async () => {
    const child = await heard('for my nephew, 8', 'he likes dragons', 'something funnier', 'anything else');
    expect(child.books.map(({ age }) => age)).toEqual(child.books.map(() => 'child'));
    const cheap = await heard('fantasy under $12', 'something shorter', 'anything else');
    expect([cheap.books.length > 0, cheap.books.every(({ priceCents }) => priceCents <= 1200)]).toEqual([true, true]);
    const mild = await heard('fantasy, nothing dark', 'something funnier');
    expect([mild.books.length > 0, mild.books.some(({ moods }) => moods.includes('dark'))]).toEqual([true, false]);
  });

  test('likes a book of which one odd word is said', async () => {
    const { shown, bubbles } = await houseReply(testShelf(), situation('got anything like earthsea?'));
    expect([shown.length > 0, shown.map(({ title }) => title).includes('A Wizard of Earthsea')]).toEqual([true, false]);
    expect(bubbles[0]).toMatch(/A Wizard of Earthsea/);
  });

  test('asks for more of whoever wrote the one that is talked of', async () => {
    const over = { stage: 'recommending', offers: offered('The Dispossessed') } as const;
    for (const text of [
      'what else by her',
      'got anything else by the same author',
      'more by that writer?',
      'what else did she write',
    ]) {
      const { shown } = await houseReply(testShelf(), situation(text, over));
      const others = shown.filter(({ title }) => title !== 'The Dispossessed');
      expect([others.length > 0, others.every(({ authors }) => authors.includes('Ursula K. Le Guin'))]).toEqual([
        true,
        true,
      ]);
    }
  });

  test.each([
    ['do you have babel by r.f. kuang', 'r.f. kuang'],
    ['anything by j. r. r. tolkien? under $20', 'j. r. r. tolkien'],
    ['something by octavia butler. for my dad', 'octavia butler'],
    ['what else by her', null],
  ])('names an author, initials and all: %s', (text, author) => {
    expect(slotsOf(text).author).toBe(author);
  });

  test.each(["he's read the martian", 'ive read the martian', 'already read the martian'])(
    'has read a book, and is shown its neighbours: %s',
    async (text) => {
      const { titles, words } = await heard('a gift for my dad, he likes science fiction', text);
      expect(titles.length).toBeGreaterThan(0);
      expect(titles).not.toContain('The Martian');
      expect(words).not.toMatch(/5 here|on the shelf/);
    },
  );

  test('leaves one out by its title', async () => {
    const { titles } = await heard('hi do u have anything with dragons thats not game of thrones');
    expect(titles.length).toBeGreaterThan(0);
    expect(titles).not.toContain('A Game of Thrones');
  });

  test('is not taken for one who wants what they only asked about', async () => {
    const [asked, other] = [await heard('something funny', 'is it sad', 'what else'), await heard('something funny')];
    expect(asked.books.every(({ moods }) => moods.includes('funny'))).toBe(true);
    expect(asked.titles).not.toEqual(other.titles);
  });

  test('who only turns it down is asked whether to look on', async () => {
    expect(await heard('something dark', 'nah')).toMatchObject({ act: 'customer.declined', titles: [] });
  });
});

describe('a wish in other words', () => {
  test('"hard sci fi" is science fiction, whatever is hard about it', async () => {
    const { words, books } = await heard('I need a gift for my dad, he likes hard sci fi');
    expect(words).not.toMatch(/hard sci/);
    expect(books.every(({ subjects }) => subjects.includes('science fiction'))).toBe(true);
  });

  test.each(['i mean she liked the hunger games movie', 'he loves the game of thrones show', 'loved the hunger games'])(
    'a title is no subject, also of a film: %s',
    async (text) => {
      const { likeText } = slotsOf(text);
      expect(likeText).toMatch(/^the (?:hunger games|game of thrones)$/);
      const { books, words } = await heard('i want sci fi', text);
      expect([words, books.some(({ title }) => /Player of Games|Glass Bead/.test(title))]).toEqual([words, false]);
    },
  );

  test('"the funny ones" are a taste', async () => {
    const { words, books } = await heard('i like the funny ones');
    expect([words, books.length > 0 && books.every(({ moods }) => moods.includes('funny'))]).toEqual([words, true]);
  });

  test('something short is not epic', async () => {
    expect(slotsOf('wants something shorter')).toMatchObject({ moods: ['fast'], against: ['epic'] });
    const { books } = await heard('whats good for someone who liked Name of the Wind but wants something shorter');
    expect(books.length).toBeGreaterThan(0);
    expect(books.some(({ moods }) => moods.includes('epic'))).toBe(false);
  });

  test('a book that the shop does not know is not there, with or without an apostrophe', async () => {
    for (const text of ["what's project hail mary about", 'whats project hail mary about'])
      expect((await heard(text)).words).toMatch(/on our shelves/);
  });

  test('a name is small talk', async () => {
    expect(wordings.chitchat).toContain((await heard('my name is Sam')).words);
  });
});

describe('once something is ordered', () => {
  const orders = [
    { orderId: 'o1', status: 'on hold', titles: ['Dune'], isbn13s: [], totalCents: 1099, tracking: null },
  ];
  const actOf = async (text: string, over: Parameters<typeof situation>[1]) =>
    (await houseReply(testShelf(), situation(text, over))).act.type;

  test('"cancel that" is the order, and before that only the choice', async () => {
    expect(await actOf('actually cancel that', { orders })).toBe('customer.wantsCancel');
    expect(await actOf('actually cancel that', {})).toBe('customer.declined');
    const [chosen] = offered('Dune');
    const over = { stage: 'confirming.sure', chosen: chosen ?? null, orders } as const;
    expect(await actOf('cancel that', over)).toBe('customer.changedMind');
  });

  test('"cancel it" while it is open which book is meant is the order, for nothing else was chosen', async () => {
    const over = { stage: 'confirming.which', offers: offered('Dune', 'Snow Crash') } as const;
    expect(await actOf('cancel it', { ...over, orders })).toBe('customer.wantsCancel');
    expect(await actOf('cancel it', over)).toBe('customer.changedMind');
    expect(await actOf('cancel', { ...over, orders })).toBe('customer.changedMind');
  });

  test.each(['no wait keep it', 'actually keep it', "please don't cancel", 'leave it as it is'])(
    '"%s" is answered with how the order stands, and before that with nothing of the kind',
    async (text) => {
      expect(await actOf(text, { orders, offers: offered('Dune') })).toBe('customer.askedOrder');
      expect(await actOf(text, {})).toBe('customer.asked');
    },
  );
});

test.each(['whats a good intro to discworld', 'a good introduction to discworld?', 'where to begin with discworld'])(
  'a series is asked back by its books: %s',
  async (text) => {
    const { act, words } = await heard(text);
    expect([act, words]).toEqual(['customer.asked', expect.stringContaining('Terry Pratchett')]);
  },
);

test.each(['not into dragons. something scary', 'nothing with dragons. something scary'])(
  'what is not wanted ends with its sentence: %s',
  (text) => expect(slotsOf(text)).toMatchObject({ moods: ['scary'], genres: [], against: ['dragons'], butText: null }),
);

test('what was not wanted is still not wanted a text later, until it is asked for', async () => {
  const texts = ['something fun', 'not fantasy though', 'under $15'];
  const { books } = await heard(...texts);
  expect([books.length > 0, books.some(({ subjects }) => subjects.includes('fantasy'))]).toEqual([true, false]);
  const later = await heard(...texts, 'ok fantasy then');
  expect(later.books.some(({ subjects }) => subjects.includes('fantasy'))).toBe(true);
});

describe('asked for the name on the parcel', () => {
  const said = (by: 'customer' | 'marty', text: string) =>
    ({ id: text, by, kind: 'talk', text, at: new Date(0) }) as const;
  const history = [said('customer', '12 Elm St, Hoboken, NJ 07030'), said('marty', 'nearly there. missing a name.')];
  const answer = (text: string) =>
    houseReply(testShelf(), situation(text, { stage: 'fulfillment.address', offers: offered('Dune'), history }));

  test.each(['yes thats right', 'yes', "that's correct", 'no', 'ok thanks', 'what name'])(
    '"%s" is none',
    async (text) => {
      expect((await answer(text)).act.type).not.toBe('customer.gaveAddress');
    },
  );

  test.each(['Jane Doe', 'for Will Price', "it's Wright", 'Bo Yes-Smith', 'K Smith'])('"%s" is one', async (text) => {
    expect((await answer(text)).act.type).toBe('customer.gaveAddress');
  });

  test('a yes is asked for it once more, and for nothing else', async () => {
    const words = (await answer('yes')).bubbles.join();
    expect(words).toMatch(/a name/);
    expect(words).not.toMatch(/zip|street/);
  });
});

test.each(['can you save dune messiah for me', 'save me dune messiah', 'could you set dune messiah aside til friday'])(
  'a book that is to be put aside is found among all others: %s',
  async (text) => {
    expect(await heard(text)).toMatchObject({ act: 'customer.choseBook', titles: ['Dune Messiah'] });
  },
);
