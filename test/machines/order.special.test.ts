// A special order: nothing is reserved and nothing is paid before the book is here; then it is a hold like any other.
import { describe, expect, test } from 'vitest';
import { breakdown, NOON } from './given.ts';
import { DUNE, ORDER_ID, specialPlaced } from './order-story.ts';

const about = { orderId: ORDER_ID, title: 'Dune' };
const DAY_MS = 24 * 60 * 60 * 1000;
const received = { reservationId: 'r1' };
const ordered = () => specialPlaced().when({ type: 'staff.ordered' });
const arriving = () => ordered().when({ type: 'staff.arrived' });
const news = (story: ReturnType<typeof ordered>) => story.sent.map(({ event }) => event);

describe('a special order', () => {
  test('takes nothing off the shelf: staff are to order it, and its customer is told so', () => {
    const story = specialPlaced();
    expect([story.value, story.begun, news(story)]).toEqual(['toOrder', {}, [{ type: 'order.toOrder', ...about }]]);
    expect(story.did('keepOrder').at(-1)).toMatchObject({ state: 'toOrder', payment: { status: 'none', url: null } });
  });

  test('from the wholesaler to behind the counter, each step told', () => {
    expect([ordered().value, news(ordered())]).toEqual(['ordered', [{ type: 'order.ordered', ...about }]]);
    expect(arriving().begun).toMatchObject({ receipt: { orderId: ORDER_ID, lines: [{ isbn13: DUNE, copies: 1 }] } });
    const here = arriving().done('receipt', received);
    expect(here.value).toEqual({ held: 'waiting' });
    expect(news(here)).toEqual([{ type: 'order.held', ...about, until: NOON + 4 * DAY_MS, arrived: true }]);
  });

  test('that arrives without having been marked as ordered has arrived', () => {
    expect(specialPlaced().when({ type: 'staff.arrived' }).value).toBe('arriving');
  });

  test('called off before it is here costs nobody anything', () => {
    for (const story of [specialPlaced(), ordered()]) {
      const over = story.when({ type: 'order.cancelRequested' });
      expect([over.value, news(over), over.did('releaseStock')]).toEqual([
        'cancelled',
        [{ type: 'order.cancelled', ...about }],
        [],
      ]);
    }
  });

  test('called off while it is counted in: the copy goes on the shelf', () => {
    const over = arriving().when({ type: 'order.cancelRequested' }).done('receipt', received);
    expect([over.value, over.did('releaseStock')]).toEqual(['cancelled', [{ orderId: ORDER_ID }]]);
  });

  test('called off while it is counted in, which breaks down: what came in all the same goes on the shelf', () => {
    const over = arriving().when({ type: 'order.cancelRequested' }).failed('receipt', breakdown);
    expect([over.value, over.did('releaseStock')]).toEqual(['cancelled', [{ orderId: ORDER_ID }]]);
  });

  test('that cannot be had after all is refused, and not as a book that was sold out here', () => {
    const over = ordered().when({ type: 'staff.cancelled' });
    expect([over.value, news(over)]).toEqual(['refused', [{ type: 'order.refused', ...about, code: 'unavailable' }]]);
  });

  test('that could not be counted in waits for staff to say once more that it is here', () => {
    const stuck = arriving().failed('receipt', breakdown);
    expect([stuck.value, stuck.did('keepOrder').at(-1)]).toEqual([
      'awaited',
      expect.objectContaining({ concern: 'stock_unclear' }),
    ]);
    for (const type of ['order.cancelRequested', 'staff.cancelled'] as const) {
      const over = stuck.when({ type });
      expect([over.value, over.did('releaseStock')]).toEqual(['cancelled', [{ orderId: ORDER_ID }]]);
    }
    const again = stuck.when({ type: 'staff.arrived' }).done('receipt', received);
    expect([again.value, again.context['concern']]).toEqual([{ held: 'waiting' }, null]);
  });
});
