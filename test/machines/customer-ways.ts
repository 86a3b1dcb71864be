// The shortest way to each innermost state of the customer's chart, from `xstate/graph`, gone through the runtime's own turns.
import type { AnyEventObject } from 'xstate';
import { CustomerContext } from '../../schema/customer.ts';
import { customerMachine } from '../../machines/customer.ts';
import type { Case } from '../equivalence/actor-script.ts';
import { compare } from '../equivalence/compare.ts';
import type { Compared } from '../equivalence/compare.ts';
import { DurableStory } from './durable-story.ts';
import { leavesIn, nodesOf, shortestWays } from './graph.ts';
import { CUSTOMER_EVENTS, timelessCustomer, TOO_FAST } from './samples.ts';

const CUSTOMER: Case = { build: () => customerMachine, context: CustomerContext };

/** More texts than Marty answers in a minute. */
const TOO_MANY = 11;
/** From the evening on which each story begins until nobody may be told anything any more. */
const HOURS_TO_NIGHT = 2;

const ways = shortestWays(timelessCustomer, CUSTOMER_EVENTS);

/** The innermost states of all regions, by id. */
export const leaves = nodesOf(customerMachine.root)
  .filter(({ type }) => type === 'atomic')
  .map(({ id }) => id);

/** A customer who stands there. */
export async function standing(id: string): Promise<DurableStory> {
  const way = ways.get(id);
  if (!way) throw new Error(`no way leads to ${id}`);
  const story = await new DurableStory(CUSTOMER).born();
  for (const event of way) {
    if (event.type === 'order.lapsed') await story.silence(HOURS_TO_NIGHT);
    await story.along(inTime(event).map((one) => aboutItsOrder(story, one)));
  }
  return story;
}

/** Where somebody stands, region by region, such as `confirming.sure`. */
export type Places = Record<'conversation' | 'ear' | 'consent' | 'notices' | 'attention', string>;

export function placesOf({ seen }: DurableStory): Places {
  const place = (region: keyof Places) =>
    leavesIn('customer', seen.value)
      .find((leaf) => leaf.startsWith(`customer.${region}.`))
      ?.slice(`customer.${region}.`.length) ?? '';
  return {
    conversation: place('conversation'),
    ear: place('ear'),
    consent: place('consent'),
    notices: place('notices'),
    attention: place('attention'),
  };
}

/** What a story is held against: that XState's own actor in memory, which met the same, stood and did the same after each event. */
export const SAME = { end: 'script', difference: null } as const;

export async function besideMemory({ moves }: DurableStory): Promise<Pick<Compared, 'end' | 'difference'>> {
  const { end, difference } = await compare(CUSTOMER, moves);
  return { end, difference };
}

// The walk knows no time: what stands there for one text too many is here as many as that takes.
function inTime(event: AnyEventObject): AnyEventObject[] {
  return Array.from({ length: event['text'] === TOO_FAST.text ? TOO_MANY : 1 }, () => event);
}

// An order has the id that its turn gave it, which is another one in the walk.
function aboutItsOrder({ seen }: DurableStory, event: AnyEventObject): AnyEventObject {
  const { orderId } = CustomerContext.parse(seen.context);
  return 'orderId' in event && orderId ? { ...event, orderId } : event;
}
