// Which books a text means, how many, and where they go: what was spoken of last, two at once, counts that change, parcels for others.
import { describe, expect, test } from 'vitest';
import wordings from '../../prompts/house.json' with { type: 'json' };
import type { Stage } from '../../schema/acts.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import { slotsOf } from '../../src/brain/house/wish.ts';
import { testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

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

test.each(['no, dune instead', 'actually dune'])('another book where one was missing: %s', async (text) => {
  const { act } = await houseReply(testShelf(), situation(text, { stage: 'missing.offered' }));
  expect(act).toMatchObject({ type: 'customer.choseBook', isbn13: offered('Dune')[0]?.isbn13 });
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
  expect(slotsOf('something by stephen king then').author).toBe('stephen king');
  for (const text of ['anything by le guin about anarchists', 'got something by le guin with dragons'])
    expect(slotsOf(text).author).toBe('le guin');
});
