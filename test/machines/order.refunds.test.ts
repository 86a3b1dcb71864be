// Money that somebody gives back at the till's own desk: noticed once, whole or in part, in any order and in every state.
import { describe, expect, test } from 'vitest';
import type { Story } from './given.ts';
import { refusal } from './given.ts';
import { awaiting, BACK, CUSTOMER, gaveBack, lapsed, ORDER_ID, PAID, sold, STATES } from './order-story.ts';

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

  test.each(['underReview', 'refundPending.asked'])('%s: frees what only the till has sold', (state) => {
    const order = STATES[state]?.().when({ ...BACK, amountCents: state === 'underReview' ? 1 : BACK.amountCents });
    expect([order?.context['reserved'], order?.did('releaseStock')]).toEqual([false, returned]);
  });

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
    expect(asked().done('refund', gaveBack()).when(BACK).sent).toEqual([]);
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
    expect(order.done('refund', gaveBack('pay-1', 886)).sent).toEqual([refunded]);
  });

  test('of a second payment lowers what is owed of it, and all of it ends its concern', () => {
    const twice = sold().when({ ...PAID, paymentId: 'pay-2' });
    const part = twice.when({ ...PART, paymentId: 'pay-2' });
    expect(part.when({ type: 'staff.refunded' }).begun['extraRefund']).toMatchObject({ amountCents: 886 });
    const whole = part.when({ ...REST, paymentId: 'pay-2' });
    expect(kept(whole)).toMatchObject({ state: 'paid', concern: null });
    expect(whole.when({ type: 'staff.refunded' }).value).toEqual({ refundPending: 'refunding' });
  });
});

test('of two payments either may go back: the other pays the order', () => {
  const order = sold().when({ ...PAID, paymentId: 'pay-2' }, BACK);
  expect([order.value, order.sent]).toEqual([{ paid: 'sold' }, []]);
  expect(order.context).toMatchObject({ payment: { paymentId: 'pay-2' }, concern: null });
  const other = sold().when({ ...PAID, paymentId: 'pay-2', amountCents: 1 }, BACK);
  expect([other.value, kept(other)]).toMatchObject(['refunded', { concern: 'extra_payment' }]);
});

describe('payments besides the order’s own', () => {
  const SECOND = { ...PAID, paymentId: 'pay-2' };
  const press = { type: 'staff.refunded' };
  const twice = () => sold().when(SECOND);

  test.each([
    ['we gave back', () => twice().when(press).done('extraRefund', gaveBack('pay-2')), SECOND],
    ['went back at the till', () => twice().when({ ...BACK, paymentId: 'pay-2' }), SECOND],
    ['was the order’s own before it went back at the till', () => twice().when(BACK), PAID],
  ])('one that %s is none that just came, however late it is told again', (_, story, again) => {
    const order = story().when(again);
    expect([order.effects, order.context['concern']]).toEqual([[], null]);
  });

  test('all of them go back, one press each, and only then the order’s own', () => {
    const order = twice().when({ ...PAID, paymentId: 'pay-3' }, press);
    expect(order.begun).toEqual({ extraRefund: { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 1386 } });
    expect(order.when(press)).toMatchObject({ value: { paid: 'sold' }, effects: [] });
    const one = order.done('extraRefund', gaveBack('pay-2'));
    expect(kept(one)).toMatchObject({ concern: 'extra_payment' });
    const both = one.when(press).done('extraRefund', gaveBack('pay-3', 1386, 'ours-2'));
    expect([both.value, kept(both)]).toMatchObject([{ paid: 'sold' }, { concern: null }]);
    expect(both.when(press).begun['refund']).toMatchObject({ paymentId: 'pay-1' });
  });

  test.each(['staff.refunded', 'staff.settled'])('%s said of what the order no longer shows does nothing', (type) => {
    const done = twice().when(press).done('extraRefund', gaveBack('pay-2'));
    expect(done.when({ type, seen: 'extra_payment' })).toMatchObject({ value: { paid: 'sold' }, effects: [] });
    const asked = sold().when({ type: 'order.cancelRequested' });
    expect(asked.when({ type, seen: null })).toMatchObject({ value: { paid: 'sold' }, effects: [] });
    expect(asked.when({ type, seen: 'cancel_asked' }).effects).not.toEqual([]);
  });

  test('one that the till tells of before its own answer comes has not failed: the next waits as it did', () => {
    const told = { ...BACK, refundId: 'ours-1', paymentId: 'pay-2' };
    const order = twice()
      .when({ ...PAID, paymentId: 'pay-3' }, press, told)
      .done('extraRefund', gaveBack('pay-2'));
    expect(kept(order)).toMatchObject({ state: 'paid', concern: 'extra_payment' });
  });

  test('one that the till would not give back stays in front of staff, who may try again', () => {
    const order = twice().when(press).failed('extraRefund');
    expect([order.value, order.sent]).toEqual([{ paid: 'sold' }, []]);
    expect(kept(order)).toMatchObject({ state: 'paid', concern: 'refund_failed' });
    expect(order.when({ type: 'staff.settled' }).effects).toEqual([]);
    expect(order.when(press).begun).toEqual({
      extraRefund: { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 1386 },
    });
    expect(kept(order.when({ ...BACK, paymentId: 'pay-2' }))).toMatchObject({ concern: null });
  });

  test('one that went back at the till while we asked is no concern', () => {
    const order = twice()
      .when(press, { ...BACK, paymentId: 'pay-2' })
      .failed('extraRefund');
    expect(kept(order)).toMatchObject({ state: 'paid', concern: null });
  });

  test('one that is going back does not pay the order when its own goes back at the till', () => {
    expect(twice().when(press, BACK).value).toBe('refunded');
  });

  test.each([
    ['before', () => sold().when({ type: 'order.cancelRequested' }, SECOND)],
    ['after', () => twice().when({ type: 'order.cancelRequested' })],
  ])('what staff were to look at %s they came is not forgotten over them', (_, story) => {
    for (const after of [story().when(BACK), story().when(press).done('extraRefund', gaveBack('pay-2'))])
      expect(after.context['concern']).toBe('cancel_asked');
    expect(story().when({ type: 'staff.settled' }).context['concern']).toBe('extra_payment');
  });

  test.each(['underReview', 'refundPending.asked', 'refundPending.failed'])(
    'an order whose own money waits for staff stays in front of them: %s',
    (state) => {
      const order = STATES[state]?.().when(SECOND);
      const concern = STATES[state]?.().context['concern'];
      expect([concern, order?.context['concern']]).toEqual([concern, expect.any(String)]);
      const pressed = order?.when(press);
      for (const after of [
        pressed,
        pressed?.done('extraRefund', gaveBack('pay-2')),
        pressed?.failed('extraRefund').when(press).done('extraRefund', gaveBack('pay-2')),
        order?.when({ ...BACK, paymentId: 'pay-2' }),
      ])
        expect([after?.value, after?.context['concern']]).toEqual([order?.value, concern]);
    },
  );
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

  test('of a part is owed again, and no more than that, where we paid the rest', () => {
    const paid = sold().when(PART, { type: 'staff.refunded' }).done('refund', gaveBack('pay-1', 886));
    const order = paid.when(failed(PART));
    expect([order.value, order.sent]).toEqual([{ refundPending: 'failed' }, [news('order.refundFailed')]]);
    expect(order.when({ type: 'staff.refunded' }).begun['refund']).toMatchObject({ amountCents: 500 });
  });

  test('while we pay the rest is owed as soon as that is paid', () => {
    const order = sold().when(PART, { type: 'staff.refunded' }, failed(PART)).done('refund', gaveBack('pay-1', 886));
    expect([order.value, order.sent]).toEqual([{ refundPending: 'failed' }, []]);
    const again = order.when({ type: 'staff.refunded' });
    expect(again.begun['refund']).toMatchObject({ amountCents: 500 });
    expect(again.done('refund', gaveBack('pay-1', 500, 'ours-2')).value).toBe('refunded');
  });

  test('of as much as we paid besides is paid as another refund, not as the same one', () => {
    const half = { ...BACK, amountCents: 693 };
    const paid = sold().when(half, { type: 'staff.refunded' }).done('refund', gaveBack('pay-1', 693));
    const again = paid.when(failed(half), { type: 'staff.refunded' });
    expect(again.begun['refund']).toMatchObject({ amountCents: 693, earlier: ['ours-1'] });
    const third = again
      .done('refund', gaveBack('pay-1', 693, 'ours-2'))
      .when(
        { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-1', amountCents: 693 },
        { type: 'staff.refunded' },
      );
    expect(third.begun['refund']).toMatchObject({ amountCents: 693, earlier: ['ours-2'] });
  });

  test('is asked for under the same name again while nobody knows that it went back', () => {
    const half = { ...BACK, amountCents: 693 };
    const first = sold().when(half, { type: 'staff.refunded' });
    const bounced = { type: 'refund.failed', refundId: 'another', paymentId: 'pay-1', amountCents: 693 };
    const again = first.when(bounced, { type: 'staff.refunded' });
    expect(again.begun['refund']).toEqual(first.begun['refund']);
  });

  test('of a second payment leaves that payment owed', () => {
    const second = { ...BACK, paymentId: 'pay-2' };
    const order = sold().when({ ...PAID, paymentId: 'pay-2' }, second, failed(second));
    expect(order.context).toMatchObject({ concern: 'refund_failed' });
    expect(order.when({ type: 'staff.refunded' }).begun['extraRefund']).toEqual({
      orderId: ORDER_ID,
      paymentId: 'pay-2',
      amountCents: 1386,
    });
  });

  test('ours that fails late is no matter where all went back at the till', () => {
    const late = { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-1', amountCents: 1386 };
    expect(asked().done('refund', gaveBack()).when(BACK, late)).toMatchObject({ value: 'refunded', effects: [] });
    expect(asked().failed('refund', refusal('rejected')).when(BACK, late).value).toBe('refunded');
  });
});

describe('money that went back by hand', () => {
  const stuck = () => sold().when({ type: 'staff.refunded' }).failed('refund');
  const byHand = { type: 'staff.settled', seen: 'refund_failed', staffId: 'ada' } as const;
  const HAND = { refundId: 'by hand pay-1', paymentId: 'pay-1', amountCents: 1386, saidBy: 'ada' };

  test('after the till would not give it back ends the order, which keeps who said so; its customer hears it', () => {
    const order = stuck().when(byHand);
    expect([order.value, order.sent]).toEqual([
      'refunded',
      [news('order.refunded', { amountCents: 1386, byHand: true })],
    ]);
    expect(order.context['tillRefunds']).toEqual([HAND]);
    expect(kept(order)).toMatchObject({ state: 'refunded', concern: null, payment: { status: 'refunded' } });
    expect(order.when(byHand).effects).toEqual([]);
  });

  test.each([
    ['without the order before them', { type: 'staff.settled' }],
    ['of what it no longer shows', { ...byHand, seen: 'extra_payment' }],
  ])('is not said %s', (_, event) => {
    expect(stuck().when(event)).toMatchObject({ value: { refundPending: 'failed' }, effects: [] });
  });

  test.each(['refundPending.asked', 'refundPending.refunding', 'underReview'])('is not said in %s', (state) => {
    const order = STATES[state]?.();
    const said = order?.when({ ...byHand, seen: order.context['concern'] });
    expect([said?.value, said?.effects]).toEqual([order?.value, []]);
  });

  test('and that the till tells of afterwards was that very money: where the bank sends it back, it is owed again', () => {
    const told = stuck().when(byHand, BACK);
    expect([told.value, told.sent]).toEqual(['refunded', []]);
    expect(told.context['tillRefunds']).toMatchObject([{ ...HAND, amountCents: 0 }, { amountCents: 1386 }]);
    const bounced = told.when({ ...BACK, type: 'till.refundFailed' });
    expect([bounced.value, kept(bounced)]).toMatchObject([{ refundPending: 'failed' }, { concern: 'refund_failed' }]);
    expect(bounced.when(byHand).context['tillRefunds']).toContainEqual(HAND);
  });

  test('and that the till tells of as well is shown to staff, who look whether it went twice', () => {
    const told = stuck().when(byHand, BACK);
    expect(kept(told)).toMatchObject({ state: 'refunded', concern: 'refunded_by_hand_too' });
    const looked = told.when({ type: 'staff.settled', seen: 'refunded_by_hand_too', staffId: 'ada' });
    expect(kept(looked)).toMatchObject({ state: 'refunded', concern: null });
    expect(looked.when(BACK).effects).toEqual([]);
  });

  test.each(['refund.failed', 'till.refundFailed'])(
    'and that the bank would not take, of which we hear by %s alone, may have been that very money: it is owed again',
    (type) => {
      const bounced = stuck().when(byHand, { ...BACK, type });
      expect([bounced.value, kept(bounced)]).toMatchObject([{ refundPending: 'failed' }, { concern: 'refund_failed' }]);
      expect(bounced.sent).toMatchObject([news('order.refundFailed')]);
      expect(bounced.context['tillRefunds']).toMatchObject([{ ...HAND, amountCents: 0 }, { amountCents: 0 }]);
      const given = bounced.when(byHand);
      expect([given.value, given.context['tillRefunds']]).toMatchObject(['refunded', [{ amountCents: 0 }, HAND]]);
      expect(given.when({ ...BACK, type }).effects).toEqual([]);
    },
  );

  test('is shown so too where a part of it had come back, and the till gives all of it back at its desk', () => {
    const half = { ...BACK, amountCents: 693 };
    const owedAgain = sold()
      .when(half, { type: 'staff.refunded' })
      .failed('refund')
      .when(byHand, { ...half, type: 'till.refundFailed' });
    expect(kept(owedAgain)).toMatchObject({ state: 'refundPending', concern: 'refund_failed' });
    expect(kept(owedAgain.when({ ...BACK, refundId: 'back-2' }))).toMatchObject({
      state: 'refunded',
      concern: 'refunded_by_hand_too',
    });
  });

  test('leaves a second payment to be given back once staff have looked', () => {
    const told = stuck().when({ ...PAID, paymentId: 'pay-2' }, byHand, BACK);
    expect(kept(told)).toMatchObject({ concern: 'refunded_by_hand_too' });
    expect(kept(told.when({ type: 'staff.settled', seen: 'refunded_by_hand_too' }))).toMatchObject({
      concern: 'extra_payment',
    });
  });

  test('leaves a second payment in front of staff', () => {
    const twice = stuck()
      .when({ ...PAID, paymentId: 'pay-2' })
      .when(byHand);
    expect([twice.value, kept(twice)]).toMatchObject(['refunded', { concern: 'extra_payment' }]);
  });
});

test.each(['refundPending.asked', 'refundPending.refunding', 'refundPending.failed'])(
  '%s: a customer who calls it off hears that the money comes',
  (state) => {
    const order = STATES[state]?.();
    const after = order?.when({ type: 'order.cancelRequested' });
    expect([after?.value, after?.sent]).toEqual([order?.value, [news('order.refundPending')]]);
  },
);
