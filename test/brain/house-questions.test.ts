// Questions about a book by its title: answered at once where it is certain which is meant, asked back where it is not; and what is
// chosen by part of a title where another has just that name.
import { beforeAll, describe, expect, test } from 'vitest';
import type { ShownBook } from '../../schema/acts.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { shownBook } from '../../src/catalogue/shown-book.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import type { Shelf, Situation } from '../../src/brain/situation.ts';
import { useDatabase } from '../harness/database.ts';
import { openShop } from './shop.ts';
import { situation } from './situations.ts';

const database = useDatabase();
let shelf: Shelf;
let storeId = 0;
let messiah: ShownBook[];
beforeAll(async () => {
  storeId = await openShop(database.db, 'house-questions');
  shelf = { ...createCatalogue({ db: database.db }), beyond: async () => ({ kind: 'none' }) };
  messiah = await titled('Dune Messiah');
});

const titled = async (...titles: string[]) =>
  (await Promise.all(titles.map((title) => shelf.search(storeId, title, 1)))).flat().map(shownBook);

/** What is said of which books, in a first text and with others on the table. */
async function replies(text: string, over: Partial<Situation> = {}) {
  const { act, bubbles, shown } = await houseReply(shelf, situation(text, { storeId, ...over }));
  return { act: act.type, said: bubbles.join(' / '), titles: shown.map(({ title }) => title) };
}
const asked = (said: string, ...titles: string[]) => ({ act: 'customer.asked', said, titles });

const ABOUT_DUNE = asked(
  'Dune: A desert planet, a spice that everyone wants, and a boy whom two peoples take for a prophet.',
  'Dune',
);
const BY_HERBERT = asked('Dune is by Frank Herbert.', 'Dune');
const COSTS = asked('Dune is $11.99, plus tax.', 'Dune');
const NOBODY_KNOWS = asked("i don't know that, and i won't guess. want someone from the shop to text you?", 'Dune');
const IS_HERE = asked('yes. Dune by Frank Herbert, $11.99, 6 here.', 'Dune');

describe('a question about a book by its title is answered', () => {
  test.each([
    ['what is dune about', ABOUT_DUNE],
    ['whats dune about?', ABOUT_DUNE],
    ['wat is dune abt', ABOUT_DUNE],
    ['what dune is about', ABOUT_DUNE],
    ['hey marty, can you tell me what dune is about?', ABOUT_DUNE],
    ['tell me more about dune', ABOUT_DUNE],
    ['i want to know about dune', ABOUT_DUNE],
    ['what happens in dune', ABOUT_DUNE],
    ['plot of dune', ABOUT_DUNE],
    ['dune summary', ABOUT_DUNE],
    ['describe dune', ABOUT_DUNE],
    ['what kind of book is dune', ABOUT_DUNE],
    ['is dune any good', ABOUT_DUNE],
    ['is dune scary', ABOUT_DUNE],
    ['have you read dune', ABOUT_DUNE],
    ['did you like dune', ABOUT_DUNE],
    ['who wrote dune', BY_HERBERT],
    ['who is the author of dune', BY_HERBERT],
    ['who is dune by', BY_HERBERT],
    ['did tolkien write dune', BY_HERBERT],
    ['how much is dune', COSTS],
    ['price of dune', COSTS],
    ['what does dune cost', COSTS],
    ['dune, how much', COSTS],
    ['how long is dune', NOBODY_KNOWS],
    ['how many pages does dune have', NOBODY_KNOWS],
    ['when did dune come out', NOBODY_KNOWS],
    ['do you have dune', IS_HERE],
    ['is dune good for a 10 year old', asked('Dune is on the grown up shelves, so no promises for kids.', 'Dune')],
  ])('%s', async (text, answer) => {
    expect(await replies(text)).toEqual(answer);
    const offers = [...(await titled('The Hobbit')), ...messiah];
    expect(await replies(text, { stage: 'recommending', offers })).toEqual(answer);
    const sure = { stage: 'confirming.sure', chosen: offers[0] ?? null, offers, table: offers.slice(0, 1) } as const;
    expect(await replies(text, sure)).toEqual(answer);
  });

  test('also where its name is long, or has a slip that leaves no doubt', async () => {
    expect((await replies("what's the hitchhikers guide to the galaxy about")).said).toMatch(/^The Hitchhiker's Guide/);
    expect((await replies('whats the left hand of darknes about')).said).toMatch(
      /^The Left Hand of Darkness: An envoy/,
    );
  });

  test('of two books at once', async () => {
    const { titles, said } = await replies('what are dune and hyperion about');
    expect([titles, said]).toEqual([['Dune', 'Hyperion'], expect.stringMatching(/^Dune: .+ \/ Hyperion: /)]);
    expect((await replies('how much are dune and hyperion')).said).toBe('Dune is $11.99, Hyperion is $12.99');
  });
});

describe('a question about no certain book', () => {
  test.each([
    ['whats neuromancr about', ['Neuromancer']],
    ['what is discworld about', ['Going Postal', 'The Color of Magic', 'Guards! Guards!']],
    ['what is chapterhouse dune about', []],
    ["what's the book thief about", []],
    ['what is dune by tolkien about', ['The Return of the King', 'The Hobbit']],
  ])('"%s" is not answered with any one', async (text, titles) => {
    const reply = await replies(text);
    expect({ ...reply, said: /^(?:Dune|Neuromancer|The Hobbit)(?::| is by)/.test(reply.said) }).toEqual({
      act: 'customer.asked',
      said: false,
      titles,
    });
  });

  test.each(['what is chapterhouse dune about', "what's the book thief about"])(
    '"%s" is not of what lies on the table',
    async (text) => {
      const offers = messiah;
      expect((await replies(text, { stage: 'recommending', offers })).titles).toEqual([]);
    },
  );

  test.each([
    ["what's the weather like", /^not my department/],
    ['how much is shipping', /^shipping is a flat/],
    ['how long is the link good for', /^a link is good for a day/],
    ['tell me about yourself', /^i'm a bot/],
    ['who wrote it', /^which book do you mean/],
    ["what's that one about", /^which book do you mean/],
  ])('"%s" is none about a title', async (text, said) => {
    expect((await replies(text)).said).toMatch(said);
  });

  test.each(["what's it about", 'is the first one any good', 'tell me more about it', 'who wrote it'])(
    '"%s" is of what lies on the table',
    async (text) => {
      expect((await replies(text, { stage: 'recommending', offers: messiah })).titles).toEqual(['Dune Messiah']);
    },
  );
});

describe('what sounds like a question by title, and is said of what lies on the counter', () => {
  const [PRICE, ONCE_MORE] = [/^Dune is \$11\.99/, /yes or no|is that address right|ship it, or pick it up/];
  test.each([
    ['yes how much is it', 'confirming.sure', PRICE],
    ['i will take it, how much', 'confirming.sure', PRICE],
    ['hold it, how much', 'confirming.sure', PRICE],
    ['ship it, how much', 'fulfillment.method', PRICE],
    ['is tomorrow good', 'confirming.sure', ONCE_MORE],
    ['is saturday good', 'fulfillment.method', ONCE_MORE],
    ['did you read my address', 'fulfillment.readback', ONCE_MORE],
  ] as const)('"%s" at %s', async (text, stage, said) => {
    const offers = await titled('Dune');
    const reply = await replies(text, { stage, offers, chosen: offers[0] ?? null, table: offers });
    expect(reply.said).toMatch(said);
  });
});

describe('a title that is part of another, which was shown', () => {
  const over = () => ({ stage: 'recommending', offers: messiah }) as const;

  test.each(['dune', "i'll take dune", 'buy dune', 'hold dune for me', 'ship me dune', 'dune please'])(
    '"%s" is asked back: it may be either',
    async (text) => {
      expect(await replies(text, over())).toEqual({
        act: 'customer.namedSeveral',
        said: '',
        titles: ['Dune Messiah', 'Dune'],
      });
    },
  );

  test.each(['children of dune', "i'll take children of dune"])('"%s" is that one', async (text) => {
    expect(await replies(text, over())).toEqual({ act: 'customer.choseBook', said: '', titles: ['Children of Dune'] });
  });

  test.each(["i'll take dune messiah", 'messiah', 'the messiah one', "i'll take it", 'the first one'])(
    '"%s" is what was shown',
    async (text) => {
      expect(await replies(text, over())).toEqual({ act: 'customer.choseBook', said: '', titles: ['Dune Messiah'] });
    },
  );

  test('is heard of by its own name when it is asked after', async () => {
    expect(await replies('do you have dune', over())).toEqual(IS_HERE);
  });
});
