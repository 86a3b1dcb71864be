// What people text in a shop, and what went wrong when they did: each a fact about the house's answer.
import { describe, expect, test } from 'vitest';
import type { Address } from '../../schema/acts.ts';
import { houseReply } from '../../src/brain/house/house.ts';
import { slotsOf, wishOf } from '../../src/brain/house/wish.ts';
import type { Situation, TranscriptLine } from '../../src/brain/situation.ts';
import { bookOf, testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

const [DUNE] = offered('Dune');
const SURE = { stage: 'confirming.sure', chosen: DUNE ?? null, offers: offered('Dune') } as const;
const ADDRESS: Address = { name: 'Jane Doe', line1: '12 Elm St', city: 'Hoboken', state: 'NJ', zip: '07030' };

let lines = 0;
function line(by: 'customer' | 'marty', text: string): TranscriptLine {
  lines += 1;
  return { id: `line-${lines}`, by, kind: 'talk', text, at: new Date(lines) };
}
const answer = (text: string | string[], over: Partial<Situation> = {}) =>
  houseReply(testShelf(), situation(text, over));
const actOf = async (text: string, over: Partial<Situation> = {}) => (await answer(text, over)).act;
const wordsOf = async (text: string, over: Partial<Situation> = {}) => (await answer(text, over)).bubbles.join(' ');
const choice = (title: string, copies = 1) => ({ type: 'customer.choseBook', isbn13: bookOf(title).isbn13, copies });

describe('asked whether they are sure, a customer says how they want it', () => {
  test.each([
    ['pick up', 'customer.wantsPickup'],
    ["hold it please, i'll pay when i come", 'customer.wantsHold'],
    ['ship it', 'customer.wantsShipping'],
    ['pay now', 'customer.paysNow'],
    ['when will it get here', 'customer.asked'],
    ['do you ship to canada?', 'customer.asked'],
  ])('%s: %s', async (text, type) => {
    expect((await actOf(text, SURE)).type).toBe(type);
  });

  test('an address is an address', async () => {
    const text = 'ship to Jane Doe, 12 Elm St, Hoboken, NJ 07030';
    expect(await actOf(text, SURE)).toEqual({ type: 'customer.gaveAddress', address: ADDRESS });
  });

  test('what was said along with the choice holds when the yes comes', async () => {
    const history = [line('customer', "i'll take dune, pickup"), line('marty', 'Dune, one copy, $10.99. want it?')];
    expect(await actOf('yes', { ...SURE, history })).toEqual({ type: 'customer.wantsPickup' });
  });

  test('so do the copies, where the title was asked back first', async () => {
    const history = [line('customer', 'we need 6 copies of dune'), line('marty', 'is that Dune by Frank Herbert?')];
    const over = {
      stage: 'recommending',
      offers: [{ ...offered('Dune')[0], onHand: 9 }],
      history,
    } as Partial<Situation>;
    expect(await actOf('yes', over)).toEqual(choice('Dune', 6));
    expect(
      await actOf('yes', { ...over, history: [...history, line('customer', 'hm'), line('marty', 'Dune?')] }),
    ).toEqual(choice('Dune'));
  });

  test('"no, that other title" is that other title', async () => {
    expect(await actOf('actually no, the left hand of darkness', SURE)).toEqual(choice('The Left Hand of Darkness'));
  });

  test('what nobody understands puts the question again', async () => {
    expect(await wordsOf('blorp', SURE)).toMatch(/Dune.*yes/);
  });
});

describe('an address that comes early', () => {
  test('is acknowledged while it is open which book', async () => {
    const words = await wordsOf('Jane Doe, 12 Elm St, Hoboken, NJ 07030', {
      stage: 'confirming.which',
      offers: offered('Dune', 'Snow Crash'),
    });
    expect(words).toMatch(/address.*which book/);
  });

  test('is not asked for again once shipping is chosen', async () => {
    const history = [line('customer', 'Jane Doe, 12 Elm St, Hoboken, NJ 07030'), line('marty', 'ship or pick up?')];
    expect(await actOf('ship it', { ...SURE, stage: 'fulfillment.method', history })).toEqual({
      type: 'customer.gaveAddress',
      address: ADDRESS,
    });
  });
});

describe('a correction', () => {
  const history = [line('customer', 'Jane Doe, 12 Elm St, Hoboken, NY 07030'), line('marty', 'is that right?')];

  test('of the state alone leaves the rest of the address', async () => {
    const over = { ...SURE, stage: 'fulfillment.address', history } as const;
    expect(await actOf('NJ sorry', over)).toEqual({ type: 'customer.gaveAddress', address: ADDRESS });
  });

  test('of the door alone leaves the rest of the address', async () => {
    const given = [line('customer', 'Jane Doe, 12 Elm St, Hoboken, NJ 07030'), line('marty', 'is that right?')];
    expect(await actOf('no, apt 4', { ...SURE, stage: 'fulfillment.readback', history: given })).toEqual({
      type: 'customer.gaveAddress',
      address: { ...ADDRESS, line2: 'apt 4' },
    });
  });
});

describe('what no record says of a book', () => {
  test.each([
    'do u have it signed',
    'ok. is it hardcover',
    'does it come in large print',
    'any audiobooks',
    'is this a first edition?',
  ])('"%s" is for the shop, and not answered with the stock', async (text) => {
    for (const over of [SURE, { stage: 'recommending', offers: offered('Dune') } as const, {}])
      expect(await wordsOf(text, over)).toMatch(/(?:someone from the shop|a person).*text you/);
  });

  test.each(['is the first one signed', 'is the hobbit signed', 'which one is signed'])(
    '"%s" answers nothing while it is asked which',
    async (text) => {
      const offers = offered('The Hobbit', 'Dune');
      expect(await actOf(text, { stage: 'confirming.which', offers })).toEqual({ type: 'customer.asked' });
    },
  );

  test.each(['can you recommend a paperback for the plane', "what's the cheapest paperback you got"])(
    '"%s" is still a wish',
    async (text) => {
      expect((await answer(text)).shown).not.toEqual([]);
    },
  );

  test('and whoever takes a paperback takes it', async () => {
    expect(await actOf("i'll take the dune paperback")).toEqual(choice('Dune'));
  });
});

describe('a hold', () => {
  const orders = [
    {
      orderId: 'o1',
      status: 'held behind the counter',
      titles: ['Dune'],
      isbn13s: [],
      totalCents: 2198,
      tracking: null,
    },
  ];
  const held = { stage: 'recommending', offers: offered('Dune'), orders } as const;

  test.each([
    ['when should i pick it up', /held behind the counter.* noon to 7/],
    ['can my husband get it instead', /person|shop/],
    ['cancel one of them', /person|shop/],
    ['how many did i get', /held behind the counter/],
  ])('once it stands, "%s" takes no other copy', async (text, words) => {
    const { act, bubbles } = await answer(text, held);
    expect([act.type, bubbles.join(' ')]).toEqual([expect.stringMatching(/asked/), expect.stringMatching(words)]);
  });

  test('its total is told of the order', async () => {
    expect((await answer("what's the total", { orders })).act.type).toBe('customer.askedOrder');
  });

  test('asked for while it is open how, needs no further question', async () => {
    const over = { ...SURE, stage: 'fulfillment.method' } as const;
    expect(await actOf("hold it please, i'll pay when i come", over)).toEqual({ type: 'customer.wantsHold' });
  });
});

describe('another book while a link is open', () => {
  const paying = { stage: 'payment.awaiting', chosen: DUNE ?? null } as const;

  test('"ship me a copy of it too" chooses it', async () => {
    expect(await actOf('ship me a copy of snow crash too', { ...paying, offers: offered('Dune') })).toEqual(
      choice('Snow Crash'),
    );
  });

  test('a yes right after Marty spoke of it is for it, not for the link', async () => {
    const history = [line('customer', 'got snow crash?'), line('marty', 'yes. Snow Crash, $19, 2 here.')];
    const books = { offers: offered('Snow Crash', 'Dune'), table: offered('Snow Crash') };
    expect(await actOf('yes', { ...paying, ...books, history })).toEqual(choice('Snow Crash'));
  });
});

describe('a yes goes to what Marty has just offered', () => {
  test('to look for something else: he does, and the declined book is not chosen', async () => {
    const history = [line('customer', 'no'), line('marty', 'ok, not that one. should i keep looking?')];
    const reply = await answer('yes', { stage: 'recommending', offers: offered('Dune'), history });
    expect(reply.act).toEqual({ type: 'customer.asked' });
    expect(reply.shown.map(({ title }) => title)).not.toContain('Dune');
    expect(reply.shown.length).toBeGreaterThan(0);
  });

  test('a person: one is called', async () => {
    const asked = await wordsOf('do you buy used books');
    expect(await actOf('yes', { history: [line('customer', 'do you buy used books'), line('marty', asked)] })).toEqual({
      type: 'customer.wantsPerson',
    });
  });
});

describe('what is no purchase', () => {
  test.each([
    'would you take 8 for it?',
    '10% off if i buy two?',
    'come on, amazon has it for 6.99',
    'any discount codes?',
  ])('haggling changes no price and buys nothing: %s', async (text) => {
    const reply = await answer(text, { stage: 'recommending', offers: offered('Dune') });
    expect(reply).toMatchObject({ act: { type: 'customer.asked' }, shown: [] });
    expect(reply.bubbles.join()).toMatch(/price|haggling/);
  });

  test.each([
    'the book you sold me is missing pages',
    'my order never arrived',
    'your service is terrible',
    'i want a person',
  ])('a person mends it: %s', async (text) => expect((await actOf(text)).type).toBe('customer.wantsPerson'));
});

describe('copies', () => {
  test('more than are there are not sold out but fewer', async () => {
    expect(await wordsOf('i need 9 copies of dune')).toMatch(/3 of Dune/);
  });

  test('a bare number after that is the number of copies', async () => {
    expect(await actOf('ok 3 then', { stage: 'recommending', offers: offered('Dune') })).toEqual(choice('Dune', 3));
  });

  test('two in the same text as the title are two', async () => {
    expect(await actOf('2 copies of a wizard of earthsea, pickup, pay now')).toEqual(choice('A Wizard of Earthsea', 2));
  });

  test('the same again is the book of the newest order', async () => {
    const order = { orderId: 'o', status: 'paid', titles: ['Dune'], totalCents: 1, tracking: null };
    const orders = [{ ...order, isbn13s: [bookOf('Dune').isbn13] }];
    expect(await actOf('same again please', { orders })).toEqual(choice('Dune'));
    expect(await actOf('another copy of the same please', { orders })).toEqual(choice('Dune'));
  });
});

describe('what is said twice', () => {
  test('is said in other words', async () => {
    const first = await wordsOf('blorp');
    expect(await wordsOf('blorp', { history: [line('customer', 'blorp'), line('marty', first)] })).not.toBe(first);
  });
});

describe('the book that is meant', () => {
  const two = { stage: 'recommending', offers: offered('Dune', 'Snow Crash') } as const;

  test('is the one of several that the text names, with what else it says', async () => {
    expect(await actOf('first one. 2 copies. pickup', two)).toEqual(choice('Dune', 2));
  });

  test('"ok two copies then" is two of the one that was talked of', async () => {
    expect(await actOf('ok two copies then', { ...two, offers: offered('Dune') })).toEqual(choice('Dune', 2));
  });

  test('a title that nobody knows is not asked for again', async () => {
    expect(await wordsOf('i want to buy kindred, ship it to Bo Li, 9 Pine Rd, Trenton, CA 08608')).toMatch(/shelves/);
  });

  test('one odd word of a title is enough to ask back', async () => {
    const reply = await answer(
      'do you guys have uh the earthsea book the first one i think and how much is it um thanks',
    );
    expect(reply.shown.map(({ title }) => title)).toEqual(['A Wizard of Earthsea']);
  });

  test('a tale of a book is no finger at the two on the table', async () => {
    expect((await answer('that one about the guy who wakes up as a bug', two)).shown).toEqual([]);
  });

  test('"children of" is a title, and no child to buy for', () => {
    expect(slotsOf('got children of dune?').age).toBe(null);
  });

  test('"ship it" while an address is waited for asks for the address', async () => {
    expect(await wordsOf('ship it', { ...SURE, stage: 'fulfillment.address' })).toMatch(/street/);
  });

  test('shipping instead of pickup is an act, with a link open too', async () => {
    const paying = { ...SURE, stage: 'payment.awaiting' } as const;
    expect(await actOf('actually can you ship it instead', paying)).toEqual({ type: 'customer.wantsShipping' });
  });
});

describe('what was got wrong in the second round', () => {
  test('a book named along with an address is chosen', async () => {
    expect(await actOf('dune please, ship it to Bo Li, 9 Pine Rd, Trenton, NJ 08608')).toEqual(choice('Dune'));
  });

  test('a longer hold is not another copy', async () => {
    const reply = await answer('can you hold it longer', { offers: offered('Dune') });
    expect(reply.act).toEqual({ type: 'customer.asked' });
    expect(reply.bubbles.join()).toMatch(/person|someone from the shop/);
  });

  test('"ok actually nah" and a title is that title', async () => {
    expect(await actOf('ok actually nah, snow crash', SURE)).toEqual(choice('Snow Crash'));
  });

  test('"how much in total" is about the book on the counter', async () => {
    const words = await wordsOf('how much in total', { ...SURE, stage: 'fulfillment.address' });
    expect(words).toMatch(/Dune.*10\.99|10\.99.*Dune/);
  });

  test('spanish that is not understood is told so in spanish, with a way to a person', async () => {
    expect(await wordsOf('busco algo para mi prima')).toMatch(/persona/);
    expect(await actOf('persona')).toEqual({ type: 'customer.wantsPerson' });
  });
});

describe('wishes', () => {
  test('a mood that nothing has is owned up to', async () => {
    expect(await wordsOf('something scary')).toMatch(/scary/);
  });

  test('a likeness that is not known is owned up to once', async () => {
    const history = [line('customer', 'something like zorblax'), line('marty', 'some books')];
    expect(await wordsOf('something cheaper', { history })).not.toMatch(/zorblax/);
  });

  test('what is not wanted is not recommended', async () => {
    const reply = await answer('science fiction, but not too dark and nothing thoughtful');
    const moods = reply.shown.flatMap(({ title }) => bookOf(title).moods);
    expect(reply.shown.length).toBeGreaterThan(0);
    expect(moods).not.toContain('dark');
    expect(moods).not.toContain('thoughtful');
  });

  test('a long story about a book is not said back as its title', async () => {
    const words = await wordsOf('we just finished Project Zeta and honestly half of us loved it, something like it?');
    expect(words).not.toMatch(/honestly/);
  });

  test('"im 13" is an age', () => {
    expect(slotsOf('im 13, something fun')).toMatchObject({ age: 'young', ageYears: 13 });
    expect(slotsOf("i'm 20 minutes away, something fun").ageYears).toBe(null);
  });

  test('the cheapest is asked for as such, and a bound goes to the shelf', () => {
    expect(wishOf(slotsOf('cheapest fantasy'), [], 3)).toMatchObject({ cheapestFirst: true, genres: ['fantasy'] });
    expect(wishOf(slotsOf('fantasy under $10'), [], 3)).toMatchObject({ priceMaxCents: 1000 });
  });

  test('"which is better" picks one of the two', async () => {
    const reply = await answer('which is better', { stage: 'recommending', offers: offered('Dune', 'Snow Crash') });
    expect(reply.shown.map(({ title }) => title)).toEqual(['Dune']);
  });

  test('a book’s shelf says whether it suits a child', async () => {
    const words = await wordsOf('is it ok for my age', { stage: 'recommending', offers: offered('Dune') });
    expect(words).toMatch(/Dune.*(?:adults|grown up)/);
  });
});

describe('the shop', () => {
  test('tomorrow’s hours are tomorrow’s', async () => {
    expect(await wordsOf('are you open tomorrow')).toMatch(/open noon to 7/);
    expect(await wordsOf('are you open on monday')).toMatch(/closed/);
  });

  test.each(['do you buy used books', 'can i return a book', 'do you have gift cards', 'do you have a bathroom'])(
    'what Marty does not know he says so, and offers a person: %s',
    async (text) => expect(await wordsOf(text)).toMatch(/person|someone from the shop/),
  );

  test('only the us is shipped to', async () => {
    expect(await wordsOf('do you ship to canada?')).toMatch(/us/);
  });

  test('a day of delivery is not promised', async () => {
    expect(await wordsOf('how long does shipping take')).toMatch(/text/);
  });

  test('how long a link is good is answered', async () => {
    expect(await wordsOf('how long is the link good', { stage: 'payment.awaiting' })).toMatch(/day/);
  });
});
