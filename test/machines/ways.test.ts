// The shortest way to each state of an order, from `xstate/graph`, gone through the runtime's own turns; and from each of them
// what silence and breakdowns lead to. The customer's: customer.ways.test.ts.
import { describe, expect, test } from 'vitest';
import type { AnyEventObject } from 'xstate';
import { OrderContext } from '../../schema/order.ts';
import { orderMachine } from '../../machines/order.ts';
import { DurableStory } from './durable-story.ts';
import { leavesIn, nodesOf, shortestWays } from './graph.ts';
import { KINDS, ORDER_EVENTS, orderInput } from './samples.ts';

type Kind = (typeof KINDS)[number];

/** By state: which order comes there first, and how. */
const ways = new Map<string, { kind: Kind; events: AnyEventObject[] }>();
for (const kind of KINDS)
  for (const [id, events] of shortestWays(orderMachine, ORDER_EVENTS, orderInput(kind)))
    if (!ways.has(id)) ways.set(id, { kind, events });

async function standing(id: string): Promise<DurableStory> {
  const way = ways.get(id);
  if (!way) throw new Error(`no way leads to ${id}`);
  const story = await new DurableStory(
    { build: () => orderMachine, context: OrderContext },
    orderInput(way.kind),
  ).born();
  return story.along(way.events);
}

const at = (story: DurableStory) => leavesIn('order', story.seen.value);

/** Where an order goes when nothing comes but time; elsewhere it stays. */
const AFTER_SILENCE: Record<string, string> = {
  'order.draft.linking': 'order.refused',
  'order.awaitingPayment.fresh': 'order.closing.closingLink',
  'order.awaitingPayment.reminded': 'order.closing.closingLink',
  'order.closing.settling': 'order.closing.givingBack',
  'order.held.waiting': 'order.expired',
  'order.held.reminded': 'order.expired',
};
/** Where it goes when its work breaks down for good; where no work is under way it stays. */
const AFTER_BREAKDOWN: Record<string, string> = {
  'order.draft.reserving': 'order.refused',
  'order.draft.linking': 'order.refused',
  'order.closing.closingLink': 'order.closing.givingBack',
  'order.closing.givingBack': 'order.cancelled',
  'order.paid.honouring': 'order.underReview',
  'order.paid.selling': 'order.underReview',
  'order.arriving': 'order.awaited',
  'order.collecting': 'order.pickedUp',
  'order.refundPending.refunding': 'order.refundPending.failed',
};

const leaves = nodesOf(orderMachine.root)
  .filter((node) => node.type === 'atomic' && node.id !== 'order.draft.sorting')
  .map(({ id }) => id);

describe.each(leaves)('%s', (id) => {
  test('is where its shortest way leads', async () => {
    expect(at(await standing(id))).toEqual([id]);
  });

  test('silence leads where it should', async () => {
    expect(at(await (await standing(id)).silence())).toEqual([AFTER_SILENCE[id] ?? id]);
  });

  test('a breakdown leads where it should', async () => {
    expect(at(await (await standing(id)).breakdown())).toEqual([AFTER_BREAKDOWN[id] ?? id]);
  });
});
