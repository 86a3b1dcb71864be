// From each state of a customer, at the end of its shortest way through the runtime's own turns: where STOP, silence, a person and
// breakdowns lead, and that they lead XState's own actor in memory to the same.
import { describe, expect, test } from 'vitest';
import { STOP, text } from './customer-story.ts';
import { besideMemory, leaves, placesOf, SAME, standing } from './customer-ways.ts';
import type { Places } from './customer-ways.ts';
import type { DurableStory } from './durable-story.ts';

/** Where the talk goes on when the work breaks down for good that was under way in it, and what is said of it. */
const AFTER_BREAKDOWN: Record<string, { place: string; line: string }> = {
  'confirming.checking': { place: 'recommending', line: 'trouble.book' },
  'missing.looking': { place: 'recommending', line: 'trouble.book' },
  'missing.joining': { place: 'recommending', line: 'trouble.book' },
  'missing.pricing': { place: 'recommending', line: 'trouble.book' },
  'fulfillment.checkingAddress': { place: 'fulfillment.address', line: 'trouble.address' },
};

/** From an order on it is the order that keeps the clock. */
const isOrdered = ({ conversation }: Places) => conversation.startsWith('payment.');
const hearsMarty = ({ consent, attention }: Places) => consent === 'subscribed' && attention !== 'staff';

/** The lines that were said after so many steps. */
const linesAfter = (steps: number, { trail }: DurableStory): unknown[] =>
  trail
    .slice(steps)
    .flatMap(({ did }) => did.flatMap(({ name, params }) => (name === 'say' ? [Object(params).line] : [])));

describe.each(leaves)('from %s', (id) => {
  test('STOP ends the talk, is confirmed once, and leaves an order and a person alone', async () => {
    const story = await standing(id);
    const before = placesOf(story);
    const steps = story.trail.length;
    await story.along([STOP]);
    expect(placesOf(story)).toEqual({
      ...before,
      conversation: isOrdered(before) ? before.conversation : 'browsing',
      ear: 'quiet',
      consent: 'optedOut',
      notices: 'none',
    });
    expect(linesAfter(steps, story)).toEqual(before.consent === 'optedOut' ? [] : ['consent.stopped']);
    expect(story.seen.running).toEqual([]);
    expect(await besideMemory(story)).toEqual(SAME);
  });

  test('silence has what was heard understood, closes the talk where nothing is under way, and sends a person home', async () => {
    const story = await standing(id);
    const before = placesOf(story);
    await story.silence();
    const isHeard = before.ear !== 'quiet';
    expect(placesOf(story)).toEqual({
      ...before,
      conversation: isOrdered(before) || isHeard ? before.conversation : 'browsing',
      ear: isHeard ? 'understanding' : 'quiet',
      notices: 'none',
      attention: before.attention === 'staff' ? 'marty.alone' : before.attention,
    });
    expect(await besideMemory(story)).toEqual(SAME);
  });

  test('a person silences Marty, and hands back to where the talk was', async () => {
    const story = await standing(id);
    const before = placesOf(story);
    await story.along([{ type: 'staff.tookOver', staffId: 's1' }]);
    expect(placesOf(story)).toEqual({ ...before, ear: 'quiet', attention: 'staff' });
    expect(story.seen.running).not.toContain('reply#0');
    await story.along([text('is anybody there?'), { type: 'staff.handedBack' }]);
    expect(placesOf(story)).toEqual({ ...before, ear: 'quiet', attention: 'marty.alone' });
    expect(await besideMemory(story)).toEqual(SAME);
  });

  test('breakdowns of everything at work are answered for, and the talk goes on where it can', async () => {
    const story = await standing(id);
    const before = placesOf(story);
    if (before.ear === 'quiet') await story.along([text('hm')]);
    if (placesOf(story).ear !== 'understanding' && hearsMarty(before)) await story.nextTimer();
    const steps = story.trail.length;
    await story.breakdown();
    const after = AFTER_BREAKDOWN[before.conversation];
    expect(placesOf(story)).toEqual({ ...before, conversation: after?.place ?? before.conversation, ear: 'quiet' });
    expect(story.seen.running).toEqual([]);
    const expected = [...(after ? [after.line] : []), ...(hearsMarty(before) ? ['trouble.brain'] : [])];
    expect(linesAfter(steps, story).sort()).toEqual(expected);
    expect(await besideMemory(story)).toEqual(SAME);
  });
});
