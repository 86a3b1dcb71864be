// An order's journeys: what each turn asks for, what its customer hears, and that money is welcome in every state.
import { describe, expect, test } from 'vitest';
import { OrderContext } from '../../schema/order.ts';
import { NOON, breakdown, refusal } from './given.ts';
import type { Story } from './given.ts';
import {
  awaiting,
  cancelled,
  CLOSED,
  CUSTOMER,
  gaveBack,
  held,
  lapsed,
  LINK,
  linking,
  ORDER_ID,
  PAID,
  placed,
  sold,
  STATES,
} from './order-story.ts';

const HOUR_MS = 60 * 60 * 1000;
const news = (type: string, facts: Record<string, unknown> = {}) => ({
  to: `key:${CUSTOMER}`,
  event: { type, orderId: ORDER_ID, title: 'Dune', ...facts },
});
const SECOND = { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 1386 };
const released = [{ orderId: ORDER_ID }];
const kept = (story: Story) => story.did('keepOrder').at(-1);

describe('an order that is paid by link', () => {
  test('nobody hands it over before its copies are sold', () => {
    const selling = awaiting().when(PAID);
    for (const type of ['staff.markedReady', 'staff.pickedUp', 'staff.shipped', 'staff.cancelled']) {
      expect(selling.when({ type }).value).toEqual({ paid: 'selling' });
    }
    expect(sold().when({ type: 'staff.pickedUp' }).value).toBe('pickedUp');
  });

  test('takes its copies off the shelf before a link is made', () => {
    const order = placed();
    const lines = [{ isbn13: '9780441172719', title: 'Dune', copies: 1, priceCents: 1299 }];
    expect(order.begun).toEqual({ reservation: { orderId: ORDER_ID, lines, untilMs: NOON + 25 * HOUR_MS } });
    const next = order.done('reservation', { reservationId: 'r1' });
    expect(next.begun).toEqual({
      link: { orderId: ORDER_ID, revision: 1, lines, fulfillment: 'pickup', addressId: null },
    });
  });

  test('tells its customer the link and shows staff the row in the same turn', () => {
    const { totalCents, taxCents, shippingCents, url } = LINK;
    const order = awaiting();
    expect(order.sent).toEqual([news('order.linkReady', { totalCents, taxCents, shippingCents, url })]);
    expect(kept(order)).toMatchObject({
      orderId: ORDER_ID,
      state: 'awaitingPayment',
      totalCents: 1386,
      payment: { provider: null, reference: 'link-1', status: 'awaiting', url },
    });
    expect(order.waiting).toEqual(['linkLapse', 'linkReminder']);
  });

  test('reminds once', () => {
    const order = awaiting().after('linkReminder');
    expect(order.sent).toEqual([news('order.reminder', { url: LINK.url })]);
    expect(order.waiting).toEqual(['linkLapse']);
  });

  test('says so when a card is declined, and keeps the link', () => {
    const order = awaiting().when({ type: 'payment.failed' });
    expect(order.sent).toEqual([news('order.paymentFailed', { url: LINK.url })]);
    expect(order.value).toEqual({ awaitingPayment: 'fresh' });
  });

  test('closes the link outside before its copies go back, when a day passes', () => {
    const closing = awaiting().after('linkLapse');
    expect(closing.begun).toEqual({ closing: { orderId: ORDER_ID, linkId: 'link-1' } });
    const closed = closing.done('closing', CLOSED);
    expect(closed.begun).toEqual({ release: { orderId: ORDER_ID } });
    expect(closed.sent).toEqual([]);
    const order = closed.done('release');
    expect([order.value, order.sent]).toEqual(['lapsed', [news('order.lapsed')]]);
  });

  test('closes the link outside before its copies go back, when it is called off', () => {
    const closing = awaiting().when({ type: 'order.cancelRequested' });
    expect([closing.waiting, closing.begun]).toEqual([
      ['closingDelay'],
      { closing: { orderId: ORDER_ID, linkId: 'link-1' } },
    ]);
    const order = closing.done('closing', CLOSED).done('release');
    expect([order.value, order.sent]).toEqual(['cancelled', [news('order.cancelled')]]);
  });

  test('that was paid before its link could be closed keeps its copies until the money is told of', () => {
    const settling = awaiting().when({ type: 'order.cancelRequested' }).done('closing', { paid: true });
    expect([settling.value, settling.begun]).toEqual([{ closing: 'settling' }, {}]);
    expect(settling.waiting).toEqual(['closingDelay', 'settlement']);
    expect(settling.when(PAID).value).toEqual({ paid: 'selling' });
    expect(settling.after('settlement').done('release').value).toBe('cancelled');
  });

  test('that is paid while its copies go back takes them again once they are there', () => {
    const givingBack = awaiting().after('linkLapse').done('closing', CLOSED).when(PAID);
    expect([givingBack.value, givingBack.begun]).toEqual([{ closing: 'givingBack' }, {}]);
    expect(kept(givingBack)).toMatchObject({ payment: { reference: 'pay-1' } });
    expect(givingBack.done('release').value).toEqual({ paid: 'honouring' });
  });

  test('that is paid twice while its copies go back knows of both payments', () => {
    const givingBack = awaiting().after('linkLapse').done('closing', CLOSED).when(PAID);
    const order = givingBack.when({ ...PAID, paymentId: 'pay-2' });
    const { payment, extraPayments, concern } = order.context;
    expect({ payment, extraPayments, concern }).toEqual({
      payment: { paymentId: 'pay-1', amountCents: 1386 },
      extraPayments: [{ paymentId: 'pay-2', amountCents: 1386 }],
      concern: 'extra_payment',
    });
  });

  test('that was paid twice and is given up stays in front of staff until both payments went back', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' });
    const order = twice.when({ type: 'staff.cancelled' }).done('refund', gaveBack());
    expect([order.value, order.context['concern']]).toEqual(['refunded', 'extra_payment']);
    const back = order.when({ type: 'staff.refunded' });
    expect([back.begun, back.context['concern']]).toEqual([{ extraRefund: SECOND }, null]);
  });

  test('that is called off while its link is being made closes the link once it is there', () => {
    const order = linking().when({ type: 'order.cancelRequested' }).done('link', LINK);
    expect(order.value).toEqual({ closing: 'closingLink' });
    expect(order.begun).toEqual({ closing: { orderId: ORDER_ID, linkId: 'link-1' } });
    expect(order.sent).toEqual([]);
  });

  test('that is called off while its copies are being reserved stops that work', () => {
    const order = placed().when({ type: 'order.cancelRequested' });
    expect(order.effects.some((effect) => effect.kind === 'stop' && effect.childId === 'reservation')).toBe(true);
    expect(order.sent).toEqual([news('order.cancelled')]);
  });

  test('a link that cannot be closed is shown to staff, and the customer is not kept waiting', () => {
    const order = awaiting().when({ type: 'staff.cancelled' }).failed('closing', breakdown).done('release');
    expect(order.value).toBe('cancelled');
    expect(kept(order)).toMatchObject({ state: 'cancelled', concern: 'link_not_cancelled' });
  });

  test.each([
    ['sold out before the link', () => placed().failed('reservation', refusal('sold_out')), 'sold_out', []],
    ['no answer from the shelf', () => placed().failed('reservation'), 'trouble', []],
    ['another price than agreed', () => linking().failed('link', refusal('price_changed')), 'price_changed', released],
    ['sold out at the till', () => linking().failed('link', refusal('sold_out')), 'sold_out', released],
    ['no answer from the till', () => linking().failed('link'), 'trouble', released],
  ])('ends with an honest reason: %s', (_, story, code, givenBack) => {
    const order = story();
    expect(order.value).toBe('refused');
    expect(order.sent).toEqual([news('order.refused', { code })]);
    expect(order.did('releaseStock')).toEqual(givenBack);
  });
});

describe('from money to the reader', () => {
  test('paid copies are sold, and only then is the customer told', () => {
    const selling = awaiting().when(PAID);
    expect(selling.begun).toEqual({ sale: { orderId: ORDER_ID } });
    expect(selling.sent).toEqual([]);
    expect(kept(selling)).toMatchObject({ state: 'paid', payment: { reference: 'pay-1', status: 'paid' } });
    expect(selling.waiting).toEqual([]);
    expect(selling.done('sale').sent).toEqual([news('order.paid', { totalCents: 1386, fulfillment: 'pickup' })]);
  });

  test('a pick-up is prepared, ready, picked up', () => {
    const ready = sold().when({ type: 'staff.prepared' }, { type: 'staff.markedReady' });
    expect(ready.sent).toEqual([news('order.ready')]);
    const order = ready.when({ type: 'staff.pickedUp' });
    expect(order.sent).toEqual([news('order.pickedUp')]);
    expect(order.value).toBe('pickedUp');
  });

  test('a parcel is shipped with its tracking, and delivered', () => {
    const shipped = sold('shipping').when({ type: 'staff.shipped', tracking: '1Z9' });
    expect(shipped.sent).toEqual([news('order.shipped', { tracking: '1Z9' })]);
    expect(shipped.when({ type: 'staff.delivered' }).sent).toEqual([news('order.delivered')]);
  });

  test('a parcel cannot be picked up, and a pick-up cannot be shipped', () => {
    expect(sold('shipping').when({ type: 'staff.pickedUp' }).value).toEqual({ paid: 'sold' });
    expect(sold().when({ type: 'staff.shipped' }).value).toEqual({ paid: 'sold' });
  });

  test('a customer who wants a paid order cancelled is answered, and staff decide', () => {
    const asked = sold().when({ type: 'order.cancelRequested' });
    expect(asked.sent).toEqual([news('order.cancelAsked')]);
    expect(kept(asked)).toMatchObject({ state: 'paid', concern: 'cancel_asked' });
    const refunding = asked.when({ type: 'staff.refunded' });
    expect(refunding.begun).toEqual({ refund: { orderId: ORDER_ID, paymentId: 'pay-1', amountCents: 1386 } });
    const order = refunding.done('refund', gaveBack());
    expect(order.sent).toEqual([news('order.refunded', { amountCents: 1386 })]);
    expect(kept(order)).toMatchObject({ state: 'refunded', concern: null, payment: { status: 'refunded' } });
  });

  test('a refund that fails is shown and can be pressed again, but never runs twice at once', () => {
    const failed = sold().when({ type: 'staff.refunded' }).failed('refund');
    expect(kept(failed)).toMatchObject({ concern: 'refund_failed' });
    const again = failed.when({ type: 'staff.refunded' });
    expect(Object.keys(again.begun)).toEqual(['refund']);
    expect(again.when({ type: 'staff.refunded' }).begun).toEqual({});
    expect(again.done('refund', gaveBack()).when({ type: 'staff.refunded' }).begun).toEqual({});
  });
});

describe('a hold', () => {
  test('is reserved for two days and an hour, reminded of, and ends', () => {
    const order = held();
    expect(order.sent).toEqual([news('order.held', { until: NOON + 96 * HOUR_MS })]);
    expect(order.waiting).toEqual(['holdLapse', 'holdReminder']);
    const reminded = order.after('holdReminder');
    expect(reminded.sent).toEqual([news('order.holdReminder', { until: NOON + 96 * HOUR_MS })]);
    const expired = reminded.after('holdLapse');
    expect(expired.did('releaseStock')).toEqual(released);
    expect(expired.sent).toEqual([news('order.holdLapsed')]);
    expect(kept(expired)).toMatchObject({ state: 'expired', payment: { status: 'none' } });
  });

  test('is paid at the counter: the copy is sold and no timer is left', () => {
    const order = held().when({ type: 'staff.pickedUp' });
    expect(order.begun).toEqual({ sale: { orderId: ORDER_ID } });
    expect(order.waiting).toEqual([]);
    expect(order.done('sale').sent).toEqual([news('order.pickedUp')]);
  });

  test('that is ready is told once, before the reminder and after it; pressed again it is as with any order that is ready', () => {
    const paid = sold().when({ type: 'staff.markedReady' });
    for (const hold of [held(), held().after('holdReminder')]) {
      const ready = hold.when({ type: 'staff.markedReady' });
      expect([ready.value, ready.sent]).toEqual([hold.value, [news('order.ready')]]);
      for (const order of [paid, ready]) {
        const again = order.when({ type: 'staff.markedReady' });
        expect([again.value, again.effects]).toEqual([order.value, []]);
      }
      expect(ready.when({ type: 'staff.pickedUp' }).value).toBe('collecting');
    }
    expect(
      held().when({ type: 'staff.markedReady' }).after('holdReminder').when({ type: 'staff.markedReady' }).sent,
    ).toEqual([]);
  });

  test('is given up by its customer at once', () => {
    const order = held().when({ type: 'order.cancelRequested' });
    expect(order.did('releaseStock')).toEqual(released);
    expect(order.sent).toEqual([news('order.cancelled')]);
  });
});

describe('money that comes late, twice or wrong', () => {
  test.each([
    ['lapsed', lapsed],
    ['cancelled', cancelled],
  ])('a %s order is honoured while there is stock', (_, story) => {
    const honouring = story().when(PAID);
    expect(Object.keys(honouring.begun)).toEqual(['reservation']);
    const order = honouring.done('reservation', { reservationId: 'r2' }).done('sale');
    expect(order.value).toEqual({ paid: 'sold' });
    expect(order.sent).toEqual([news('order.paid', { totalCents: 1386, fulfillment: 'pickup' })]);
  });

  test('a lapsed order is given its money back by staff when the book is gone', () => {
    const order = lapsed().when(PAID).failed('reservation', refusal('sold_out'));
    expect(order.sent).toEqual([news('order.refundPending')]);
    expect(kept(order)).toMatchObject({ state: 'refundPending', concern: 'sold_out_after_payment' });
    expect(Object.keys(order.when({ type: 'staff.refunded' }).begun)).toEqual(['refund']);
  });

  test('money in the last second, while the link is being closed, wins', () => {
    const order = awaiting().after('linkLapse').when(PAID);
    expect(order.value).toEqual({ paid: 'selling' });
    expect(order.effects.some((effect) => effect.kind === 'stop' && effect.childId === 'closing')).toBe(true);
  });

  test('a reservation that ran out before the sale is taken once more, not for ever', () => {
    const again = awaiting().when(PAID).failed('sale', refusal('sold_out'));
    expect(again.value).toEqual({ paid: 'honouring' });
    const order = again.done('reservation', { reservationId: 'r2' }).failed('sale', refusal('sold_out'));
    expect(order.value).toEqual({ refundPending: 'asked' });
  });

  test('another amount than the link asked for goes to staff, who accept it or give it back', () => {
    const review = awaiting().when({ ...PAID, amountCents: 1000 });
    expect(kept(review)).toMatchObject({ state: 'underReview', concern: 'amount_mismatch' });
    expect(review.sent).toEqual([]);
    expect(review.when({ type: 'staff.prepared' }).value).toEqual({ paid: 'selling' });
    expect(review.when({ type: 'staff.refunded' }).begun).toEqual({
      refund: { orderId: ORDER_ID, paymentId: 'pay-1', amountCents: 1000 },
    });
  });

  test('a second payment is kept for staff, and their refund gives back that one alone', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' });
    expect(kept(twice)).toMatchObject({ state: 'paid', concern: 'extra_payment' });
    const order = twice.when({ type: 'staff.refunded' });
    expect(order.begun).toEqual({ extraRefund: SECOND });
    expect(order.value).toEqual({ paid: 'sold' });
  });

  test.each(Object.keys(STATES))('a payment is never lost in %s', (state) => {
    const before = STATES[state]?.();
    const after = before?.when({ type: 'payment.completed', paymentId: 'pay-9', amountCents: 1386 });
    const { payment, extraPayments } = OrderContext.parse(after?.context);
    expect([payment, ...extraPayments]).toContainEqual({ paymentId: 'pay-9', amountCents: 1386 });
  });

  test.each(Object.keys(STATES))('the same payment told twice changes nothing that followed %s', (state) => {
    const once = STATES[state]?.().when(PAID);
    const twice = once?.when(PAID);
    expect([twice?.value, twice?.context, twice?.effects]).toEqual([once?.value, once?.context, []]);
  });
});

test.each(Object.keys(STATES))('the story of %s leads there', (state) => {
  const [top = '', nested] = state.split('.');
  expect(STATES[state]?.().value).toEqual(nested === undefined ? top : { [top]: nested });
});
