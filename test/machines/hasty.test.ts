// Texts that were there before the question, and questions that nobody was asked: whatever is said is no answer to them.
import { describe, expect, test } from 'vitest';
import {
  ADDRESS_ID,
  at,
  checking,
  checkingAddress,
  DUNE,
  news,
  ONE_LINE,
  preparing,
  quoted,
  said,
  says,
  STOP,
  text,
} from './customer-story.ts';
import type { Story } from './given.ts';

const reply = (type: string) => ({ act: { type }, bubbles: [], shown: [], confidence: 1, by: 'house' });
const begins = (story: Story) => story.when(text('words')).after('settle');

describe('a text that came while the price was looked up', () => {
  const asked = begins(checking()).done('quote', DUNE);

  test.each([
    'customer.agreed',
    'customer.wantsHold',
    'customer.wantsPickup',
    'customer.wantsShipping',
    'customer.paysNow',
  ])('%s: the question with the price is put once more', (type) => {
    const story = quoted(asked.done('reply', reply(type)));
    expect([at(story, 'conversation'), said(story)]).toEqual(['confirming.sure', ['confirm.sure']]);
  });

  test('the next yes counts', () => {
    const again = quoted(asked.done('reply', reply('customer.agreed')));
    const story = begins(again).done('reply', reply('customer.agreed'));
    expect(at(story, 'conversation')).toBe('fulfillment.method');
  });
});

describe('a text that came while the address was checked', () => {
  const readBack = begins(checkingAddress()).done('address', { addressId: ADDRESS_ID, oneLine: ONE_LINE });

  test.each(['customer.agreed', 'customer.paysNow', 'customer.wantsShipping'])(
    '%s: nothing is ordered before they have seen the address',
    (type) => {
      const story = readBack.done('reply', reply(type));
      expect([at(story, 'conversation'), said(story)]).toEqual(['fulfillment.readback', ['fulfillment.readbackAgain']]);
      expect(story.context['orderId']).toBe(null);
    },
  );

  test('the next yes counts', () => {
    const story = begins(readBack.done('reply', reply('customer.agreed'))).done('reply', reply('customer.agreed'));
    expect(at(story, 'conversation')).toBe('payment.preparing');
  });
});

test('a price that was looked up while they were opted out is told, and asked about, before it counts', () => {
  const stopped = preparing().when(STOP);
  const changed = stopped.when(news(stopped, 'order.refused', { code: 'price_changed' }));
  const dearer = { ...DUNE, priceCents: 1499 };
  const back = quoted(changed, dearer).when(text('START', 'start'));
  const told = quoted(says(back, { type: 'customer.wantsHold' }), dearer);
  expect([at(told, 'conversation'), said(told)]).toEqual(['confirming.sure', ['confirm.sure']]);
  expect(told.context['openOrders']).toEqual([]);
  expect(at(says(told, { type: 'customer.wantsHold' }), 'conversation')).toBe('payment.preparing');
});
