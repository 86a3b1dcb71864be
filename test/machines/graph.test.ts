// The charts as graphs: every state can be reached, none is a dead end, each is described and has a durable form.
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { actors } from '../../src/cli/shop/machines.ts';
import { checkMachine } from '../../src/runtime/machine.ts';
import { customerDefinition } from './customer-story.ts';
import { nodesOf, stranded, walk } from './graph.ts';
import { orderDefinition } from './order-story.ts';
import { CUSTOMER_EVENTS, KINDS, ORDER_EVENTS, orderInput, timelessCustomer } from './samples.ts';

const CHARTS: Array<[string, AnyStateMachine]> = [
  ['customer', customerMachine],
  ['order', orderMachine],
];

const orderWalks = KINDS.map((kind) => walk(orderMachine, ORDER_EVENTS, orderInput(kind)));
const customerWalk = walk(timelessCustomer, CUSTOMER_EVENTS);

/** Nobody stands in a state that only sorts. */
const isLeftAtOnce = ({ always }: AnyStateNode) => always?.some(({ guard }) => guard === undefined) === true;

describe('a customer', () => {
  test('can come into every state', () => {
    const missed = nodesOf(customerMachine.root).filter(({ id }) => !customerWalk.visited.has(id));
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  test('can always come back to where everything began', () => {
    expect(stranded(customerWalk, (key) => key === customerWalk.initial)).toEqual([]);
  });
});

describe('an order', () => {
  test('can come into every state', () => {
    const visited = new Set(orderWalks.flatMap((it) => [...it.visited]));
    expect(
      nodesOf(orderMachine.root)
        .filter((node) => !visited.has(node.id) && !isLeftAtOnce(node))
        .map(({ id }) => id),
    ).toEqual([]);
  });

  test.each(KINDS)('by %s can always come to rest', (kind) => {
    const rest = ['pickedUp', 'delivered', 'expired', 'lapsed', 'cancelled', 'refused', 'refunded'];
    const itsWalk = orderWalks[KINDS.indexOf(kind)];
    expect(itsWalk && stranded(itsWalk, (key) => rest.some((state) => key.startsWith(`["${state}"`)))).toEqual([]);
  });
});

describe.each(CHARTS)('the chart of the %s', (_, machine) => {
  test('describes every state', () => {
    const nodes = nodesOf(machine.root);
    expect(nodes.filter(({ config }) => !config.description).map(({ id }) => id)).toEqual([]);
  });

  test('is a literal that Stately Studio can read: functions only where input is made', () => {
    const functions: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value === 'function') functions.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(machine.config, machine.id);
    expect(functions.filter((path) => !/\.invoke\.input$|^\w+\.context$/.test(path))).toEqual([]);
  });

  test('goes back to the state alone that it names: no transition of a region restarts the others', () => {
    const leaky = nodesOf(machine.root).flatMap((node) =>
      [...node.transitions.values()].flat().filter(({ reenter, target, source }) => {
        const leavesParallel = source.parent?.type === 'parallel';
        return (
          leavesParallel && target !== undefined && (reenter || !target.every(({ id }) => id.startsWith(source.id)))
        );
      }),
    );
    expect(leaky.map(({ source, eventType }) => `${source.id} ${eventType}`)).toEqual([]);
  });
});

test('the runtime takes both charts in', () => {
  const names = Object.keys(actors);
  const written = ['say', 'keepText', 'keepConsent', 'keepOrder', 'start'];
  const known = { actors: new Set(names), actions: new Set([...names, ...written]) };
  expect(() => checkMachine(customerDefinition, known)).not.toThrow();
  expect(() => checkMachine(orderDefinition, known)).not.toThrow();
});
