// What costs money when it is misheard: which book, how many, and where it goes.
import { describe, expect, test } from 'vitest';
import wordings from '../../prompts/house.json' with { type: 'json' };
import type { Stage } from '../../schema/acts.ts';
import { addressIn } from '../../src/brain/house/address.ts';
import { houseReply, plainReply } from '../../src/brain/house/house.ts';
import { slotsOf } from '../../src/brain/house/wish.ts';
import type { Situation } from '../../src/brain/situation.ts';
import { bookOf, testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

const [dune, crash, hobbit] = offered('Dune', 'Snow Crash', 'The Hobbit');
const offers = offered('Dune', 'Snow Crash');
const HOME = 'jane doe, 12 elm st, hoboken nj 07030';
const AT: Record<'recommending' | 'which' | 'sure' | 'method' | 'readback' | 'payment', Partial<Situation>> = {
  recommending: { stage: 'recommending', offers, table: offers.slice(1) },
  which: { stage: 'confirming.which', offers },
  sure: onTheCounter('confirming.sure'),
  method: onTheCounter('fulfillment.method'),
  readback: {
    ...onTheCounter('fulfillment.readback'),
    history: [{ id: 'm1', by: 'customer', kind: 'talk', text: HOME, at: new Date(0) }],
  },
  payment: onTheCounter('fulfillment.payment'),
};

function onTheCounter(stage: Stage): Partial<Situation> {
  return {
    stage,
    chosen: hobbit ?? null,
    offers: offered('The Hobbit', 'Dune', 'Snow Crash'),
    table: offered('The Hobbit'),
  };
}

const replyAt = (at: keyof typeof AT, text: string, over: Partial<Situation> = {}) =>
  houseReply(testShelf(), situation(text, { ...AT[at], ...over }));
const actAt = async (at: keyof typeof AT, text: string) => (await replyAt(at, text)).act;

describe('which book', () => {
  test.each([
    ['recommending', 'the dune one', 'Dune'],
    ['recommending', "i'll take the herbert one", 'Dune'],
    ['recommending', "i'll take it, my name is frank", 'Snow Crash'],
    ['recommending', 'hold it for frank', 'Snow Crash'],
    ['recommending', 'dune messiah', 'Dune Messiah'],
    ['recommending', 'all right', 'Snow Crash'],
    ['which', 'dune, not snow crash', 'Dune'],
    ['which', 'dune instead of snow crash', 'Dune'],
    ['sure', 'dune x2', 'Dune'],
    ['sure', `dune to ${HOME}`, 'Dune'],
    ['which', `dune for ${HOME}`, 'Dune'],
    ['method', `dune, ship to ${HOME}`, 'Dune'],
    ['readback', `dune, ship to ${HOME}`, 'Dune'],
  ] as const)('at %s, "%s" takes %s', async (at, text, title) => {
    expect(await actAt(at, text)).toMatchObject({ type: 'customer.choseBook', isbn13: bookOf(title).isbn13 });
  });

  test.each([
    ['which', 'not dune'],
    ['which', 'neither dune nor snow crash'],
    ['recommending', 'not that one'],
    ['recommending', 'all set'],
    ['which', 'i bought dune last week and loved it'],
    ['which', 'how do i get it'],
    ['which', "what's up with the book"],
  ] as const)('at %s, "%s" takes none', async (at, text) => {
    expect((await actAt(at, text)).type).toBe('customer.asked');
  });

  test.each(['he has snow crash', 'she already has that one', "they've got both", 'got that already'])(
    'what somebody has is not taken: "%s"',
    async (text) => {
      for (const table of [offers, offers.slice(1)]) {
        const { act, shown } = await replyAt('recommending', text, { table });
        expect(act.type).toBe('customer.asked');
        expect(shown.map(({ isbn13 }) => isbn13)).not.toContain(crash?.isbn13);
      }
    },
  );

  test('who has decided on a book, or asks whether we have it, has not got it', async () => {
    for (const text of [
      'we have decided on snow crash',
      'she has chosen snow crash',
      'have you got snow crash already',
    ])
      expect(
        (await replyAt('recommending', text)).bubbles.join(' ') || (await actAt('recommending', text)).type,
      ).toMatch(/Snow Crash|choseBook/);
  });

  test.each(['i already have dune', 'he already has dune', 'she has dune already', 'read dune already'])(
    '"%s" is not answered with Dune',
    async (text) => {
      const { shown } = await houseReply(testShelf(), situation(text));
      expect(shown.map(({ title }) => title)).toEqual(expect.not.arrayContaining(['Dune']));
      expect(shown).not.toHaveLength(0);
    },
  );

  test.each([
    ['which', 'two copies of dune and one of snow crash'],
    ['which', '2 dune and 1 snow crash'],
    ['sure', 'two copies of dune and one of snow crash'],
  ] as const)('at %s, "%s" names two', async (at, text) => {
    expect(await actAt(at, text)).toEqual({ type: 'customer.namedSeveral', isbn13s: [dune?.isbn13, crash?.isbn13] });
  });
});

describe('how many', () => {
  test.each([
    'yes, 2',
    'yes 2 please',
    'sure, two',
    'ok sold, 2',
    'buy two',
    'hold 2',
    'can you hold two for me',
    '2, pickup',
  ])('"%s" is two', async (text) => {
    for (const at of ['recommending', 'sure', 'method'] as const)
      expect(await actAt(at, text)).toMatchObject({ type: 'customer.choseBook', copies: 2 });
  });

  test.each([
    'pickup at 3',
    "yes, i'll come at 2",
    'hold it til 5',
    'i have 2',
    'for 3',
    'make it 5 pm',
    'one more copy',
    'dune x2',
    '11/22/63',
  ])('"%s" says nothing of how many of the book on the counter', async (text) => {
    expect(await actAt('method', text)).not.toMatchObject({ isbn13: hobbit?.isbn13 });
  });

  test.each(['let me think about it', "i'll think about it", 'hm, i need to sleep on it', 'no, let me think about it'])(
    '"%s" settles nothing, wherever it is said',
    async (text) => {
      const elsewhere = { ...bookOf('Neuromancer'), url: 'https://books.example', isAffiliate: false, special: null };
      for (const over of [AT.sure, AT.payment, { stage: 'missing.offered', elsewhere } as const]) {
        const { act, bubbles } = await houseReply(testShelf(), situation(text, over));
        expect([act.type, wordings.thinking.includes(bubbles.join(' '))]).toEqual(['customer.asked', true]);
      }
    },
  );

  test('a question about other books holds none', async () => {
    expect((await actAt('payment', 'do you have other books by him in the store?')).type).toBe('customer.asked');
    for (const text of [
      'can i pay cash in the store',
      'when i come in',
      'hold my order please',
      'hold it under my name',
    ])
      expect((await actAt('payment', text)).type).toBe('customer.wantsHold');
  });

  test('more than may be sold are not ordered in either', async () => {
    const over: Partial<Situation> = {
      stage: 'missing.offered',
      elsewhere: {
        ...bookOf('Neuromancer'),
        url: 'https://books.example',
        isAffiliate: false,
        special: { priceCents: 1800, days: 9 },
      },
    };
    for (const text of ['i want 20 copies', 'can you order 20 copies for me']) {
      const { act, bubbles } = await houseReply(testShelf(), situation(text, over));
      expect([act.type, wordings['copies.max'].includes(bubbles.join(' '))]).toEqual(['customer.asked', true]);
    }
  });
});

describe('where to', () => {
  test.each([
    ['jane doe, 1234 county rd 12, boise id 83702', '1234 county rd 12'],
    ['jane doe 1234 highway 61 n boise id 83702', '1234 highway 61 n'],
    ['jane doe, 12 avenue b, boise id 83702', '12 avenue b'],
    ['jane doe 12 court st boise id 83702', '12 court st'],
    ['jane doe, 12 broadway st apt 4 boise id 83702', '12 broadway st'],
    ['dune to jane doe, 12 elm st, boise id 83702', '12 elm st'],
  ])('reads the street of "%s"', (text, line1) => {
    expect(addressIn(text)?.parts).toMatchObject({ name: 'jane doe', line1, city: 'boise', state: 'ID', zip: '83702' });
  });

  test('nobody is called "my mom\'s address is"', () => {
    expect(addressIn("my mom's address is 12 elm st, hoboken nj 07030")?.missing).toEqual(['name']);
  });

  test('"ok" is a yes, and Oklahoma only to those who live there', async () => {
    expect((await actAt('readback', 'ok')).type).toBe('customer.agreed');
    expect((await actAt('readback', 'hi')).type).toBe('customer.asked');
    expect(addressIn('ok 07030')?.parts).toEqual({ zip: '07030' });
  });

  test('what a number is not is no street', async () => {
    expect(await actAt('readback', "it's 07031, not 07030")).toMatchObject({
      address: { line1: '12 elm st', city: 'hoboken', state: 'NJ', zip: '07031' },
    });
  });

  test.each(['no, 14', "it's 14", 'sorry, number 14', 'no wait, i meant 14, not 12'])(
    '"%s" to the address that was read back is the house',
    async (text) => {
      expect(await actAt('readback', text)).toMatchObject({ address: { line1: '14 elm st', city: 'hoboken' } });
      expect((await actAt('method', text)).type).not.toBe('customer.gaveAddress');
    },
  );

  test('a number that corrects no address is one of copies there too', async () => {
    for (const text of ['actually 3', 'make it 3', '3 copies please', 'no wait, 3', 'sorry, 3'])
      expect(await actAt('readback', text)).toMatchObject({ type: 'customer.choseBook', copies: 3 });
  });

  test.each(['ship to the address i gave you', 'ship to jane doe, 12 elm st, hoboken nj 07030'])(
    '"%s" asks nothing about the shop',
    async (text) => expect((await actAt('payment', text)).type).toBe('customer.wantsShipping'),
  );

  test('somebody in another country is told so', async () => {
    expect((await replyAt('method', 'ship to my sister in canada')).bubbles.join(' ')).toMatch(/us addresses only/);
  });
});

test.each([
  ["ship it, don't hold it", 'customer.wantsShipping'],
  ["don't ship it, hold it", 'customer.wantsHold'],
  ["don't send it yet", 'customer.asked'],
  ["i'll take it for 10", 'customer.asked'],
])('"%s" is %s', async (text, type) => {
  for (const at of ['sure', 'method'] as const) expect((await actAt(at, text)).type).toBe(type);
});

test('a book that was read is no order that is late', async () => {
  for (const text of ["i bought dune last week and i'm still reading it", "i ordered dune and haven't read it yet"])
    expect((await houseReply(testShelf(), situation(text))).bubbles.join(' ')).not.toContain(wordings['order.none'][0]);
});

test.each([
  ['why not hold it for me', 'customer.wantsHold'],
  ['why not ship it', 'customer.wantsShipping'],
])('"%s" turns nothing down', async (text, type) => {
  expect((await actAt('method', text)).type).toBe(type);
});

describe('a yes to what Marty asked last', () => {
  const saying = (text: string): Partial<Situation> => ({
    table: offers.slice(0, 1),
    history: [{ id: 'm1', by: 'marty', kind: 'talk', text, at: new Date(0) }],
  });
  const plainAct = (text: string) => plainReply(situation('yes', { ...AT.recommending, ...saying(text) }))?.act;

  test.each(['ok, not that one. should i keep looking?', 'you like them long?', wordings['book.unknown'][0] ?? ''])(
    'is left to who asked it, where that was no book: %s',
    (asked) => expect(plainAct(asked)).toBeUndefined(),
  );

  test('is plain where it named one, or offered a person', () => {
    expect(plainAct('Dune by Frank Herbert, $10.99. want it?')).toMatchObject({ isbn13: dune?.isbn13 });
    expect(plainAct("that's one for the shop. should a person text you about it?")?.type).toBe('customer.wantsPerson');
  });
});

test('asked what it is like, a yes that says so, or names a book that was shown, is heard', async () => {
  const [unknown = ''] = wordings['book.unknown'];
  const over: Partial<Situation> = {
    table: offers,
    history: [{ id: 'm1', by: 'marty', kind: 'talk', text: unknown, at: new Date(0) }],
  };
  expect((await replyAt('recommending', 'yes, something funny', over)).shown.length).toBeGreaterThan(0);
  expect((await replyAt('recommending', 'yes to dune', over)).act).toMatchObject({ isbn13: dune?.isbn13 });
});

test.each(["it's under my wifes name", 'do i need an id', 'do i need id to pick it up', 'which one is longer'])(
  '"%s" is for the shop to say',
  async (text) => expect((await houseReply(testShelf(), situation(text))).bubbles.join(' ')).toMatch(/text you/),
);

test.each([
  ["haven't read fantasy in 10 years, something dark?", null],
  ['i read it 12 years ago', null],
  ['first time in a bookshop for 9 years', null],
  ['for my 8 year old', 8],
  ['something spooky for 8 year olds', 8],
  ['books for 10-year-olds', 10],
  ['8 years', 8],
  ['an 11yo who likes dragons', 11],
  ['10 years and up', 10],
])('"%s" names the age %s', (text, years) => expect(slotsOf(text).ageYears).toBe(years));

test.each([
  ['something scary by saturday', null],
  ['a gift i can have by christmas', null],
  ['anything by tonight', null],
  ['anything by april daniels', 'april daniels'],
  ['something by frank herbert', 'frank herbert'],
])('"%s" names the writer %s', (text, author) => expect(slotsOf(text).author).toBe(author));
