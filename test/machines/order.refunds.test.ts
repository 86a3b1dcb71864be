// Money that somebody gives back at the till's own desk: noticed once, whole or in part, in any order and in every state.
import { describe, expect, test } from 'vitest';
import type { Story } from './given.ts';
import { refusal } from './given.ts';
import { awaiting, BACK, CUSTOMER, lapsed, ORDER_ID, PAID, sold, STATES } from './order-story.ts';

const news = (type: string, facts: Record<string, unknown> = {}) => ({
  to: `key:${CUSTOMER}`,
  event: { type, orderId: ORDER_ID, title: 'Dune', ...facts },
});
const refunded = news('order.refunded', { amountCents: 1386 });
const kept = (story: Story) => story.did('keepOrder').at(-1);
const returned = [{ orderId: ORDER_ID }];
const PART = { ...BACK, refundId: 'back-2', amountCents: 500 };
const REST = { ...BACK, refundId: 'back-3', amountCents: 886 };
const failed = (refund: object) => ({ ...refund, type: 'till.refundFailed' });
const asked = () => sold().when({ type: 'staff.refunded' });

describe('all of it', () => {
  test.each(['paid.selling', 'paid.sold', 'preparing', 'ready'])('%s: ends the order and restocks', (state) => {
    const order = STATES[state]?.().when(BACK);
    expect([order?.value, order?.sent, order?.did('returnStock')]).toEqual(['refunded', [refunded], returned]);
    expect(order?.did('tellTill')).toMatchObject([{ step: 'calledOff' }]);
    expect(order?.context).toMatchObject({ state: 'refunded', reserved: false, concern: null });
  });

  test.each(['pickedUp', 'shipped', 'delivered', 'underReview'])('%s: ends it and restocks nothing', (state) => {
    const amountCents = state === 'underReview' ? 1 : BACK.amountCents;
    const order = STATES[state]?.().when({ ...BACK, amountCents });
    expect([order?.value, order?.did('returnStock'), order?.sent.length]).toEqual(['refunded', [], 1]);
  });

  test.each(['refundPending.asked', 'refundPending.refunding', 'refundPending.failed'])(
    '%s: ends what was asked for here, and its concern',
    (state) => {
      const order = STATES[state]?.().when(BACK);
      expect([order?.value, order?.sent, order?.did('returnStock')]).toEqual(['refunded', [refunded], []]);
      expect(order && kept(order)).toMatchObject({ concern: null, payment: { status: 'refunded' } });
    },
  );

  test('of money that came too late gives back what was put aside for it, and tries no more', () => {
    const order = lapsed().when(PAID).done('reservation', { reservationId: 'r2' }).when(BACK);
    expect([order.value, order.did('releaseStock'), Object.keys(order.stored.children)]).toEqual([
      'refunded',
      returned,
      [],
    ]);
  });

  test('told twice, or once more after our own refund, is told to the customer once', () => {
    const twice = sold().when(BACK, BACK);
    expect([twice.value, twice.effects]).toEqual(['refunded', []]);
    expect(asked().done('refund').when(BACK).sent).toEqual([]);
  });

  test('of money that the order does not know changes nothing', () => {
    expect(awaiting().when(BACK).effects).toEqual([]);
    expect(sold().when({ ...BACK, paymentId: 'somebody-elses' }).value).toEqual({ paid: 'sold' });
  });
});

describe('a part', () => {
  test('leaves the order as it goes, and asks staff to look', () => {
    const order = STATES['ready']?.().when(PART);
    expect([order?.value, order?.sent, order?.did('returnStock')]).toEqual(['ready', [], []]);
    expect(order && kept(order)).toMatchObject({ state: 'ready', concern: 'refunded_in_part' });
    expect(order?.when(PART).effects).toEqual([]);
  });

  test('and the rest, in any order, is all of it', () => {
    for (const parts of [
      [PART, REST],
      [REST, PART],
    ])
      expect(sold().when(...parts)).toMatchObject({ value: 'refunded', sent: [refunded] });
  });

  test('leaves only the rest for staff to give back here', () => {
    const order = sold().when(PART, { type: 'staff.refunded' });
    expect(order.begun['refund']).toEqual({ orderId: ORDER_ID, paymentId: 'pay-1', amountCents: 886 });
    expect(order.done('refund').sent).toEqual([refunded]);
  });

  test('of a second payment lowers what is owed of it, and all of it ends its concern', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' });
    const part = twice.when({ ...PART, paymentId: 'pay-2' });
    expect(part.when({ type: 'staff.refunded' }).did('refundPayment')).toMatchObject([{ amountCents: 886 }]);
    const whole = part.when({ ...REST, paymentId: 'pay-2' });
    expect([whole.context['extraPayment'], kept(whole)]).toMatchObject([null, { state: 'paid', concern: null }]);
  });
});

test('of two payments either may go back: the other pays the order', () => {
  const order = sold().when({ ...PAID, paymentId: 'pay-2' }, BACK);
  expect([order.value, order.sent]).toEqual([{ paid: 'sold' }, []]);
  expect(order.context).toMatchObject({ payment: { paymentId: 'pay-2' }, extraPayment: null, concern: null });
  const other = sold().when({ ...PAID, paymentId: 'pay-2', amountCents: 1 }, BACK);
  expect([other.value, kept(other)]).toMatchObject(['refunded', { concern: 'extra_payment' }]);
});

describe('a refund there that the bank sends back', () => {
  test('is owed again, and customer and staff hear so', () => {
    const order = sold().when(BACK, failed(BACK));
    expect([order.value, order.sent]).toEqual([{ refundPending: 'failed' }, [news('order.refundFailed')]]);
    expect(kept(order)).toMatchObject({ concern: 'refund_failed' });
    expect(order.when({ type: 'staff.refunded' }).begun['refund']).toMatchObject({ amountCents: 1386 });
    expect(order.when({ ...BACK, refundId: 'back-9' }).value).toBe('refunded');
  });

  test('and of which we hear first counts neither then nor later', () => {
    const order = sold().when(failed(BACK), BACK);
    expect([order.value, order.effects]).toEqual([{ paid: 'sold' }, []]);
  });

  test('after it was told counts no more when the old news comes again', () => {
    expect(sold().when(PART, failed(PART), PART).effects).toEqual([]);
  });

  test('of a part leaves an order that we paid the rest of as it is, and asks staff to look', () => {
    const order = sold().when(PART, { type: 'staff.refunded' }).done('refund').when(failed(PART));
    expect([order.value, order.sent]).toEqual(['refunded', []]);
    expect(kept(order)).toMatchObject({ state: 'refunded', concern: 'refund_failed' });
  });

  test('of a second payment leaves that payment owed', () => {
    const second = { ...BACK, paymentId: 'pay-2' };
    const order = sold().when({ ...PAID, paymentId: 'pay-2' }, second, failed(second));
    expect(order.context).toMatchObject({
      extraPayment: { paymentId: 'pay-2', amountCents: 1386 },
      concern: 'refund_failed',
    });
  });

  test('ours that fails late is no matter where all went back at the till', () => {
    const late = { type: 'refund.failed', paymentId: 'pay-1', amountCents: 1386 };
    expect(asked().done('refund').when(BACK, late).effects).toEqual([]);
    expect(asked().failed('refund', refusal('rejected')).when(BACK, late).value).toBe('refunded');
  });
});
