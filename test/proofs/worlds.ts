// The worlds that are explored, each with the theorems that are looked for in it.
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { customerChart, customerModel } from './customer-world.ts';
import { customerTheorems } from './customer-theorems.ts';
import { explore } from './explore.ts';
import type { Bounds, Counterexample, Exploration } from './explore.ts';
import { oneCopy, orderTheorems } from './order-theorems.ts';
import { orderChart, orderModel } from './order-world.ts';
import type { OrderWorld } from './order-world.ts';
import type { Topic } from './customer-world.ts';

const ALONE: OrderWorld = {
  kinds: ['pickup'],
  staff: false,
  paymentsMax: 1,
  deskRefundsMax: 0,
  others: false,
  late: false,
};
const ORDER_WORLDS = {
  'a hold': { ...ALONE, kinds: ['hold'], staff: true, others: true, late: true },
  'a special order': { ...ALONE, kinds: ['special order'], staff: true, others: true, late: true },
  'an order by link': { ...ALONE, paymentsMax: 2, others: true, late: true },
  'an order by link and its staff': { ...ALONE, staff: true },
  'an order that is paid twice and its staff': { ...ALONE, staff: true, paymentsMax: 2 },
  'an order that is paid back at the till': { ...ALONE, deskRefundsMax: 2 },
  'an order that is paid back there and here': { ...ALONE, staff: true, paymentsMax: 2, deskRefundsMax: 1 },
  'a parcel and its staff': { ...ALONE, kinds: ['shipping'], staff: true },
  'two orders for the last copy': { ...ALONE, kinds: ['pickup', 'hold'] },
  'two links for the last copy': { ...ALONE, kinds: ['pickup', 'pickup'] },
} as const satisfies Record<string, OrderWorld>;
const CUSTOMER_WORLDS = {
  'a customer who buys': 'buying',
  'a customer who orders in': 'ordering in',
  'the consent of a customer': 'consent',
} as const satisfies Record<string, Topic>;

export type WorldName = keyof typeof ORDER_WORLDS | keyof typeof CUSTOMER_WORLDS;
/** `chartStates`: how many states of the real chart were stood in. */
export type Explored = Exploration & { world: WorldName; theorems: string[]; chartStates: number };

export const WORLDS: readonly WorldName[] = [...keysOf(ORDER_WORLDS), ...keysOf(CUSTOMER_WORLDS)];

/** @param definition of the chart that the world is about; its own where none is given @param only this theorem */
export function exploreWorld(
  world: WorldName,
  bounds: Bounds,
  { definition, only }: { definition?: DurableMachine; only?: string } = {},
): Explored {
  const chosen = <T extends { name: string }>(all: readonly T[]) =>
    only === undefined ? all : all.filter(({ name }) => name === only);
  if (isOrderWorld(world)) {
    const chart = orderChart(definition);
    const theorems = chosen([...orderTheorems(chart), oneCopy(chart)]);
    const found = explore(orderModel(ORDER_WORLDS[world], chart), theorems, bounds);
    return { ...found, world, theorems: theorems.map(({ name }) => name), chartStates: chart.size };
  }
  const chart = customerChart(definition);
  const theorems = chosen(customerTheorems(chart));
  const found = explore(customerModel(CUSTOMER_WORLDS[world], chart), theorems, bounds);
  return { ...found, world, theorems: theorems.map(({ name }) => name), chartStates: chart.size };
}

/** The shortest story in which this chart breaks the theorem; null where it is not found within so many states. */
export function findFlaw(
  world: WorldName,
  theorem: string,
  definition: DurableMachine,
  statesMax: number,
): Counterexample | null {
  return exploreWorld(world, { statesMax }, { definition, only: theorem }).broken[theorem] ?? null;
}

function isOrderWorld(world: WorldName): world is keyof typeof ORDER_WORLDS {
  return Object.hasOwn(ORDER_WORLDS, world);
}

function keysOf<Key extends string>(record: Record<Key, unknown>): Key[] {
  return Object.keys(record).filter((key): key is Key => Object.hasOwn(record, key));
}
