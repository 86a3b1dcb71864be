// Which answers a customer may tap is for the chart to say: in each state those ways that it marks and that are open now.
import { describe, expect, test } from 'vitest';
import { customerMachine } from '../../machines/customer.ts';
import { buttonsOf, LABEL_CHARS_MAX } from '../../src/channels/buttons.ts';
import { keywordOf } from '../../src/channels/keywords.ts';
import { restore } from '../../src/runtime/persist.ts';
import { waysOf } from '../../src/runtime/stepper.ts';
import { awaiting, browsing, customerDefinition, DUNE, recommending, says, STATES, UBIK } from './customer-story.ts';
import type { Story } from './given.ts';

const waysIn = (story: Story) => waysOf(restore(customerDefinition, story.stored));
const buttonsIn = (story: Story) => buttonsOf(waysIn(story));

test.each([
  ['browsing', []],
  ['recommending', ["i'll take it", 'another one']],
  ['confirming.which', []],
  ['confirming.checking', []],
  ['confirming.sure', ['yes', 'no', 'ship it', 'pick it up']],
  ['fulfillment.method', ['ship it', 'pick it up', 'hold it']],
  ['fulfillment.address', ['pick it up', 'hold it']],
  ['fulfillment.readback', ['yes', 'no', 'pick it up', 'hold it']],
  ['fulfillment.payment', ['pay now', 'ship it', 'hold it']],
  ['payment.preparing', []],
  ['payment.awaiting', ['never mind']],
])('in %s there is %j to tap', (name, buttons) => {
  const story = STATES[name]?.();
  expect(story && buttonsIn(story)).toEqual(buttons);
});

describe('a button', () => {
  test('is there only while its way is open: of several books none is "it"', () => {
    expect(buttonsIn(recommending(DUNE, UBIK))).toEqual(['another one']);
  });

  test('of a state that was left changes nothing: what it says is answered from where the talk stands now', () => {
    const stale = says(awaiting(), { type: 'customer.wantsPickup' });
    expect([stale.value, stale.sent]).toEqual([awaiting().value, []]);
    const nowhere = says(browsing(), { type: 'customer.agreed' });
    expect([nowhere.value, nowhere.context['openOrders']]).toEqual([browsing().value, []]);
  });

  test('fits onto a phone, and is never a word that opts out', () => {
    const chart = JSON.stringify(customerMachine.config);
    const labels = [...chart.matchAll(/"button":"([^"]+)"/g)].map(([, label]) => label ?? '');
    expect(labels.length).toBeGreaterThan(10);
    expect(labels.filter((label) => label.length > LABEL_CHARS_MAX || keywordOf(label) !== null)).toEqual([]);
  });

  test('that is no button is refused by name', () => {
    expect(() => buttonsOf([{ type: 'customer.agreed', meta: { button: 'a label that is much too long' } }])).toThrow(
      'button',
    );
  });
});
