// A book that is not on the shelf: what exists is offered, and the customer says which of it they want.
import { describe, expect, test } from 'vitest';
import type { FoundBook } from '../../schema/acts.ts';
import {
  at,
  browsing,
  chose,
  DUNE,
  ELSEWHERE,
  joining,
  lookingElsewhere,
  offeredElsewhere,
  pricing,
  quoted,
  recommending,
  said,
  says,
  sure,
  specialSure,
  STOP,
  text,
  UBIK,
} from './customer-story.ts';
import { breakdown, idOf, NOON, refusal, SELF } from './given.ts';

const PIRANESI: FoundBook = {
  isbn13: '9781635575637',
  title: 'Piranesi',
  authors: ['Susanna Clarke'],
  source: 'hardcover',
};
const yes = { type: 'customer.agreed' } as const;
const ordersIn = { type: 'customer.wantsSpecialOrder', isbn13: UBIK.isbn13, copies: 1 } as const;
const SPECIAL = { book: { ...UBIK, onHand: 0 }, days: 7 };
const conversation = (story: ReturnType<typeof browsing>) => at(story, 'conversation');

describe('a book that is out', () => {
  test('the last copy gone while it was chosen: what else there is is looked up, not guessed', () => {
    const story = says(recommending(UBIK), chose(UBIK)).failed('quote', refusal('sold_out'));
    expect([conversation(story), said(story), story.begun]).toEqual([
      'missing.looking',
      [],
      { elsewhere: { isbn13: UBIK.isbn13, title: 'Ubik' } },
    ]);
  });

  test('where it can be ordered: link, price and how long it takes, and the waiting list besides', () => {
    expect(offeredElsewhere().did('say')).toEqual([
      { line: 'missing.link', with: { title: 'Ubik', url: ELSEWHERE.url }, kind: 'talk' },
      { line: 'missing.special', with: { priceCents: 1599, days: 7 }, kind: 'talk' },
    ]);
    expect(conversation(offeredElsewhere())).toBe('missing.offered');
  });

  test('where it cannot: no word of ordering, and without a share no word of one', () => {
    const story = lookingElsewhere().done('elsewhere', { ...ELSEWHERE, isAffiliate: false, special: null });
    expect(said(story)).toEqual(['missing.plainLink', 'missing.wait']);
  });

  test('where nothing can be looked up, that is said', () => {
    const story = lookingElsewhere().failed('elsewhere', breakdown);
    expect([conversation(story), said(story)]).toEqual(['recommending', ['trouble.book']]);
  });

  test('a yes to two offers is asked which, a yes to one is that one', () => {
    const both = says(offeredElsewhere(), yes);
    expect([conversation(both), said(both)]).toEqual(['missing.offered', ['missing.special']]);
    const one = says(lookingElsewhere().done('elsewhere', { ...ELSEWHERE, special: null }), yes);
    expect([conversation(one), one.begun]).toEqual([
      'missing.joining',
      { waiting: { isbn13: UBIK.isbn13, title: 'Ubik' } },
    ]);
  });

  test('a no ends it', () => {
    const story = says(offeredElsewhere(), { type: 'customer.declined' });
    expect([conversation(story), said(story), story.context['elsewhere']]).toEqual([
      'recommending',
      ['declined'],
      null,
    ]);
  });

  test('a book of the world that the shop does not list has the same ways', () => {
    const act = { type: 'customer.wantsElsewhere', isbn13: PIRANESI.isbn13 } as const;
    const told = browsing().when(text('piranesi?')).after('settle');
    const output = { act, bubbles: ['that one exists'], shown: [], found: [PIRANESI], confidence: 1, by: 'house' };
    const story = told.done('reply', output);
    expect([conversation(story), story.begun, story.context['found']]).toEqual([
      'missing.looking',
      { elsewhere: { isbn13: PIRANESI.isbn13, title: 'Piranesi' } },
      [PIRANESI],
    ]);
    const bought = says(story, chose(UBIK), [UBIK]);
    const instead = says(bought, { type: 'customer.choseBook', isbn13: PIRANESI.isbn13, copies: 1 });
    expect(conversation(instead.failed('quote', refusal('unknown_book')))).toBe('missing.looking');
  });
});

describe('the waiting list', () => {
  test('who joins is told so, and is back where they were', () => {
    const story = joining().done('waiting', null);
    expect([conversation(story), story.did('say')]).toEqual([
      'browsing',
      [{ line: 'waitlist.joined', with: { title: 'Ubik' }, kind: 'fact' }],
    ]);
  });

  test('a copy that came meanwhile is sold instead', () => {
    const story = joining().failed('waiting', refusal('in_stock'));
    expect([conversation(story), story.begun]).toEqual([
      'confirming.checking',
      { quote: { isbn13: UBIK.isbn13, copies: 1 } },
    ]);
  });

  test('a book that is back is told as a fact and lies on the table', () => {
    const story = browsing().when({ type: 'book.back', book: UBIK, until: NOON });
    const facts = { title: 'Ubik', priceCents: 1599, untilMs: NOON };
    expect(story.did('say')).toEqual([{ line: 'waitlist.back', with: facts, kind: 'fact', started: true }]);
    const taken = says(story, chose(UBIK));
    expect([conversation(taken), taken.begun]).toEqual([
      'confirming.checking',
      { quote: { isbn13: UBIK.isbn13, copies: 1 } },
    ]);
  });

  test('at night it waits for the morning, and what is not true any more by then is not said', () => {
    const night = browsing().later(9 * 60 * 60 * 1000);
    const waiting = night.when({ type: 'book.back', book: UBIK, until: NOON });
    expect([said(waiting), waiting.context['notices']]).toEqual([
      [],
      [expect.objectContaining({ about: `book:${UBIK.isbn13}`, line: 'waitlist.back' })],
    ]);
    expect(waiting.when({ type: 'book.gone', isbn13: UBIK.isbn13 }).context['notices']).toEqual([]);
  });

  test('in the middle of another sale a yes is asked for again, lest it was for the other book', () => {
    const story = quoted(says(sure().when({ type: 'book.back', book: UBIK, until: NOON }), yes));
    expect([conversation(story), said(story)]).toEqual(['confirming.sure', ['confirm.sure']]);
  });

  test('that is told in the morning, when another sale has begun meanwhile, does the same', () => {
    const night = browsing().later(9 * 60 * 60 * 1000);
    const begun = says(night.when({ type: 'book.back', book: UBIK, until: NOON }), chose(DUNE));
    const told = quoted(begun)
      .later(16 * 60 * 60 * 1000)
      .after('noticeWindow');
    expect(said(told)).toEqual(['waitlist.back']);
    const held = says(told, { type: 'customer.wantsHold' });
    expect([conversation(held), held.context['orderId']]).toEqual(['confirming.checking', null]);
  });

  test('who has opted out hears nothing of it', () => {
    expect(said(browsing().when(STOP).when({ type: 'book.back', book: UBIK, until: NOON }))).toEqual([]);
  });
});

describe('a special order', () => {
  test('its price is looked up and asked for before anything is ordered', () => {
    expect(pricing().begun).toEqual({ special: { isbn13: UBIK.isbn13, copies: 1 } });
    expect(specialSure().did('say')).toEqual([
      {
        line: 'special.sure',
        with: { title: 'Ubik', copies: 1, priceCents: 1599, totalCents: 1599, days: 7 },
        kind: 'talk',
      },
    ]);
  });

  test('a yes places an order that staff have to order in, to be picked up', () => {
    const story = says(specialSure(), yes);
    const orderId = idOf(story.seq, 0);
    const line = { isbn13: UBIK.isbn13, title: 'Ubik', copies: 1, priceCents: 1599 };
    const input = { orderId, customer: SELF, lines: [line], fulfillment: 'hold', addressId: null, currency: 'USD' };
    const born = { machine: 'order', id: orderId, input: { ...input, special: true } };
    expect(story.effects).toContainEqual(expect.objectContaining({ kind: 'start', start: born }));
    expect(conversation(story)).toBe('browsing');
    const told = story.when({ type: 'order.toOrder', orderId, title: 'Ubik' });
    expect(told.did('say')).toEqual([{ line: 'order.toOrder', with: { title: 'Ubik' }, kind: 'fact' }]);
    const here = told.when({ type: 'order.held', orderId, title: 'Ubik', until: NOON, arrived: true });
    expect(said(here)).toEqual(['order.arrived']);
  });

  test('asked for again, since another book was shown, it is looked up again: price and days are said as they are now', () => {
    for (const before of [specialSure(), says(offeredElsewhere(), ordersIn).done('special', { book: UBIK, days: 7 })]) {
      const again = says(before.when({ type: 'book.back', book: DUNE, until: NOON }), yes);
      expect([conversation(again), said(again), again.begun]).toEqual([
        'missing.pricing',
        [],
        { special: { isbn13: UBIK.isbn13, copies: 1 } },
      ]);
      const told = again.done('special', { book: { ...UBIK, priceCents: 1699, onHand: 0 }, days: 9 });
      const facts = { title: 'Ubik', copies: 1, priceCents: 1699, totalCents: 1699, days: 9 };
      expect(told.did('say')).toEqual([{ line: 'special.sure', with: facts, kind: 'talk' }]);
      expect(conversation(says(told, yes))).toBe('browsing');
    }
  });

  test('its yes counts although the shelf has another price for it, and the brain names it with the yes', () => {
    const quotedHigher = pricing().done('special', { book: { ...UBIK, priceCents: 1899, onHand: 0 }, days: 7 });
    const story = says(quotedHigher, yes, [{ ...UBIK, onHand: 0 }], ['Ubik it is']);
    expect([conversation(story), story.context['openOrders']]).toMatchObject(['browsing', [{ phase: 'opening' }]]);
  });

  test.each(['customer.wantsPickup', 'customer.wantsHold'] as const)(
    'with %s, since another book was shown, it is looked up again, too',
    (type) => {
      const again = says(specialSure(), { type }, [DUNE], ['or this']);
      expect([conversation(again), said(again)]).toEqual(['missing.pricing', [['or this']]]);
    },
  );

  test('a yes that was texted before the question is asked for again, with as many days', () => {
    const early = pricing().when(text('yes')).done('special', SPECIAL);
    const output = { act: yes, bubbles: [], shown: [], confidence: 1, by: 'house' };
    const again = early.after('settle').done('reply', output);
    expect(conversation(again)).toBe('missing.pricing');
    const told = again.done('special', SPECIAL);
    expect(told.did('say')).toEqual([expect.objectContaining({ with: expect.objectContaining({ days: 7 }) })]);
  });

  test('shipped or paid now it cannot be, and that is said', () => {
    for (const type of ['customer.wantsShipping', 'customer.paysNow'] as const) {
      const story = says(specialSure(), { type });
      expect([conversation(story), said(story)]).toEqual(['missing.sure', ['special.pickupOnly']]);
    }
  });

  test('what the wholesaler has no more of is said, and what else there is', () => {
    const story = pricing().failed('special', refusal('not_orderable'));
    expect([conversation(story), said(story)]).toEqual(['missing.looking', ['special.none']]);
  });
});
