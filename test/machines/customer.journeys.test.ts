// Whole talks, from the first text to the reader: what is asked, what is looked up, what is said.
import { describe, expect, test } from 'vitest';
import {
  ADDRESS,
  ADDRESS_ID,
  at,
  awaiting,
  browsing,
  checking,
  checkingAddress,
  chose,
  customerDefinition,
  DUNE,
  linkReady,
  method,
  news,
  ONE_LINE,
  payment,
  preparing,
  quoted,
  readback,
  recommending,
  said,
  says,
  STOP,
  sure,
  text,
  UBIK,
  URL,
  which,
} from './customer-story.ts';
import { given, idOf, NOON, refusal, SELF } from './given.ts';

describe('from the first text to the first answer', () => {
  test('a text is kept and greeted with the notice, once in a life', () => {
    const first = given(customerDefinition).when(text('hi'));
    expect(first.did('keepText')).toEqual([
      { messageId: 'm-hi', text: 'hi', channel: 'simulator', threadId: first.context['threadId'] },
    ]);
    expect(said(first)).toEqual(['welcome.notice']);
    expect(said(first.when(text('there')))).toEqual([]);
  });

  test('what a phone answers for its owner is kept and never answered', () => {
    const driving = browsing().when({ ...text("i'm driving"), automatic: true });
    expect(driving.did('keepText')).toHaveLength(1);
    expect(at(driving, 'ear')).toBe('quiet');
  });

  test('three texts in a row get one answer', () => {
    const listening = given(customerDefinition).when(text('hi'), text('got'), text('dune?'));
    expect(listening.waiting).toEqual(['settle']);
    expect(Object.keys(listening.after('settle').begun)).toEqual(['reply']);
  });

  test('a burst without end is answered after fifteen seconds', () => {
    const first = given(customerDefinition).when(text('1'));
    const settleOf = (story: typeof first) => story.effects.flatMap((it) => (it.kind === 'timer' ? [it.delayMs] : []));
    expect(settleOf(first)).toEqual([2500]);
    expect(settleOf(first.later(14_000).when(text('2')))).toEqual([1000]);
    expect(settleOf(first.later(60_000).when(text('3')))).toEqual([0]);
  });

  test('the brain is told what was just asked, what was shown and what is chosen', () => {
    const { threadId } = sure().context;
    expect(sure().when(text('yes')).after('settle').begun).toEqual({
      reply: {
        stage: 'confirming.sure',
        offers: [DUNE],
        chosen: DUNE,
        found: [],
        elsewhere: null,
        orderId: null,
        threadId,
        sinceMs: expect.any(Number),
        awaySinceMs: null,
        begun: null,
      },
    });
  });

  test('a text that comes while Marty thinks makes him think anew', () => {
    const thinking = browsing().when(text('hi')).after('settle');
    const anew = thinking.when(text('wait'));
    expect(anew.effects.map(({ kind }) => kind)).toContain('stop');
    expect(at(anew, 'ear')).toBe('listening');
  });

  test('books that are shown are remembered, newest first, each once', () => {
    const story = says(recommending(DUNE), { type: 'customer.asked' }, [UBIK, DUNE], ['or these']);
    expect(story.did('say')).toEqual([{ bubbles: ['or these'], kind: 'talk', by: 'marty', shown: [UBIK, DUNE] }]);
    expect(story.context['offers']).toEqual([UBIK, DUNE]);
    expect(at(story, 'conversation')).toBe('recommending');
  });
});

describe('buying', () => {
  test('a yes to the only book shown is checked, priced and asked for once more', () => {
    const checking = says(recommending(DUNE), { type: 'customer.agreed' });
    expect(checking.begun).toEqual({ quote: { isbn13: DUNE.isbn13, copies: 1 } });
    expect(said(checking)).toEqual([]);
    expect(checking.done('quote', { ...DUNE, priceCents: 1399 }).did('say')).toEqual([
      {
        line: 'confirm.sure',
        with: { title: 'Dune', copies: 1, priceCents: 1399, totalCents: 1399 },
        kind: 'talk',
      },
    ]);
  });

  test('picked up and paid now: the order is born in the same turn, and its link is passed on', () => {
    expect(said(method())).toEqual(['fulfillment.method']);
    expect(said(payment())).toEqual(['fulfillment.payment']);
    const ordered = preparing();
    const orderId = ordered.context['orderId'];
    expect(orderId).toBe(idOf(ordered.seq, 0));
    expect(ordered.effects).toContainEqual({
      kind: 'start',
      start: {
        machine: 'order',
        id: orderId,
        input: {
          orderId,
          customer: SELF,
          lines: [{ isbn13: DUNE.isbn13, title: 'Dune', copies: 1, priceCents: 1299 }],
          fulfillment: 'pickup',
          addressId: null,
          currency: 'USD',
        },
      },
    });
    expect(linkReady(ordered).did('say')).toEqual([
      {
        line: 'order.linkReady',
        with: { title: 'Dune', url: URL, totalCents: 1386, taxCents: 87, shippingCents: 0 },
        kind: 'fact',
      },
    ]);
    const paid = awaiting().when(news(awaiting(), 'order.paid', { totalCents: 1386, fulfillment: 'pickup' }));
    expect(said(paid)).toEqual(['order.paid.pickup']);
    expect(at(paid, 'conversation')).toBe('browsing');
    expect(paid.context).toMatchObject({ chosen: null, openOrders: [{ orderId, phase: 'paid' }] });
  });

  test('shipped, with a wrong address first: the address is read back and never remembered', () => {
    const wrong = checkingAddress().failed('address', refusal('mismatch'));
    expect(said(wrong)).toEqual(['address.mismatch']);
    const right = says(wrong, { type: 'customer.gaveAddress', address: ADDRESS });
    expect(right.begun).toEqual({ address: { address: ADDRESS } });
    const read = right.done('address', { addressId: ADDRESS_ID, oneLine: ONE_LINE });
    expect(read.did('say')).toEqual([{ line: 'fulfillment.readback', with: { address: ONE_LINE }, kind: 'talk' }]);
    expect(JSON.stringify(read.stored)).not.toContain('Main St');
    const ordered = says(read, { type: 'customer.agreed' });
    expect(ordered.effects).toContainEqual(
      expect.objectContaining({
        kind: 'start',
        start: expect.objectContaining({
          input: expect.objectContaining({ fulfillment: 'shipping', addressId: ADDRESS_ID }),
        }),
      }),
    );
  });

  test.each([
    ['incomplete', 'address.incomplete'],
    ['not_us', 'address.notUs'],
    ['mismatch', 'address.mismatch'],
  ])('an address that is %s is asked for again, with the reason', (code, line) => {
    const story = checkingAddress().failed('address', refusal(code));
    expect([at(story, 'conversation'), said(story)]).toEqual(['fulfillment.address', [line]]);
  });

  test('an address that was misread is given again', () => {
    const story = says(readback(), { type: 'customer.declined' });
    expect([at(story, 'conversation'), said(story)]).toEqual(['fulfillment.address', ['fulfillment.address']]);
  });

  test('held: no money, and the time that it waits', () => {
    const ordered = says(payment(), { type: 'customer.wantsHold' });
    const held = ordered.when(news(ordered, 'order.held', { until: NOON }));
    expect(held.did('say')).toEqual([{ line: 'order.held', with: { title: 'Dune', untilMs: NOON }, kind: 'fact' }]);
    expect(at(held, 'conversation')).toBe('browsing');
    expect(held.context['openOrders']).toEqual([{ orderId: ordered.context['orderId'], phase: 'held' }]);
  });

  test('fewer copies than wanted: said as it is, and back to looking', () => {
    const story = says(recommending(DUNE), chose(DUNE, 2)).failed('quote', refusal('sold_out'));
    expect(story.did('say')).toEqual([
      { line: 'confirm.soldOut', with: { title: 'Dune', copies: 2, priceCents: 1299, totalCents: 2598 }, kind: 'talk' },
    ]);
    expect(at(story, 'conversation')).toBe('recommending');
  });

  test('a book that the shop does not know is never sold', () => {
    const story = says(browsing(), chose(UBIK)).failed('quote', refusal('unknown_book'));
    expect([at(story, 'conversation'), said(story)]).toEqual(['recommending', ['confirm.unknownBook']]);
  });

  test('another price at the till: the new one is looked up, said, and asked for', () => {
    const ordered = preparing();
    const changed = ordered.when(news(ordered, 'order.refused', { code: 'price_changed' }));
    expect(said(changed)).toEqual(['confirm.priceChanged']);
    expect(changed.begun).toEqual({ quote: { isbn13: DUNE.isbn13, copies: 1 } });
    const asked = changed.done('quote', { ...DUNE, priceCents: 1499 });
    expect([at(asked, 'conversation'), said(asked)]).toEqual(['confirming.sure', ['confirm.sure']]);
    expect(asked.context).toMatchObject({ openOrders: [], chosen: { priceCents: 1499 } });
  });

  test('sold out at the till: back to looking', () => {
    const ordered = preparing();
    const story = ordered.when(news(ordered, 'order.refused', { code: 'sold_out' }));
    expect([at(story, 'conversation'), said(story)]).toEqual(['recommending', ['order.refused.soldOut']]);
  });

  test('trouble at the till: a yes is enough to try again', () => {
    const ordered = preparing();
    const story = ordered.when(news(ordered, 'order.refused', { code: 'trouble' }));
    expect([at(story, 'conversation'), said(story)]).toEqual(['confirming.sure', ['trouble.order']]);
    expect(at(says(story, { type: 'customer.agreed' }), 'conversation')).toBe('fulfillment.method');
  });

  test('a link that takes long is spoken of once', () => {
    const slow = preparing().after('orderPatience');
    expect(said(slow)).toEqual(['payment.slow']);
    expect(slow.waiting).not.toContain('orderPatience');
  });
});

describe('yes is a yes to what was asked', () => {
  test('a yes to several books asks which', () => {
    expect(which().did('say')).toEqual([{ line: 'confirm.which', with: { titles: 'Dune or Ubik' }, kind: 'talk' }]);
  });

  test('a yes with nothing on the counter buys nothing', () => {
    const story = says(browsing(), { type: 'customer.agreed' });
    expect([at(story, 'conversation'), said(story)]).toEqual(['browsing', ['lost.noBook']]);
  });

  test('a yes after other books were shown is asked for again', () => {
    const distracted = says(sure(), { type: 'customer.asked' }, [UBIK], ['there is also Ubik']);
    const again = quoted(says(distracted, { type: 'customer.agreed' }));
    expect([at(again, 'conversation'), said(again)]).toEqual(['confirming.sure', ['confirm.sure']]);
    expect(at(says(again, { type: 'customer.agreed' }), 'conversation')).toBe('fulfillment.method');
  });

  test.each([
    ['fulfillment.method', method, 'customer.wantsHold'],
    ['fulfillment.payment', payment, 'customer.wantsHold'],
    ['fulfillment.payment', payment, 'customer.paysNow'],
    ['fulfillment.readback', readback, 'customer.wantsHold'],
  ] as const)(
    'in %s, after other books were shown, nothing is ordered: price and title are asked for',
    (_at, story, type) => {
      const asked = quoted(says(says(story(), { type: 'customer.asked' }, [UBIK], ['or this']), { type }));
      expect([at(asked, 'conversation'), said(asked), asked.context['orderId']]).toEqual([
        'confirming.sure',
        ['confirm.sure'],
        null,
      ]);
    },
  );

  test('an address that is read back after other books were shown is no yes to the title: both are asked about in one', () => {
    const shown = says(method(), { type: 'customer.asked' }, [UBIK], ['or this']);
    const readBack = says(shown, { type: 'customer.gaveAddress', address: ADDRESS }).done('address', {
      addressId: ADDRESS_ID,
      oneLine: ONE_LINE,
    });
    const again = says(readBack, { type: 'customer.agreed' });
    const facts = { title: 'Dune', copies: 1, priceCents: 1299, totalCents: 1299 };
    expect([at(again, 'conversation'), again.did('say')]).toEqual([
      'fulfillment.readback',
      [{ line: 'fulfillment.readbackAgain', with: facts, kind: 'talk' }],
    ]);
    expect(at(says(again, { type: 'customer.agreed' }), 'conversation')).toBe('payment.preparing');
  });

  test('the same book at another price than was told is looked up again', () => {
    const dearer = { ...DUNE, priceCents: 1499 };
    const yes = says(sure(), { type: 'customer.wantsHold' }, [dearer], ['it is $14.99']);
    expect(yes.begun).toEqual({ quote: { isbn13: DUNE.isbn13, copies: 1 } });
    expect(quoted(yes, dearer).did('say')).toMatchObject([{ line: 'confirm.sure', with: { totalCents: 1499 } }]);
  });

  test('a new price that was told and looked up is the one of the offers, too: the yes to it counts', () => {
    const dearer = { ...DUNE, priceCents: 1499 };
    const told = quoted(checking(), dearer);
    expect(told.context['offers']).toEqual([dearer]);
  });

  test('a quote leaves the offers in their order, and adds none', () => {
    const story = quoted(says(recommending(DUNE, UBIK), chose(UBIK)), { ...UBIK, priceCents: 1699 });
    expect(story.context['offers']).toEqual([DUNE, { ...UBIK, priceCents: 1699 }]);
  });

  test('a yes to try once more, after other books were shown, is asked about', () => {
    const shown = says(preparing(), { type: 'customer.asked' }, [UBIK], ['or this']);
    for (const then of [shown, shown.after('threadLapse')]) {
      const trouble = then.when(news(shown, 'order.refused', { code: 'trouble' }));
      expect(at(says(trouble, { type: 'customer.wantsHold' }), 'conversation')).toBe('confirming.checking');
    }
  });

  test('news that another order was refused comes between a question and its yes', () => {
    const first = preparing();
    const second = quoted(says(first, chose(UBIK), [UBIK]), UBIK);
    const told = second.when(news(first, 'order.refused', { code: 'price_changed' }));
    expect(said(told)).toEqual(['order.refused.priceChanged']);
    expect(at(says(told, { type: 'customer.wantsHold' }), 'conversation')).toBe('confirming.checking');
  });

  test.each(['order.lapsed', 'order.holdLapsed'])(
    'news that asks whether they still want another book (%s) comes between a question and its yes',
    (type) => {
      const first = preparing();
      const told = quoted(says(first, chose(UBIK), [UBIK]), UBIK).when(news(first, type));
      expect(said(told)).toEqual([type]);
      expect(at(says(told, { type: 'customer.agreed' }), 'conversation')).toBe('confirming.checking');
    },
  );

  test('the same book named again is a yes; more copies are a new question', () => {
    expect(at(says(sure(), chose(DUNE)), 'conversation')).toBe('fulfillment.method');
    const two = says(sure(), chose(DUNE, 2));
    expect(two.begun).toEqual({ quote: { isbn13: DUNE.isbn13, copies: 2 } });
    expect(two.done('quote', DUNE).did('say')).toEqual([
      { line: 'confirm.sure', with: { title: 'Dune', copies: 2, priceCents: 1299, totalCents: 2598 }, kind: 'talk' },
    ]);
  });

  test('a yes while the link is out points at the link, and before that says that it is being made', () => {
    expect(said(says(preparing(), { type: 'customer.agreed' }))).toEqual(['payment.preparing']);
    expect(said(says(awaiting(), { type: 'customer.agreed' }))).toEqual(['payment.waiting']);
  });
});

describe('several orders', () => {
  test('a second book may be bought while the first waits for its money; both stand', () => {
    const first = awaiting();
    const second = says(first, chose(UBIK), [UBIK]);
    expect(said(second)).toEqual(['payment.stillOpen']);
    const ordered = says(
      says(says(second.done('quote', UBIK), { type: 'customer.agreed' }), { type: 'customer.wantsPickup' }),
      {
        type: 'customer.paysNow',
      },
    );
    expect(ordered.context['openOrders']).toEqual([
      { orderId: first.context['orderId'], phase: 'unpaid' },
      { orderId: ordered.context['orderId'], phase: 'opening' },
    ]);
    const firstPaid = ordered.when({ ...news(first, 'order.paid', { totalCents: 1386, fulfillment: 'pickup' }) });
    expect([at(firstPaid, 'conversation'), said(firstPaid)]).toEqual(['payment.preparing', ['order.paid.pickup']]);
  });

  test('cancel spares a paid order while another one is unpaid', () => {
    const first = awaiting();
    const paid = first.when(news(first, 'order.paid', { totalCents: 1386, fulfillment: 'pickup' }));
    const unpaid = { orderId: SELF, title: 'Ubik', url: URL, totalCents: 1599, taxCents: 0, shippingCents: 0 };
    const both = paid.when({ type: 'order.linkReady', ...unpaid }, news(first, 'order.ready'));
    expect(says(both, { type: 'customer.wantsCancel' }).sent).toEqual([
      { to: `order:${SELF}`, event: { type: 'order.cancelRequested' } },
    ]);
  });

  test('cancel with a paid order alone asks that order, which asks staff', () => {
    const paid = awaiting().when(news(awaiting(), 'order.paid', { totalCents: 1386, fulfillment: 'pickup' }));
    const cancelled = says(paid, { type: 'customer.wantsCancel' });
    expect(cancelled.sent).toEqual([
      { to: `order:${String(paid.context['orderId'])}`, event: { type: 'order.cancelRequested' } },
    ]);
  });

  test('a hold that is ready costs nothing to cancel still: of two, the newer one is cancelled', () => {
    const [older, newer] = [idOf(1, 0x700), idOf(2, 0x700)];
    const holds = [older, newer].map((orderId) => ({ type: 'order.held', orderId, title: 'Dune', until: NOON }));
    const both = browsing().when(...holds, { type: 'order.ready', orderId: newer, title: 'Dune' });
    expect(both.context['openOrders']).toEqual([
      { orderId: older, phase: 'held' },
      { orderId: newer, phase: 'held' },
    ]);
    expect(says(both, { type: 'customer.wantsCancel' }).sent).toEqual([
      { to: `order:${newer}`, event: { type: 'order.cancelRequested' } },
    ]);
  });

  test('cancel with nothing ordered is answered', () => {
    expect(said(says(browsing(), { type: 'customer.wantsCancel' }))).toEqual(['lost.noOrder']);
  });
});

describe('a person answers', () => {
  test('Marty is silent while staff have taken over, and what they write is said as it is', () => {
    const taken = browsing().when(text('hello')).after('settle').when({ type: 'staff.tookOver', staffId: 's1' });
    expect(at(taken, 'ear')).toBe('quiet');
    const kept = taken.when(text('anyone there?'));
    expect([said(kept), kept.did('keepText').length, at(kept, 'ear')]).toEqual([[], 1, 'quiet']);
    expect(kept.when({ type: 'staff.said', text: 'I am' }).did('say')).toEqual([
      { bubbles: ['I am'], kind: 'fact', by: 'staff' },
    ]);
  });

  test('he is back when they hand over, or have said nothing for two hours', () => {
    const taken = browsing().when({ type: 'staff.tookOver', staffId: 's1' });
    for (const back of [taken.when({ type: 'staff.handedBack' }), taken.after('staffLease')]) {
      expect([at(back, 'attention'), at(back.when(text('hi')), 'ear')]).toEqual(['marty.alone', 'listening']);
    }
  });

  test('each word of theirs begins the two hours anew', () => {
    const taken = browsing().when({ type: 'staff.tookOver', staffId: 's1' });
    const spoke = taken.when({ type: 'staff.said', text: 'still here' });
    expect(spoke.effects.flatMap((it) => (it.kind === 'timer' ? [it.id] : []))).toContain(
      'xstate.after.staffLease.customer.attention.staff',
    );
  });

  test('who speaks has taken over', () => {
    const story = browsing().when({ type: 'staff.said', text: 'hi, Carrie here', staffId: 's2' });
    expect([at(story, 'attention'), story.context['staffId']]).toEqual(['staff', 's2']);
  });

  test('a customer who wants a person is told and marked, until one comes', () => {
    const asked = says(sure(), { type: 'customer.wantsPerson' });
    const need = { reason: 'asked', sinceMs: asked.nowMs };
    expect([said(asked), at(asked, 'attention'), asked.context['needsStaff']]).toEqual([
      ['person.coming'],
      'marty.needed',
      need,
    ]);
    const answered = asked.when({ type: 'staff.said', text: 'hi', staffId: 's1' });
    expect([at(answered, 'attention'), answered.context['needsStaff']]).toEqual(['staff', null]);
    const settled = asked.when({ type: 'staff.handedBack' });
    expect([at(settled, 'attention'), settled.context['needsStaff']]).toEqual(['marty.alone', null]);
  });
});

describe('consent', () => {
  test('STOP as the very first text gets its confirmation and nothing else', () => {
    const story = given(customerDefinition).when(STOP);
    expect(story.did('say')).toEqual([{ line: 'consent.stopped', with: {}, kind: 'fact' }]);
    expect(story.did('keepConsent')).toEqual([{ change: 'revoked', source: 'keyword', messageId: 'm-STOP' }]);
  });

  test('said in other words it is the same', () => {
    const story = says(awaiting(), { type: 'customer.optedOut' });
    expect([at(story, 'consent'), said(story)]).toEqual(['optedOut', ['consent.stopped']]);
    expect(story.did('keepConsent')).toEqual([{ change: 'revoked', source: 'words', messageId: null }]);
  });

  test('said to the carrier it ends the talk, and nobody confirms it twice', () => {
    const story = awaiting().when({ type: 'consent.revoked', source: 'carrier' });
    expect([at(story, 'consent'), at(story, 'ear'), said(story)]).toEqual(['optedOut', 'quiet', []]);
    expect(story.did('keepConsent')).toEqual([{ change: 'revoked', source: 'carrier', messageId: null }]);
    expect(story.when({ type: 'consent.revoked', source: 'carrier' }).did('keepConsent')).toEqual([]);
  });

  test('while opted out a second STOP, talk, news and staff are all silent; texts are kept', () => {
    const out = awaiting().when(STOP);
    const order = news(awaiting(), 'order.reminder', { url: URL });
    for (const event of [STOP, text('hello?'), order, { type: 'staff.said', text: 'hi' }]) {
      expect(said(out.when(event))).toEqual([]);
    }
    expect(out.when(text('hello?')).did('keepText')).toHaveLength(1);
    expect(at(out.when(text('hello?')), 'ear')).toBe('quiet');
  });

  test('HELP is answered in any case', () => {
    const help = text('help', 'help');
    expect(said(browsing().when(help))).toEqual(['consent.help']);
    expect(said(browsing().when(STOP, help))).toEqual(['consent.help']);
  });

  test('HELP does not disturb an answer that is being made', () => {
    expect(at(browsing().when(text('hi')).after('settle').when(text('help', 'help')), 'ear')).toBe('understanding');
  });

  test.each([text('START', 'start'), text('Yes.')])('$text brings an opted-out customer back', (event) => {
    const story = browsing().when(STOP).when(event);
    expect([at(story, 'consent'), said(story)]).toEqual(['subscribed', ['consent.started']]);
    expect(story.did('keepConsent')).toMatchObject([{ change: 'granted' }]);
    expect(at(story.when(text('dune?')), 'ear')).toBe('listening');
  });

  test('YES is ordinary talk for everybody else', () => {
    expect(said(sure().when(text('yes')))).toEqual([]);
  });
});
