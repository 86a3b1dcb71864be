// A text that takes another book than the one on the counter, in whatever words: the wrong book is neither sold nor held.
import { describe, expect, test } from 'vitest';
import { houseReply } from '../../src/brain/house/house.ts';
import type { Situation } from '../../src/brain/situation.ts';
import { bookOf, testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

const [DUNE] = offered('Dune');
const actOf = async (text: string, over: Partial<Situation> = {}) =>
  (await houseReply(testShelf(), situation(text, over))).act;
const choice = (title: string) => ({ type: 'customer.choseBook', isbn13: bookOf(title).isbn13, copies: 1 });
const STAGES = [
  'confirming.sure',
  'fulfillment.method',
  'fulfillment.address',
  'fulfillment.readback',
  'fulfillment.payment',
] as const;
const onTheCounter = { chosen: DUNE ?? null, offers: offered('Dune') };

describe.each(STAGES)('while Dune is on the counter (%s)', (stage) => {
  test.each([
    'can you hold the hobbit for me',
    'hold the hobbit',
    'i want to reserve the hobbit',
    'set the hobbit aside for me please',
    'could you put the hobbit aside',
    "i'll take the hobbit, pickup",
    'buy the hobbit and ship it',
    'order the hobbit, pay now',
    'save me a copy of the hobbit',
    'the hobbit, pickup',
    "hold the hobbit, i'll get it friday",
    "i'll take the hobbit, hold it til friday",
    "i'd like to buy the hobbit. hold it please",
    "i'll take the hobbit, my wife will pick it up",
    'hold on, the hobbit',
  ])('"%s" chooses The Hobbit', async (text) => {
    expect(await actOf(text, { ...onTheCounter, stage })).toEqual(choice('The Hobbit'));
  });

  test.each(["i'll take dune messiah", 'hold dune messiah', 'save me dune messiah', 'set dune messiah aside'])(
    '"%s" chooses Dune Messiah',
    async (text) => {
      expect(await actOf(text, { ...onTheCounter, stage })).toEqual(choice('Dune Messiah'));
    },
  );

  test.each(['hold the worm ouroboros for me', 'reserve small gods please'])(
    '"%s", which nobody knows, puts no other book aside',
    async (text) => {
      expect((await actOf(text, { ...onTheCounter, stage })).type).toBe('customer.asked');
    },
  );

  test.each([
    'hold it for me',
    'hold dune for me',
    'hold it until friday',
    'can you reserve it',
    'set it aside please',
    'hold a copy under sarah',
    'hold one under the name Sam',
    'hold it for my wife',
    'hold on to it for me',
  ])('"%s" is of Dune', async (text) => {
    expect(await actOf(text, { ...onTheCounter, stage })).toEqual({ type: 'customer.wantsHold' });
  });

  test.each(['hold on', 'hold up', 'wait, hold on a sec', 'hold off for now', 'hold the phone'])(
    '"%s" puts nothing aside',
    async (text) => {
      expect((await actOf(text, { ...onTheCounter, stage })).type).toBe('customer.asked');
    },
  );
});

describe.each(STAGES)('while Dune is on the counter and another was spoken of since (%s)', (stage) => {
  const [hobbit] = offered('The Hobbit');
  const said = (text: string) => ({ id: 'm1', by: 'marty', kind: 'talk', text, at: new Date(0) }) as const;
  const since = {
    ...onTheCounter,
    stage,
    offers: offered('The Hobbit', 'Dune'),
    table: hobbit ? [hobbit] : [],
  };

  test.each(['did you mean The Hobbit by J.R.R. Tolkien ($14.99)?', 'we have it. The Hobbit, $14.99, 6 on the shelf.'])(
    'a yes to "%s" chooses The Hobbit',
    async (text) => {
      expect(await actOf('yes', { ...since, history: [said(text)] })).toEqual(choice('The Hobbit'));
    },
  );

  test('a yes to what was said of Dune after it is of Dune', async () => {
    const history = [said('did you mean The Hobbit?'), said('so one copy of Dune for $11.99. shall i?')];
    const act = await actOf('yes', { ...since, table: offered('Dune'), history });
    expect(act).not.toEqual(choice('The Hobbit'));
  });

  test.each(['the other one', 'no, the other one', 'actually the other book please', 'the other one instead'])(
    '"%s" chooses The Hobbit',
    async (text) => {
      expect(await actOf(text, { ...since, table: offered('Dune') })).toEqual(choice('The Hobbit'));
    },
  );

  test('"the other one" of three is asked about', async () => {
    const three = { ...since, offers: offered('The Hobbit', 'Dune', 'Neuromancer'), table: offered('Dune') };
    const isbn13s = ['The Hobbit', 'Neuromancer'].map((title) => bookOf(title).isbn13);
    expect(await actOf('the other one', three)).toEqual({ type: 'customer.namedSeveral', isbn13s });
  });
});

describe('with nothing on the counter', () => {
  test.each(['the dispossessed, pickup', 'the dispossessed. pay now', 'hold the dispossessed'])(
    '"%s" chooses it',
    async (text) => {
      expect(await actOf(text)).toEqual(choice('The Dispossessed'));
    },
  );

  test('a title and how many of it are a choice', async () => {
    expect(await actOf('the left hand of darkness, 2 copies, pickup')).toEqual({
      ...choice('The Left Hand of Darkness'),
      copies: 2,
    });
  });

  test.each(['do you guys have any frank herbert', 'what herbert do you have', 'do you have herbert books'])(
    'a writer who is asked for as a title is, is recommended from: %s',
    async (text) => {
      const { shown } = await houseReply(testShelf(), situation(text));
      expect(shown.map(({ authors }) => authors)).toEqual([['Frank Herbert'], ['Frank Herbert']]);
    },
  );

  test.each(['got any le guin', 'any le guin?', 'le guin'])(
    '"%s" finds who wrote it, short names too',
    async (text) => {
      const { shown } = await houseReply(testShelf(), situation(text));
      expect([shown.length > 0, shown.every(({ authors }) => authors.includes('Ursula K. Le Guin'))]).toEqual([
        true,
        true,
      ]);
    },
  );

  test.each([
    'hold the hobbit for me',
    'can i reserve the hobbit',
    'put the hobbit aside for me',
    'save me the hobbit',
    "i'd like to get the hobbit, put it aside",
  ])('"%s" chooses it', async (text) => {
    expect(await actOf(text)).toEqual(choice('The Hobbit'));
  });

  test.each(['hold on', 'hold up', 'hold that thought', 'put me on hold', 'hold my beer'])(
    '"%s" chooses nothing',
    async (text) => {
      expect((await actOf(text)).type).not.toBe('customer.choseBook');
    },
  );
});
