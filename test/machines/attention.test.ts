// Why a person is needed: what Marty cannot read, what a carrier turns away, an opt-out that may not have been one.
import { describe, expect, test } from 'vitest';
import { at, browsing, method, said, says, STOP, text } from './customer-story.ts';
import type { Story } from './given.ts';

const needOf = (story: Story) => [at(story, 'attention'), story.context['needsStaff']];
const needed = (story: Story, reason: string) => ['marty.needed', { reason, sinceMs: story.nowMs }];
const picture = { ...text('[picture]'), media: { kind: 'picture', alone: true } };

describe('what came is no text', () => {
  test.each(['picture', 'voice', 'file'])(
    'a %s alone gets a polite line and a person, and is not thought about',
    (kind) => {
      const story = browsing().when({ ...picture, media: { kind, alone: true } });
      expect([said(story), at(story, 'ear'), story.did('keepText').length]).toEqual([[`media.${kind}`], 'quiet', 1]);
      expect(needOf(story)).toEqual(needed(story, 'media'));
    },
  );

  test('a picture with words is thought about too, and the sale goes on', () => {
    const story = method().when({ ...text('ship it'), media: { kind: 'picture', alone: false } });
    expect([said(story), at(story, 'ear'), at(story, 'conversation')]).toEqual([
      ['media.picture'],
      'listening',
      'fulfillment.method',
    ]);
  });

  test('nobody who has opted out hears of it', () => {
    const story = browsing().when(STOP).when(picture);
    expect([said(story), at(story, 'attention')]).toEqual([[], 'marty.alone']);
  });
});

test.each(['filtered', 'landline'])('a carrier that turns our texts away (%s) is a reason', (reason) => {
  const story = browsing().when({ type: 'carrier.refused', reason });
  expect([needOf(story), said(story)]).toEqual([needed(story, 'undelivered'), []]);
});

describe('an opt-out as the brain understood it', () => {
  const understood = (confidence: number) =>
    browsing()
      .when(text('enough of this'))
      .after('settle')
      .done('reply', { act: { type: 'customer.optedOut' }, bubbles: [], shown: [], confidence, by: 'claude' });

  test('counts at once, however unsure it was', () => {
    expect([0.3, 0.95].map((sure) => [at(understood(sure), 'consent'), said(understood(sure))])).toEqual([
      ['optedOut', ['consent.stopped']],
      ['optedOut', ['consent.stopped']],
    ]);
  });

  test('is looked at by a person where it was unsure', () => {
    expect(needOf(understood(0.3))).toEqual(needed(understood(0.3), 'doubtfulOptOut'));
    expect(needOf(understood(0.95))).toEqual(['marty.alone', null]);
  });
});

test('whoever was needed is not once they answer, or say that it is settled', () => {
  const asked = says(browsing(), { type: 'customer.wantsPerson' });
  expect(needOf(asked.when({ type: 'staff.handedBack' }))).toEqual(['marty.alone', null]);
  expect(needOf(asked.when({ type: 'staff.said', text: 'hi', staffId: 's1' }))).toEqual(['staff', null]);
});

describe('a person who takes over', () => {
  const TOOK = { type: 'staff.tookOver', staffId: 's1' };
  const asked = () => says(browsing(), { type: 'customer.wantsPerson' });
  const answer = { type: 'staff.said', text: 'hi', staffId: 's1' };
  /** Two hours later. */
  const left = (story: Story) => needOf(story.after('staffLease'));

  test('and says nothing leaves who asked for one waiting, since when they asked', () => {
    const since = asked().nowMs;
    expect(left(asked().later(60_000).when(TOOK))).toEqual(['marty.needed', { reason: 'asked', sinceMs: since }]);
  });

  test('and says nothing to what was texted since, or just before, leaves them waiting too', () => {
    const since = browsing().nowMs;
    const unanswered = ['marty.needed', { reason: 'unanswered', sinceMs: since }];
    expect(left(browsing().when(TOOK, text('hello?')).later(60_000).when(text('anyone?')))).toEqual(unanswered);
    expect(left(browsing().when(text('hello?')).later(1000).when(TOOK))).toEqual(unanswered);
    expect(left(asked().when(TOOK, answer, text('thanks')))).toEqual(unanswered);
  });

  test('and answers leaves nobody waiting, nor does one who hands back', () => {
    expect(left(asked().when(TOOK, text('hello?'), answer))).toEqual(['marty.alone', null]);
    expect(needOf(asked().when(TOOK, text('hello?'), { type: 'staff.handedBack' }))).toEqual(['marty.alone', null]);
    expect(left(browsing().when(TOOK))).toEqual(['marty.alone', null]);
  });

  test('and says nothing leaves waiting whoever wants to call an order off or cannot be reached', () => {
    const cancels = browsing().when(TOOK, {
      type: 'order.cancelAsked',
      orderId: '0190a000-0000-7000-8000-0000000000ab',
      title: 'Dune',
    });
    expect(left(cancels)).toEqual(['marty.needed', { reason: 'cancelAsked', sinceMs: browsing().nowMs }]);
    const refused = browsing().when(TOOK, { type: 'carrier.refused', reason: 'filtered' });
    expect(left(refused)).toEqual(['marty.needed', { reason: 'undelivered', sinceMs: browsing().nowMs }]);
  });

  test('is not waited for any more by who said STOP after their text, unless they had asked for one', () => {
    expect(left(browsing().when(TOOK, text('hello?'), STOP))).toEqual(['marty.alone', null]);
    expect(left(asked().when(TOOK, STOP))[0]).toBe('marty.needed');
  });

  test('is asked for by no STOP, HELP or answer of a phone', () => {
    for (const word of [STOP, text('HELP', 'help'), { ...text('i am driving'), automatic: true }]) {
      expect(left(browsing().when(TOOK, word))).toEqual(['marty.alone', null]);
    }
  });
});
