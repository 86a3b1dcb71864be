// An order and its till: a till that is away, its dashboard, refunds that bounce, and copies that come back.
import { describe, expect, test } from 'vitest';
import { refusal } from './given.ts';
import type { Story } from './given.ts';
import {
  awaiting,
  CLOSED,
  CUSTOMER,
  gaveBack,
  held,
  LINK,
  linking,
  ORDER_ID,
  PAID,
  sold,
  STATES,
} from './order-story.ts';

const news = (type: string, facts: Record<string, unknown> = {}) => ({
  to: `key:${CUSTOMER}`,
  event: { type, orderId: ORDER_ID, title: 'Dune', ...facts },
});
const CALLED_OFF = { type: 'order.cancelRequested' };
const kept = (story: Story) => story.did('keepOrder').at(-1);
const returned = [{ orderId: ORDER_ID }];
const shown = (step: string, tracking: string | null = null) => [
  { orderId: ORDER_ID, linkId: 'link-1', step, tracking },
];
const second = { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 1386 };
const bounced = { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-1', amountCents: 1386 };

describe('a till that does not answer', () => {
  test('the customer hears at once that the link takes longer, and the copies stay theirs', () => {
    const waiting = linking().after('linkDelay');
    expect(waiting.sent).toEqual([news('order.linkDelayed')]);
    expect([waiting.value, waiting.waiting]).toEqual([{ draft: 'linking' }, ['linkPatience']]);
  });

  test('after half an hour the order ends, the copies go back, and the work is called off', () => {
    const order = linking().after('linkDelay').after('linkPatience');
    expect([order.value, order.sent]).toEqual(['refused', [news('order.refused', { code: 'trouble' })]]);
    expect(order.did('releaseStock')).toEqual(returned);
    expect(order.effects.some((effect) => effect.kind === 'stop' && effect.childId === 'link')).toBe(true);
  });

  test('an order that was called off meanwhile ends as cancelled', () => {
    const order = linking().when(CALLED_OFF).after('linkPatience');
    expect([order.value, order.did('releaseStock')]).toEqual(['cancelled', returned]);
  });

  test('a link in time leaves no clock behind', () => {
    expect(awaiting().waiting).toEqual(['linkLapse', 'linkReminder']);
    expect(linking().failed('link', refusal('sold_out')).waiting).toEqual([]);
  });
});

describe('a till that is slow to let an order be called off', () => {
  const told = [news('order.cancelDelayed')];
  const toldAgain = [news('order.cancelDelayed', { again: true })];
  const ended = [news('order.cancelled')];

  test.each([
    ['does not close the link', () => awaiting().when(CALLED_OFF)],
    ['was paid, and does not say how much', () => awaiting().when(CALLED_OFF).done('closing', { paid: true })],
    [
      'has closed the link, and the copies are slow to go back',
      () => awaiting().when(CALLED_OFF).done('closing', CLOSED),
    ],
    ['is told so by staff', () => awaiting().when({ type: 'staff.cancelled' })],
  ])('%s: the customer hears of it once', (_, story) => {
    const late = story().after('closingDelay');
    expect([late.value, late.sent, late.did('say')]).toEqual([story().value, told, []]);
    expect(late.waiting).not.toContain('closingDelay');
  });

  test('the customer hears how it ended once the link is closed, and a till in time tells nothing else', () => {
    for (const story of [awaiting().when(CALLED_OFF).after('closingDelay'), awaiting().when(CALLED_OFF)]) {
      const order = story.done('closing', CLOSED).done('release');
      expect([order.value, order.sent, order.waiting]).toEqual(['cancelled', ended, []]);
    }
  });

  test('who says so again hears that it is under way, at once, and no clock tells it once more', () => {
    const late = awaiting().when(CALLED_OFF).after('closingDelay').when(CALLED_OFF);
    expect([late.value, late.sent]).toEqual([{ closing: 'closingLink' }, toldAgain]);
    const early = awaiting().when(CALLED_OFF, CALLED_OFF);
    expect([early.sent, early.after('closingDelay').sent]).toEqual([told, []]);
  });

  test('a link that lapses is closed without a word, and called off meanwhile it ends so', () => {
    const lapsing = awaiting().after('linkLapse');
    expect(lapsing.after('closingDelay').sent).toEqual([]);
    const late = lapsing.after('closingDelay').when(CALLED_OFF);
    expect(late.sent).toEqual(told);
    expect(late.done('closing', CLOSED).done('release').sent).toEqual(ended);
  });

  test('who calls it off while its link is being made hears so, and no longer that the link will come', () => {
    const early = linking().when(CALLED_OFF);
    expect([early.sent, early.after('linkDelay').sent]).toEqual([told, []]);
    const late = linking().after('linkDelay').when(CALLED_OFF);
    expect([late.sent, late.when(CALLED_OFF).sent]).toEqual([told, toldAgain]);
    const closing = late.done('link', LINK);
    expect([closing.value, closing.after('closingDelay').sent]).toEqual([{ closing: 'closingLink' }, []]);
    expect(linking().when({ type: 'staff.cancelled' }).sent).toEqual([]);
    expect(linking().when({ type: 'staff.cancelled' }).after('linkDelay').sent).toEqual(told);
  });
});

describe('copies of an order that is given up after the sale', () => {
  const prepared = () => sold().when({ type: 'staff.prepared' });
  const ready = () => sold().when({ type: 'staff.markedReady' });
  const shipped = () => sold('shipping').when({ type: 'staff.shipped' });
  const pickedUp = () => sold().when({ type: 'staff.pickedUp' });

  test.each([
    ['cancelled when paid', () => sold().when({ type: 'staff.cancelled' })],
    ['cancelled when packed', () => prepared().when({ type: 'staff.cancelled' })],
    ['cancelled when ready', () => ready().when({ type: 'staff.cancelled' })],
    ['refunded when paid', () => sold().when({ type: 'staff.refunded' })],
    ['refunded when shipped, the parcel came back', () => shipped().when({ type: 'staff.refunded', restock: true })],
    ['refunded when picked up, the book came back', () => pickedUp().when({ type: 'staff.refunded', restock: true })],
  ])('go back on the shelf: %s', (_, story) => {
    expect([story().value, story().did('returnStock')]).toEqual([{ refundPending: 'refunding' }, returned]);
    expect(story().did('tellTill')).toEqual(shown('calledOff'));
  });

  test.each([
    ['refunded when shipped', () => shipped().when({ type: 'staff.refunded' })],
    ['refunded when picked up', () => pickedUp().when({ type: 'staff.refunded' })],
    ['refunded when paid, the copy is spoilt', () => sold().when({ type: 'staff.refunded', restock: false })],
  ])('do not: %s', (_, story) => {
    expect([story().value, story().did('returnStock')]).toEqual([{ refundPending: 'refunding' }, []]);
  });
});

describe('a refund that the bank sends back', () => {
  const refunded = () => sold().when({ type: 'staff.refunded' }).done('refund', gaveBack());

  test('is told to customer and staff, and can be pressed again', () => {
    const failed = refunded().when(bounced);
    expect([failed.value, failed.sent]).toEqual([{ refundPending: 'failed' }, [news('order.refundFailed')]]);
    expect(kept(failed)).toMatchObject({ state: 'refundPending', concern: 'refund_failed' });
    expect(Object.keys(failed.when({ type: 'staff.refunded' }).begun)).toEqual(['refund']);
    expect(failed.when(bounced).effects).toEqual([]);
  });

  test('before the till itself has answered, is not told as a success', () => {
    const failed = sold().when({ type: 'staff.refunded' }, bounced);
    expect([failed.value, failed.sent]).toEqual([{ refundPending: 'failed' }, []]);
    expect(kept(failed)).toMatchObject({ concern: 'refund_failed' });
  });

  test('of a second payment leaves that payment owed', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' }, { type: 'staff.refunded' });
    const back = twice.done('extraRefund', gaveBack('pay-2'));
    const failed = back.when({ ...bounced, paymentId: 'pay-2' });
    expect([back, failed].map(kept)).toMatchObject([{ concern: null }, { state: 'paid', concern: 'refund_failed' }]);
    expect(failed.when({ type: 'staff.refunded' }).begun['extraRefund']).toEqual(second);
  });

  test('of a second payment, before the till itself has answered, leaves it owed all the same', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' }, { type: 'staff.refunded' });
    const failed = twice.when({ ...bounced, paymentId: 'pay-2' }).done('extraRefund', gaveBack('pay-2'));
    expect(kept(failed)).toMatchObject({ state: 'paid', concern: 'refund_failed' });
  });

  test('is told again, weeks later, after another that went through: nothing comes of it', () => {
    const second = refunded().when(bounced, { type: 'staff.refunded' });
    const back = second.done('refund', gaveBack('pay-1', 1386, 'ours-2'));
    expect(back.when(bounced)).toMatchObject({ value: 'refunded', effects: [] });
    expect(second.when(bounced).value).toEqual({ refundPending: 'refunding' });
    expect(second.done('refund', gaveBack()).value).toEqual({ refundPending: 'failed' });
  });

  test('and that version 3 gave back without its name is owed again', () => {
    const { refundId: _name, ...unnamed } = bounced;
    expect(sold().when(unnamed).effects).toEqual([]);
    expect(refunded().when(unnamed).value).toEqual({ refundPending: 'failed' });
    const forgotten = sold().when({ ...unnamed, paymentId: 'pay-2' });
    expect(forgotten.when({ type: 'staff.refunded' }).begun['extraRefund']).toEqual(second);
  });
});

describe('the till’s own dashboard', () => {
  test('shows how far an order has come', () => {
    expect(sold().when({ type: 'staff.prepared' }).did('tellTill')).toEqual(shown('preparing'));
    expect(sold().when({ type: 'staff.markedReady' }).did('tellTill')).toEqual(shown('ready'));
    expect(sold().when({ type: 'staff.pickedUp' }).did('tellTill')).toEqual(shown('handedOver'));
    const shipped = sold('shipping').when({ type: 'staff.shipped', tracking: '1Z9' });
    expect(shipped.did('tellTill')).toEqual(shown('handedOver', '1Z9'));
  });

  test('knows nothing of a hold', () => {
    expect(held().when({ type: 'staff.pickedUp' }).done('sale').did('tellTill')).toEqual([]);
  });

  test('moves a paid order, and accepts no money that a person must look at', () => {
    expect(sold().when({ type: 'till.prepared' }).value).toBe('preparing');
    const review = awaiting().when({ ...PAID, amountCents: 1 });
    expect(review.when({ type: 'till.prepared' }).value).toBe('underReview');
  });

  test('cannot cancel an order by itself: staff see what was done there', () => {
    const order = sold().when({ type: 'till.calledOff' });
    expect(kept(order)).toMatchObject({ state: 'paid', concern: 'called_off_at_till' });
    expect(awaiting().when({ type: 'till.calledOff' }).effects).toEqual([]);
  });
});

describe('what an order tells staff', () => {
  const settled = { type: 'staff.settled' } as const;

  test.each([
    ['a hand-over that was called off at the till', () => sold().when({ type: 'till.calledOff' })],
    ['a customer who wants to cancel', () => sold().when({ type: 'order.cancelRequested' })],
    ['a link that could not be closed', () => awaiting().after('linkLapse').failed('closing').done('release')],
  ])('goes once they have dealt with it: %s', (_, story) => {
    const order = story().when(settled);
    expect([order.value, order.sent, kept(order)]).toMatchObject([story().value, [], { concern: null }]);
    expect(order.when(settled).effects).toEqual([]);
  });

  test('leaves the second payment that is to go back in front of them', () => {
    const again = { type: 'payment.completed', paymentId: 'second', amountCents: PAID.amountCents } as const;
    const twice = sold().when(again).when({ type: 'till.calledOff' }).when(settled);
    expect(kept(twice)).toMatchObject({ concern: 'extra_payment' });
    expect(twice.when(settled).effects).toEqual([]);
  });

  describe('of a hold that was fetched while its copy could not be counted off', () => {
    const fetched = () => held().when({ type: 'staff.pickedUp' });
    const uncounted = () => fetched().failed('sale');

    test('stays until somebody says what is so, and the customer heard once that they have it', () => {
      expect(uncounted().sent).toEqual([news('order.pickedUp')]);
      expect(kept(uncounted())).toMatchObject({ state: 'pickedUp', concern: 'stock_unclear' });
    });

    test('goes once they have counted by hand: the copy is promised to nobody any more', () => {
      const order = uncounted().when(settled);
      expect([order.value, order.sent, order.did('releaseStock')]).toEqual(['pickedUp', [], returned]);
      expect([order.context['reserved'], kept(order)]).toMatchObject([false, { concern: null }]);
      for (const event of [settled, { type: 'staff.pickedUp' }]) expect(order.when(event).effects).toEqual([]);
    });

    test('goes when they say once more that it was fetched and it is counted off; nobody hears of it again', () => {
      const again = uncounted().when({ type: 'staff.pickedUp' });
      expect([again.value, again.begun]).toEqual(['collecting', { sale: { orderId: ORDER_ID } }]);
      for (const event of [settled, { type: 'staff.pickedUp' }]) expect(again.when(event).effects).toEqual([]);
      const order = again.done('sale');
      expect([order.value, order.sent, order.did('releaseStock')]).toEqual(['pickedUp', [], []]);
      expect([order.context['reserved'], kept(order)]).toMatchObject([false, { concern: null }]);
    });

    test('and stays when that fails again', () => {
      const order = uncounted().when({ type: 'staff.pickedUp' }).failed('sale');
      expect([order.value, order.sent]).toEqual(['pickedUp', []]);
      expect(kept(order)).toMatchObject({ state: 'pickedUp', concern: 'stock_unclear' });
      expect(kept(order.when(settled))).toMatchObject({ concern: null });
    });

    test('and stays what the customer asked for meanwhile', () => {
      const asked = uncounted().when({ type: 'order.cancelRequested' }, { type: 'staff.pickedUp' }).done('sale');
      expect(kept(asked)).toMatchObject({ state: 'pickedUp', concern: 'cancel_asked' });
    });

    test('goes by looking alone where the shelf has no copy that could be counted off', () => {
      const order = fetched().failed('sale', refusal('sold_out'));
      expect([order.context['reserved'], kept(order)]).toMatchObject([
        false,
        { state: 'pickedUp', concern: 'stock_unclear' },
      ]);
      expect(order.when({ type: 'staff.pickedUp' }).effects).toEqual([]);
      const looked = order.when(settled);
      expect([looked.did('releaseStock'), kept(looked)]).toMatchObject([[], { concern: null }]);
    });
  });

  test.each(['underReview', 'refundPending.asked', 'refundPending.failed'])('stays where money waits: %s', (state) => {
    const order = STATES[state]?.().when({ type: 'till.calledOff' }, { type: 'order.cancelRequested' });
    expect(order?.context['concern']).not.toBeNull();
    expect(order?.when(settled).effects).toEqual([]);
  });
});

test('money in another currency than was asked for goes to staff', () => {
  const review = awaiting().when({ ...PAID, currency: 'CAD' });
  expect(kept(review)).toMatchObject({ state: 'underReview', concern: 'amount_mismatch' });
  expect(awaiting().when({ ...PAID, currency: 'USD' }).value).toEqual({ paid: 'selling' });
});
