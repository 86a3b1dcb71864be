// The limits of 10 texts a minute and 100 an hour: what is too fast is kept, said once, and answered by one reply.
import { describe, expect, test } from 'vitest';
import { at, browsing, customerDefinition, news, preparing, said, says, STOP, text } from './customer-story.ts';
import { given } from './given.ts';
import type { Story } from './given.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** So many texts, each `gapMs` after the one before. */
function texts(story: Story, count: number, gapMs = SECOND_MS): Story {
  return Array.from({ length: count }).reduce<Story>((told) => told.later(gapMs).when(text('hi')), story);
}
const ten = () => texts(given(customerDefinition), 10);
const eleven = () => texts(ten(), 1);

/** How long the named delay of the last turn waits, in milliseconds. */
function waits(story: Story, delay: string): number | undefined {
  const timer = story.effects.find((it) => it.kind === 'timer' && it.id.includes(`.${delay}.`));
  return timer?.kind === 'timer' ? timer.delayMs : undefined;
}

describe('ten texts a minute', () => {
  test('are answered as always', () => {
    expect([at(ten(), 'ear'), said(ten())]).toEqual(['listening', []]);
  });

  test('the eleventh is kept, and Marty says that he needs a moment', () => {
    expect([at(eleven(), 'ear'), said(eleven())]).toEqual(['swamped', ['limit.moment']]);
    expect(eleven().did('keepText')).toMatchObject([{ messageId: 'm-hi' }]);
  });

  test('he says it once: what comes after is kept in silence', () => {
    const story = texts(eleven(), 1);
    expect([at(story, 'ear'), said(story), story.did('keepText').length]).toEqual(['swamped', [], 1]);
  });

  test('the window opens a minute after the first of the ten', () => {
    expect(waits(eleven(), 'limitWindow')).toBe(MINUTE_MS - 10 * SECOND_MS);
  });

  test('then one reply is asked for that reads everything since the first unanswered text', () => {
    const first = ten().context['listeningSinceMs'];
    const story = texts(eleven(), 5).later(MINUTE_MS).after('limitWindow');
    expect([at(story, 'ear'), story.begun]).toMatchObject(['understanding', { reply: { sinceMs: first } }]);
  });

  test('an answer that is being made is stopped: it would be made once more', () => {
    const story = texts(ten().after('settle'), 1);
    expect([at(story, 'ear'), story.effects.some(({ kind }) => kind === 'stop')]).toEqual(['swamped', true]);
  });

  test('texts that were held back count for nothing when the window has opened', () => {
    const answered = says(texts(eleven(), 30).later(MINUTE_MS).after('limitWindow'), { type: 'customer.asked' });
    expect(at(texts(answered, 1), 'ear')).toBe('listening');
  });

  test('slide: one text every seven seconds is never too fast', () => {
    expect(at(texts(given(customerDefinition), 90, 7 * SECOND_MS), 'ear')).toBe('listening');
  });
});

test('a hundred texts an hour: the next one waits until the first is an hour old', () => {
  const hundred = texts(given(customerDefinition), 100, 10 * SECOND_MS);
  expect(at(hundred, 'ear')).toBe('listening');
  const swamped = texts(hundred, 1, 10 * SECOND_MS);
  expect([at(swamped, 'ear'), waits(swamped, 'limitWindow')]).toEqual(['swamped', 60 * MINUTE_MS - 1000 * SECOND_MS]);
  expect(swamped.context['heardAtMs']).toHaveLength(100);
});

describe('every limit is passed by', () => {
  test('STOP, which ends the waiting too', () => {
    const story = eleven().when(STOP);
    expect([at(story, 'ear'), at(story, 'consent'), said(story)]).toEqual(['quiet', 'optedOut', ['consent.stopped']]);
  });

  test('HELP and START, which change nothing of it', () => {
    for (const [word, line] of [
      ['help', 'consent.help'],
      ['start', 'consent.started'],
    ] as const) {
      const story = eleven().when(text(word, word));
      expect([at(story, 'ear'), said(story)]).toEqual(['swamped', [line]]);
    }
  });

  test('staff, who then answer in place of Marty', () => {
    const story = eleven().when({ type: 'staff.said', text: 'hello from the shop' });
    expect([at(story, 'ear'), said(story)]).toEqual(['quiet', [['hello from the shop']]]);
  });

  test('news of an order', () => {
    const order = texts(preparing(), 11);
    expect(said(order.when(news(order, 'order.paid', { totalCents: 1, fulfillment: 'pickup' })))).toHaveLength(1);
  });
});

test('neither keywords nor what a phone says by itself count', () => {
  const automatic = { ...text('driving'), automatic: true };
  const story = Array.from({ length: 20 }).reduce<Story>(
    (told) => told.when(text('help', 'help'), automatic),
    browsing(),
  );
  expect(at(story.when(text('hi')), 'ear')).toBe('listening');
});

test('a phone that answers for its owner does not end the waiting', () => {
  expect(at(eleven().when({ ...text('driving'), automatic: true }), 'ear')).toBe('swamped');
});
