// What must hold in every state of the conversation: STOP, silence, a change of mind, a failing brain, an order's news.
import { describe, expect, test } from 'vitest';
import { LINES } from '../../src/channels/lines.ts';
import { customerMachine } from '../../machines/customer.ts';
import { at, awaiting, chose, news, preparing, said, says, STATES, STOP, text, UBIK, URL } from './customer-story.ts';
import { SELF } from './given.ts';
import type { Story } from './given.ts';

const names = Object.keys(STATES);
const inSale = names.filter((name) => !name.startsWith('payment.'));
const ordered = ['payment.preparing', 'payment.awaiting'];
const from = (name: string): Story => {
  const story = STATES[name]?.();
  if (!story) throw new Error(`no story leads to ${name}`);
  return story;
};
const FORGOTTEN = { wanted: null, chosen: null, copies: 1, fulfillment: null, addressId: null };

describe.each(names)('in %s', (name) => {
  test('is where its story leads', () => {
    expect(at(from(name), 'conversation')).toBe(name);
  });

  test('STOP is confirmed once, and nothing that was under way goes on', () => {
    const story = from(name).when(STOP);
    expect([at(story, 'consent'), at(story, 'ear'), said(story)]).toEqual(['optedOut', 'quiet', ['consent.stopped']]);
    expect(story.stored.children).toEqual({});
    expect(at(story, 'conversation')).toBe(name.startsWith('payment.') ? name : 'browsing');
  });

  test('a brain that fails is answered for, and the talk stays where it is', () => {
    const story = from(name).when(text('hm')).after('settle').failed('reply');
    expect([at(story, 'ear'), said(story), at(story, 'conversation')]).toEqual(['quiet', ['trouble.brain'], name]);
  });

  test('a question is answered and nothing is lost', () => {
    const story = says(from(name), { type: 'customer.asked' }, [], ['we open at noon']);
    expect(said(story)).toEqual([['we open at noon']]);
    expect([at(story, 'conversation'), story.context['chosen']]).toEqual([name, from(name).context['chosen']]);
  });

  test('another book can be chosen', () => {
    const story = says(from(name), chose(UBIK), [UBIK]);
    expect([at(story, 'conversation'), story.begun]).toEqual([
      'confirming.checking',
      { quote: { isbn13: UBIK.isbn13, copies: 1 } },
    ]);
  });

  test('several books that could be meant are asked about', () => {
    const isbn13s = [UBIK.isbn13, '9780441172719'];
    expect(at(says(from(name), { type: 'customer.namedSeveral', isbn13s }), 'conversation')).toBe('confirming.which');
  });

  test('news of an order arrives', () => {
    const story = from(name).when({ type: 'order.ready', orderId: SELF, title: 'Ubik' });
    expect(story.did('say')).toEqual([{ line: 'order.ready', with: { title: 'Ubik' }, kind: 'fact', started: true }]);
  });

  test('a person can take over and hand back', () => {
    const story = from(name).when({ type: 'staff.tookOver', staffId: 's1' }, { type: 'staff.handedBack' });
    expect([at(story, 'attention'), at(story, 'conversation')]).toEqual(['marty.alone', name]);
  });

  test('whatever the brain proposes is answered or changes the state', () => {
    const acts = [
      'agreed',
      'declined',
      'wantsShipping',
      'wantsPickup',
      'paysNow',
      'wantsHold',
      'changedMind',
      'wantsCancel',
    ];
    const mute = acts.filter((act) => {
      const before = from(name).when(text('words')).after('settle');
      const type = `customer.${act}`;
      const story = before.done('reply', { act: { type }, bubbles: [], shown: [], confidence: 1, by: 'house' });
      return said(story).length === 0 && at(story, 'conversation') === name;
    });
    // While something is being looked up, a yes needs no words: the question or the read-back is on its way.
    expect(mute).toEqual(/\.(?:checking|looking|joining|pricing)/.test(name) ? ['agreed'] : []);
  });
});

describe.each(inSale)('in %s, before anything is ordered', (name) => {
  test('three hours of silence close the thread and forget what was offered', () => {
    const before = from(name);
    const story = before.after('threadLapse');
    expect(story.did('summariseThread')).toEqual([{ threadId: before.context['threadId'] }]);
    expect(story.context).toMatchObject({ ...FORGOTTEN, offers: [] });
    expect(story.context['threadId']).not.toBe(before.context['threadId']);
    expect([at(story, 'conversation'), said(story), story.waiting]).toEqual(['browsing', [], []]);
  });

  test('a change of mind puts everything back', () => {
    const story = says(from(name), { type: 'customer.changedMind' });
    expect([at(story, 'conversation'), said(story)]).toEqual(['browsing', ['changedMind']]);
    expect(story.context).toMatchObject(FORGOTTEN);
    expect(story.stored.children).toEqual({});
  });
});

describe.each(ordered)('in %s', (name) => {
  test('silence closes the thread and leaves the order alone', () => {
    const story = from(name).after('threadLapse');
    expect([at(story, 'conversation'), story.sent, story.did('summariseThread').length]).toEqual([name, [], 1]);
    expect(story.context['openOrders']).toEqual(from(name).context['openOrders']);
  });

  test.each(['customer.changedMind', 'customer.wantsCancel'] as const)('%s calls the order off', (type) => {
    const before = from(name);
    const story = says(before, { type });
    expect(story.sent).toEqual([
      { to: `order:${String(before.context['orderId'])}`, event: { type: 'order.cancelRequested' } },
    ]);
    expect([at(story, 'conversation'), said(story)]).toEqual(['browsing', []]);
    const told = story.when(news(before, 'order.cancelled'));
    expect([said(told), told.context['openOrders']]).toEqual([['order.cancelled'], []]);
  });

  test('who calls the order off hears at once that it takes longer, and each time that they say so again', () => {
    const before = from(name);
    const delayed = says(before, { type: 'customer.changedMind' }).when(news(before, 'order.cancelDelayed'));
    expect(said(delayed)).toEqual(['order.cancelDelayed']);
    const again = says(delayed, { type: 'customer.wantsCancel' });
    expect(again.sent).toEqual([
      { to: `order:${String(before.context['orderId'])}`, event: { type: 'order.cancelRequested' } },
    ]);
    const answered = again.when({ ...news(before, 'order.cancelDelayed'), again: true });
    expect(said(answered)).toEqual(['order.cancelDelayed.again']);
    expect(answered.when(news(before, 'order.cancelled')).context['openOrders']).toEqual([]);
  });

  test('an order that staff call off is no sale any more, although that takes longer: nothing more is promised', () => {
    const before = from(name);
    const told = before.when(news(before, 'order.cancelDelayed'));
    expect([at(told, 'conversation'), said(told), told.context['chosen']]).toEqual([
      'browsing',
      ['order.cancelDelayed'],
      null,
    ]);
    expect(told.waiting).not.toContain('orderPatience');
    expect(said(told.when(news(before, 'order.cancelled')))).toEqual(['order.cancelled']);
    const other = before.when(news(before, 'order.cancelDelayed', { orderId: SELF }));
    expect(at(other, 'conversation')).toBe(name);
  });

  test.each(['order.lapsed', 'order.cancelled', 'order.refundPending'])('%s ends the sale', (type) => {
    const story = from(name).when(news(from(name), type));
    expect([at(story, 'conversation'), said(story), story.context['openOrders']]).toEqual(['browsing', [type], []]);
  });
});

describe.each(ordered)('in %s, news of another order', (name) => {
  test.each(['order.held', 'order.paid', 'order.lapsed', 'order.cancelled', 'order.refundPending'])(
    '%s is told and does not end this sale',
    (type) => {
      const facts = { totalCents: 1599, fulfillment: 'pickup', until: 0 };
      const story = from(name).when({ type, orderId: SELF, title: 'Ubik', ...facts });
      expect([at(story, 'conversation'), said(story).length]).toEqual([name, 1]);
    },
  );
});

describe('what breaks down is never told as a refusal', () => {
  test.each([
    ['confirming.checking', 'quote', 'recommending', 'trouble.book'],
    ['fulfillment.checkingAddress', 'address', 'fulfillment.address', 'trouble.address'],
  ])('in %s', (name, child, target, line) => {
    const story = from(name).failed(child);
    expect([at(story, 'conversation'), said(story)]).toEqual([target, [line]]);
  });
});

describe('lines', () => {
  const chart = JSON.stringify(customerMachine.config);
  const inChart = [...chart.matchAll(/"line":"([\w.]+)"/g)].map(([, line]) => line ?? '');

  test('every line that the chart says has words', () => {
    expect(inChart.filter((line) => !Object.hasOwn(LINES, line))).toEqual([]);
  });

  test('a late link is still passed on when the talk has moved on', () => {
    const gone = says(preparing(), { type: 'customer.changedMind' });
    const facts = { url: URL, totalCents: 1386, taxCents: 87, shippingCents: 0 };
    expect(said(gone.when(news(preparing(), 'order.linkReady', facts)))).toEqual(['order.linkReady']);
  });

  test('news that asks a person in marks the customer', () => {
    const asked = awaiting().when(news(awaiting(), 'order.cancelAsked'));
    expect([at(asked, 'attention'), asked.context['needsStaff']]).toMatchObject([
      'marty.needed',
      { reason: 'cancelAsked' },
    ]);
  });
});
