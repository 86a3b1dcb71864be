// What we begin ourselves: told by day and in measure, never after it has become untrue; answers are told at any hour.
import { describe, expect, test } from 'vitest';
import { OrderNews } from '../../schema/order.ts';
import { NOTICES_A_DAY_MAX, NOTICES_MAX } from '../../schema/customer.ts';
import { at, awaiting, browsing, news, said, STOP, text, UBIK, URL } from './customer-story.ts';
import { idOf, NOON } from './given.ts';
import type { Story } from './given.ts';

const HOUR_MS = 60 * 60_000;
/** Noon of the stories is noon in Chicago, 13 o'clock in New York and 10 in Los Angeles. */
const NEW_YORK = 'America/New_York';
const TILL_22_MS = 9 * HOUR_MS;
const NIGHT_MS = 11 * HOUR_MS;

const of = (orderId: string, type: string, facts: Record<string, unknown> = {}) => ({
  type,
  orderId,
  title: UBIK.title,
  ...facts,
});
const [ONE, TWO] = [idOf(1, 1), idOf(1, 2)];
/** A customer in New York whose last text is hours old. */
const livesIn = (...zones: string[]) => browsing().when({ ...text('bye', 'help'), zones });
const atNight = () => livesIn(NEW_YORK).later(TILL_22_MS);
const waits = (story: Story) =>
  story.effects.flatMap((it) => (it.kind === 'timer' && it.id.includes('.noticeWindow.') ? [it.delayMs] : []));
const about = (story: Story) => Object(story.context['notices']).map((notice: { about: string }) => notice.about);

describe('at night', () => {
  test('news that nobody asked for waits until nine, and is told then', () => {
    const told = atNight().when(of(ONE, 'order.ready'));
    expect([said(told), at(told, 'notices'), waits(told)]).toEqual([[], 'waiting', [NIGHT_MS]]);
    const morning = told.later(NIGHT_MS).after('noticeWindow');
    expect(morning.did('say')).toEqual([
      { line: 'order.ready', with: { title: UBIK.title }, kind: 'fact', started: true },
    ]);
    expect([at(morning, 'notices'), morning.context['notices']]).toEqual(['none', []]);
  });

  test('all that waited is told in its order', () => {
    const told = atNight().when(of(ONE, 'order.ready'), of(TWO, 'order.shipped'));
    expect(said(told.later(NIGHT_MS).after('noticeWindow'))).toEqual(['order.ready', 'order.shipped']);
  });

  test('a timer that fires too early tells nothing and waits on', () => {
    const early = atNight().when(of(ONE, 'order.ready')).later(HOUR_MS).after('noticeWindow');
    expect([said(early), at(early, 'notices'), waits(early)]).toEqual([[], 'waiting', [NIGHT_MS - HOUR_MS]]);
  });

  test.each(['order.linkReady', 'order.refused', 'order.paid', 'order.paymentFailed', 'order.cancelAsked'])(
    '%s is told at once: the customer has just set it off',
    (type) => {
      const facts = { url: URL, totalCents: 1, taxCents: 0, shippingCents: 0, code: 'trouble', fulfillment: 'pickup' };
      expect(said(atNight().when(of(ONE, type, facts)))).toHaveLength(1);
    },
  );

  test('that an order is still being called off is told at once to who has just asked for it, and not to who sleeps', () => {
    const delayed = of(ONE, 'order.cancelDelayed');
    expect(said(atNight().when(delayed))).toEqual([]);
    expect(said(atNight().when(text('never mind')).when(delayed))).toEqual(['order.cancelDelayed']);
    const over = atNight().when(delayed, of(ONE, 'order.cancelled')).later(NIGHT_MS).after('noticeWindow');
    expect(said(over)).toEqual(['order.cancelled']);
  });

  test('a hold is confirmed at once to who has just asked for it, and not to who sleeps', () => {
    const held = of(ONE, 'order.held', { until: 0 });
    expect(said(atNight().when(held))).toEqual([]);
    expect(said(atNight().when(text('hold it'), held))).toEqual(['order.held']);
  });

  test('a person in the shop speaks at any hour', () => {
    expect(said(atNight().when({ type: 'staff.said', text: 'we found your hat' }))).toEqual([['we found your hat']]);
  });
});

describe('what waited is not told', () => {
  test('of a link that was paid meanwhile', () => {
    const reminded = awaiting()
      .later(TILL_22_MS + HOUR_MS)
      .when(news(awaiting(), 'order.reminder', { url: URL }));
    expect([said(reminded), reminded.waiting]).toEqual([[], expect.arrayContaining(['noticeWindow'])]);
    const paid = reminded.when(news(awaiting(), 'order.paid', { totalCents: 1386, fulfillment: 'pickup' }));
    expect([said(paid), at(paid, 'notices'), paid.context['notices']]).toEqual([['order.paid.pickup'], 'none', []]);
    expect(paid.waiting).not.toContain('noticeWindow');
  });

  test('when newer news of the same order says how it stands', () => {
    const night = atNight().when(of(ONE, 'order.holdReminder', { until: 0 }), of(TWO, 'order.ready'));
    expect(about(night.when(of(ONE, 'order.holdLapsed')))).toEqual([`order:${TWO}`, `order:${ONE}`]);
    expect(said(night.when(of(ONE, 'order.holdLapsed')).later(NIGHT_MS).after('noticeWindow'))).toEqual([
      'order.ready',
      'order.holdLapsed',
    ]);
  });

  test('after a STOP, also after they came back', () => {
    const stopped = atNight().when(of(ONE, 'order.ready'), STOP);
    expect([at(stopped, 'notices'), stopped.context['notices']]).toEqual(['none', []]);
    expect(said(stopped.when(of(TWO, 'order.shipped')).later(NIGHT_MS).when(text('START', 'start')))).toEqual([
      'consent.started',
    ]);
  });
});

describe('where the phone is', () => {
  const evening = (...zones: string[]) =>
    livesIn(...zones)
      .later(8 * HOUR_MS)
      .when(of(ONE, 'order.ready'));

  test('counts beside where the shop is: both are awake', () => {
    // 21 o'clock in New York, 18 in Los Angeles; together they wake at noon in New York.
    expect(waits(evening(NEW_YORK))).toEqual([12 * HOUR_MS]);
    expect(waits(evening('America/Los_Angeles'))).toEqual([]);
    expect(waits(evening(NEW_YORK, 'America/Los_Angeles'))).toEqual([15 * HOUR_MS]);
  });

  test('is taken to be anywhere from coast to coast while nobody has said', () => {
    expect(
      waits(
        browsing()
          .later(8 * HOUR_MS)
          .when(of(ONE, 'order.ready')),
      ),
    ).toEqual([15 * HOUR_MS]);
  });

  test('a pretend phone wakes nobody', () => {
    expect(said(livesIn().later(TILL_22_MS).when(of(ONE, 'order.ready')))).toEqual(['order.ready']);
  });
});

describe('in measure', () => {
  const ready = (count: number, story = livesIn(NEW_YORK)) =>
    story.when(...Array.from({ length: count }, (_, n) => of(idOf(2, n), 'order.ready')));

  test(`the notice after the ${NOTICES_A_DAY_MAX}th of a day waits until a day after the first, and then for daylight`, () => {
    const full = ready(NOTICES_A_DAY_MAX);
    expect(said(full)).toEqual(['order.ready']);
    const next = full.later(HOUR_MS).when(of(ONE, 'order.shipped'));
    expect([said(next), waits(next)]).toEqual([[], [23 * HOUR_MS]]);
    expect(said(next.later(23 * HOUR_MS).after('noticeWindow'))).toEqual(['order.shipped']);
  });

  test('answers and receipts are not counted', () => {
    const full = ready(NOTICES_A_DAY_MAX);
    expect(said(full.when(of(ONE, 'order.paid', { totalCents: 1, fulfillment: 'pickup' })))).toEqual([
      'order.paid.pickup',
    ]);
    expect(full.when(text('hi')).context['noticedAtMs']).toEqual(Array(NOTICES_A_DAY_MAX).fill(NOON));
  });

  test('what waits is bounded: a night brings no more than a person can read', () => {
    expect(about(ready(NOTICES_MAX + 1, atNight()))).toHaveLength(NOTICES_MAX);
  });
});

test('every piece of news has its place: told at once, or a notice', () => {
  const night = atNight();
  const facts = { url: URL, totalCents: 1, taxCents: 0, shippingCents: 0, code: 'trouble', amountCents: 1, until: 0 };
  const told = OrderNews.options.map(({ shape }) => {
    const story = night.when(of(ONE, shape.type.value, { ...facts, fulfillment: 'pickup' }));
    return said(story).length + Object(story.context['notices']).length;
  });
  expect(told).toEqual(told.map(() => 1));
});
