// The shortest way to each state of a customer, from `xstate/graph`, gone through the runtime's own turns; and from each of them
// what STOP, silence, a wish for a person and breakdowns lead to.
import { describe, expect, test } from 'vitest';
import type { AnyEventObject } from 'xstate';
import { CustomerContext } from '../../schema/customer.ts';
import { STOP, text } from './customer-story.ts';
import { DurableStory } from './durable-story.ts';
import { leavesIn, nodesOf, shortestWays } from './graph.ts';
import { CUSTOMER_EVENTS, timelessCustomer } from './samples.ts';

const ways = shortestWays(timelessCustomer, CUSTOMER_EVENTS);
const leaves = nodesOf(timelessCustomer.root)
  .filter(({ type }) => type === 'atomic')
  .map(({ id }) => id);

async function standing(id: string): Promise<DurableStory> {
  const way = ways.get(id);
  if (!way) throw new Error(`no way leads to ${id}`);
  const story = await new DurableStory({ build: () => timelessCustomer, context: CustomerContext }).born();
  return story.along(way);
}

const at = (story: DurableStory) => leavesIn('customer', story.seen.value);
const conversation = (story: DurableStory) => at(story).find((id) => id.startsWith('customer.conversation.'));
const isOrdered = (id: string | undefined) => id?.startsWith('customer.conversation.payment.') === true;
const said = (story: DurableStory) =>
  story.seen.did.filter(({ name }) => name === 'say').map(({ params }) => String(Object(params).line ?? 'talk'));
const wantsPerson: AnyEventObject = {
  type: 'xstate.done.actor.reply',
  output: { act: { type: 'customer.wantsPerson' }, bubbles: [], shown: [], confidence: 1, by: 'house' },
};
const settled: AnyEventObject = { type: 'xstate.after.settle.customer.ear.listening' };

describe.each(leaves)('%s', (id) => {
  test('is where its shortest way leads', async () => {
    expect(at(await standing(id))).toContain(id);
  });

  test('STOP ends the talk and all work, and only consent is spoken of', async () => {
    const before = await standing(id);
    const [ordered, wasStopped] = [isOrdered(conversation(before)), at(before).includes('customer.consent.optedOut')];
    const story = await before.along([STOP]);
    expect(at(story)).toEqual(expect.arrayContaining(['customer.consent.optedOut', 'customer.ear.quiet']));
    expect([story.seen.running, said(story)]).toEqual([[], wasStopped ? [] : ['consent.stopped']]);
    expect(isOrdered(conversation(story))).toBe(ordered);
  });

  test('silence leaves nothing half said: the talk is over, an order is not', async () => {
    const before = await standing(id);
    const story = await (await before.breakdown()).silence();
    const ordered = isOrdered(conversation(before));
    expect(at(story)).toEqual(expect.arrayContaining(ordered ? [] : ['customer.conversation.browsing']));
    expect(at(story).filter((it) => /\.(?:swamped|listening|staff)$/.test(it))).toEqual([]);
  });

  test('who wants a person is heard, unless one answers already or they want no texts', async () => {
    const before = await standing(id);
    const isDeaf = at(before).some((it) => /\.(?:optedOut|staff)$/.test(it));
    if (isDeaf) return;
    const isThinking = at(before).includes('customer.ear.understanding');
    const story = await before.along(isThinking ? [wantsPerson] : [text('a human'), settled, wantsPerson]);
    expect(at(story)).toContain('customer.attention.marty.needed');
    expect(said(story)).toContain('person.coming');
  });

  test('a breakdown leaves no work behind, and is told where they are listened to', async () => {
    const before = await standing(id);
    const needsWord = before.seen.running.length > 0 && !at(before).includes('customer.consent.optedOut');
    const story = await before.breakdown();
    const isTold = said(story).some((line) => line.startsWith('trouble.'));
    expect([story.seen.running, isTold || !needsWord]).toEqual([[], true]);
  });
});
