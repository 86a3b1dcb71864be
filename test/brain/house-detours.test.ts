// Customers who do not answer what was asked: they turn a book down and say what instead, have read it, leave one out, talk of themselves.
import { beforeAll, describe, expect, test } from 'vitest';
import wordings from '../../prompts/house.json' with { type: 'json' };
import type { Stage } from '../../schema/acts.ts';
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

describe('a book that is not ours, asked for while others were shown', () => {
  const over = { stage: 'confirming.which', offers: offered('Dune', 'Snow Crash') } as const;
  const answer = async (text: string, more = {}) =>
    (await houseReply(testShelf(), situation(text, { ...over, ...more }))).bubbles.join(' ');

  test.each(['can you hold piranesi for me', "i'll take piranesi", 'ill buy piranesi'])(
    'is not there, also while it is open which of them is meant: %s',
    async (text) => expect(await answer(text)).toMatch(/on our shelves/),
  );

  test.each(["i'll take it", 'can you hold it for me', 'hold one till friday', 'save me a copy', 'yes'])(
    '"%s" names no other',
    async (text) => expect(['', ...wordings['ask.which']]).toContain(await answer(text)),
  );

  test.each(wordings['book.unknown'])('and a yes to "%s" takes none of them', async (text) => {
    const history = [{ id: 'm1', by: 'marty', kind: 'talk', text, at: new Date(0) }] as const;
    for (const stage of ['recommending', 'confirming.which', 'browsing'] as const)
      expect(wordings['book.describe']).toContain(await answer('yes', { stage, history }));
  });
});

describe('an address beside books', () => {
  const offers = offered('The Left Hand of Darkness', 'Snow Crash', 'Dune');
  const actOf = async (text: string, over = {}) =>
    (await houseReply(testShelf(), situation(text, { stage: 'recommending', offers, ...over }))).act;
  const home = 'Ursula Miller, 44 Oak Lane, Madison WI 53703';

  test('goes to somebody who has the first name of a writer: that is no choice', async () => {
    expect((await actOf(home)).type).toBe('customer.namedSeveral');
    expect(await actOf(home, { table: offers.slice(1, 2) })).toMatchObject({ isbn13: offers[1]?.isbn13 });
  });

  test('nor is it one where it is open which, or whether', async () => {
    expect((await actOf(home, { stage: 'confirming.which' })).type).toBe('customer.asked');
    const sure = { stage: 'confirming.sure', chosen: offers[1] ?? null, table: offers.slice(1, 2) };
    expect(await actOf(`yes. ${home}`, sure)).toMatchObject({
      type: 'customer.gaveAddress',
      address: { zip: '53703' },
    });
  });

  test.each([
    ['the second, ship it to', 1],
    ['dune please.', 2],
  ])('"%s" says which', async (text, place) => {
    expect(await actOf(`${text} ${home}`)).toMatchObject({ isbn13: offers[place]?.isbn13 });
  });

  test.each(['ok get me that, ship to grandma', 'get me that and ship to my mom'])(
    'and whom it is for is no question: %s',
    async (text) => {
      expect((await actOf(text, { table: offers.slice(0, 1) })).type).toBe('customer.choseBook');
      const over = { stage: 'fulfillment.method', chosen: offers[0] } as const;
      expect((await actOf('ship to my mom', over)).type).toBe('customer.wantsShipping');
    },
  );

  test.each(['do you ship to canada', 'ship to the uk?', 'ship to alaska'])('"%s" is one', async (text) => {
    expect(await actOf(text)).toEqual({ type: 'customer.asked' });
  });
});

describe('"both", said when one was spoken of last', () => {
  const offers = offered('Dune', 'Snow Crash');
  const reply = (text: string, over = {}) =>
    houseReply(testShelf(), situation(text, { stage: 'recommending', offers, table: offers.slice(0, 1), ...over }));

  test.each(['ok both', "i'll take both"])('counts the one before: %s', async (text) => {
    expect((await reply(text)).act.type).toBe('customer.namedSeveral');
    expect((await reply(text, { offers: offers.slice(0, 1) })).act.type).toBe('customer.choseBook');
  });

  test('also where only the price is asked', async () => {
    expect((await reply('how much for both')).bubbles.join(' ')).toMatch(/Dune.*Snow Crash/);
  });

  test('also with how they are wanted', async () => {
    expect((await reply('ok both, pickup')).act.type).toBe('customer.namedSeveral');
  });
});

describe('the one book that was spoken of last', () => {
  const offers = offered('The Left Hand of Darkness', 'Snow Crash');
  const actOf = async (text: string, over = {}) =>
    (
      await houseReply(
        testShelf(),
        situation(text, { stage: 'recommending', offers, table: offers.slice(0, 1), ...over }),
      )
    ).act;

  test.each([
    ['ok sold', 1],
    ['take my money', 1],
    ['can i get two please', 2],
  ])('is taken by "%s"', async (text, copies) => {
    expect(await actOf(text)).toEqual({ type: 'customer.choseBook', isbn13: offers[0]?.isbn13, copies });
    expect((await actOf(text, { table: offers })).type).toBe('customer.namedSeveral');
  });

  test.each(['yes', 'pickup', 'hold it please'])('is meant by "%s" though it was open which', async (text) => {
    expect(await actOf(text, { stage: 'confirming.which' })).toMatchObject({ isbn13: offers[0]?.isbn13 });
  });
});

describe('two titles in one text', () => {
  const reply = (text: string) => houseReply(testShelf(), situation(text));
  const isbn13s = offered('Dune', 'Snow Crash').map((book) => book.isbn13);

  test.each(['dune and snow crash please', "i'll take dune, snow crash"])('are both meant: %s', async (text) => {
    expect((await reply(text)).act).toEqual({ type: 'customer.namedSeveral', isbn13s });
  });

  test('are both looked for', async () => {
    expect((await reply('do you have dune and snow crash?')).shown.map((book) => book.isbn13)).toEqual(isbn13s);
  });

  test.each(['dune and something funny', 'i loved dune and snow crash'])('but not in: %s', async (text) => {
    expect((await reply(text)).act.type).toBe('customer.asked');
  });
});

test('what was not wanted is still not wanted a text later, until it is asked for', async () => {
  const texts = ['something fun', 'not fantasy though', 'under $15'];
  const { books } = await heard(...texts);
  expect([books.length > 0, books.some(({ subjects }) => subjects.includes('fantasy'))]).toEqual([true, false]);
  const later = await heard(...texts, 'ok fantasy then');
  expect(later.books.some(({ subjects }) => subjects.includes('fantasy'))).toBe(true);
});

describe('another number of copies', () => {
  const [dune = null] = offered('Dune');
  const actAt = async (stage: Stage, text: string) =>
    (await houseReply(testShelf(), situation(text, { stage, chosen: dune, offers: offered('Dune', 'Snow Crash') })))
      .act;

  test.each([
    'confirming.sure',
    'fulfillment.method',
    'fulfillment.address',
    'fulfillment.readback',
    'fulfillment.payment',
  ] as const)('is heard at %s', async (stage) => {
    for (const text of ['actually 3', 'no, 3', 'make it three', '3 copies please'])
      expect(await actAt(stage, text)).toEqual({ type: 'customer.choseBook', isbn13: dune?.isbn13, copies: 3 });
  });

  test('but not in an address, a time, or a refusal', async () => {
    for (const text of ['actually 3 elm st', 'no', 'wait 5 minutes', 'ok 2 pm'])
      for (const stage of ['fulfillment.address', 'fulfillment.method'] as const)
        expect((await actAt(stage, text)).type).not.toBe('customer.choseBook');
  });
});

test('an order that was made and what is up with it is about the order; a book that was liked is not', async () => {
  const answer = async (text: string) => (await houseReply(testShelf(), situation(text))).bubbles.join(' ');
  expect(wordings['order.none']).toContain(await answer('i ordered a book last week whats up with it'));
  expect(wordings['order.none']).not.toContain(await answer('i bought dune last week and loved it'));
});

describe('what is asked', () => {
  const heardAlone = async (text: string, over = {}) => {
    const { act, bubbles } = await houseReply(testShelf(), situation(text, over));
    return [act.type, bubbles.join(' ')];
  };

  test.each(['i want to return a book', 'i need to return this', 'how long is it'])(
    'of the shop is left to the shop: %s',
    async (text) => {
      const over = { stage: 'recommending', offers: offered('Dune') } as const;
      expect((await heardAlone(text, over))[1]).toMatch(/someone from the shop|one for the shop/);
    },
  );

  test('of a hold is how the order stands', async () => {
    const held = {
      orderId: 'o1',
      status: 'on hold until friday',
      titles: ['Dune'],
      isbn13s: [],
      totalCents: 1,
      tracking: null,
    };
    for (const text of ['until when', 'how long do you hold it'])
      expect((await heardAlone(text, { orders: [held] }))[1]).toContain('on hold until friday');
  });

  test('"how long" alone is no wish for a long book, and what it costs no look at the shelf', async () => {
    expect((await houseReply(testShelf(), situation('how long'))).shown).toEqual([]);
    const over = { stage: 'recommending', offers: offered('Dune') } as const;
    expect((await heardAlone('what will it cost', over))[1]).toMatch(/Dune.*10\.99/);
  });

  test.each(['looking for circe by madeline miller', 'circe by madeline miller'])(
    'by title and writer is that book or none: %s',
    async (text) => expect((await heardAlone(text))[1]).toMatch(/on our shelves/),
  );

  test('of one writer after all of theirs were shown is not that there are none', async () => {
    const offers = offered('Dune', 'Dune Messiah');
    const [, words] = await heardAlone('anything else by frank herbert', { stage: 'recommending', offers });
    expect(words).toMatch(/no more frank herbert|that's it for frank herbert/);
  });
});

test.each(['how many pages', 'how do i get it'])('"%s" does not ask whether it is here', async (text) => {
  const [chosen = null] = offered('Dune');
  const { bubbles } = await houseReply(
    testShelf(),
    situation(text, { stage: 'confirming.sure', chosen, offers: offered('Dune') }),
  );
  expect(bubbles.join(' ')).not.toMatch(/Dune|^$/);
});

test('what a book of theirs should be about is no part of a writer', () => {
  for (const text of ['anything by le guin about anarchists', 'got something by le guin with dragons'])
    expect(slotsOf(text).author).toBe('le guin');
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
