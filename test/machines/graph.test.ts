// The charts as graphs: every state can be reached, none is a dead end, each is described and has a durable form.
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { Act } from '../../schema/acts.ts';
import type { CustomerContext } from '../../schema/customer.ts';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { actors } from '../../src/cli/shop/machines.ts';
import { checkMachine } from '../../src/runtime/machine.ts';
import {
  ADDRESS,
  ADDRESS_ID,
  customerDefinition,
  DUNE,
  ELSEWHERE,
  ONE_LINE,
  STOP,
  text,
  UBIK,
  URL,
} from './customer-story.ts';
import { breakdown, refusal } from './given.ts';
import { nodesOf, stranded, walk } from './graph.ts';
import type { Samples } from './graph.ts';
import { CUSTOMER, LINK, orderDefinition, ORDER_ID, PAID } from './order-story.ts';

const CHARTS: Array<[string, AnyStateMachine]> = [
  ['customer', customerMachine],
  ['order', orderMachine],
];

const thisOrder = ({ context }: AnyMachineSnapshot) => ({ orderId: context.orderId ?? ORDER_ID, title: 'Dune' });
const refusals =
  (...codes: string[]) =>
  () =>
    [breakdown, ...codes.map(refusal)].map((error) => ({ error }));

const ACTS: Act[] = Act.options.map((option) =>
  Act.parse({
    type: option.shape.type.value,
    isbn13: DUNE.isbn13,
    copies: 1,
    isbn13s: [DUNE.isbn13, UBIK.isbn13],
    address: ADDRESS,
  }),
);

// The walk knows no time: this text stands for one too many.
const TOO_FAST = text('too fast');
const isTooFast = ({ event }: { event: object }) => 'text' in event && event.text === TOO_FAST.text;
// Nor day and night: the news of a lapsed link stands for what comes at night.
const mayNotice = ({ context: { notices } }: { context: CustomerContext }) =>
  notices.length > 0 && notices[0]?.line !== 'order.lapsed';

const CUSTOMER_EVENTS: Samples = {
  // Acts are raised by the ear; here they come with its answer, and not by themselves.
  ...Object.fromEntries(ACTS.map(({ type }) => [type, () => []])),
  'thread.lapsed': () => [],
  'text.received': () => [text('hi'), TOO_FAST, text('yes'), STOP, text('START', 'start'), text('HELP', 'help')],
  'staff.tookOver': () => [{ staffId: 's1' }],
  'staff.said': () => [{ text: 'hello' }],
  'xstate.done.actor.reply': () =>
    ACTS.map((act) => ({ output: { act, bubbles: ['hm'], shown: [DUNE], confidence: 1, by: 'house' } })),
  'xstate.done.actor.quote': () => [{ output: DUNE }],
  'xstate.error.actor.quote': refusals('sold_out', 'unknown_book'),
  'xstate.done.actor.address': () => [{ output: { addressId: ADDRESS_ID, oneLine: ONE_LINE } }],
  'xstate.error.actor.address': refusals('incomplete', 'not_us', 'mismatch'),
  'xstate.done.actor.elsewhere': () => [{ output: ELSEWHERE }, { output: { ...ELSEWHERE, special: null } }],
  'xstate.error.actor.elsewhere': refusals('unknown_book'),
  'xstate.done.actor.waiting': () => [{ output: null }],
  'xstate.error.actor.waiting': refusals('in_stock'),
  'xstate.done.actor.special': () => [{ output: { book: UBIK, days: 7 } }],
  'xstate.error.actor.special': refusals('in_stock', 'not_orderable'),
  'book.back': () => [{ book: UBIK, until: 0 }],
  'book.gone': () => [{ isbn13: UBIK.isbn13 }],
  'order.linkReady': (at) => [{ ...thisOrder(at), url: URL, totalCents: 1, taxCents: 0, shippingCents: 0 }],
  'order.refused': (at) => ['sold_out', 'price_changed', 'trouble'].map((code) => ({ ...thisOrder(at), code })),
  'order.held': (at) => [{ ...thisOrder(at), until: 0 }],
  'order.paid': (at) => [{ ...thisOrder(at), totalCents: 1, fulfillment: 'pickup' }],
  'order.lapsed': (at) => [thisOrder(at)],
  'order.cancelled': (at) => [thisOrder(at)],
  'order.refundPending': (at) => [thisOrder(at)],
};

const ORDER_EVENTS: Samples = {
  'payment.completed': () => [PAID, { ...PAID, amountCents: 1 }, { ...PAID, paymentId: 'pay-2' }],
  'xstate.done.actor.reservation': () => [{ output: { reservationId: 'r1' } }],
  'xstate.error.actor.reservation': refusals('sold_out'),
  'xstate.done.actor.receipt': () => [{ output: { reservationId: 'r1' } }],
  'xstate.error.actor.receipt': refusals(),
  'xstate.done.actor.link': () => [{ output: LINK }],
  'xstate.error.actor.link': refusals('sold_out', 'price_changed'),
  'xstate.done.actor.closing': () => [{ output: { paid: false } }, { output: { paid: true } }],
  'xstate.error.actor.sale': refusals('sold_out'),
};

const KINDS = ['pickup', 'shipping', 'hold', 'special order'] as const;
const orderWalks = KINDS.map((kind) => {
  const special = kind === 'special order';
  const fulfillment = special ? 'hold' : kind;
  const lines = [{ isbn13: DUNE.isbn13, title: 'Dune', copies: 1, priceCents: 1299 }];
  const input = {
    orderId: ORDER_ID,
    customer: CUSTOMER,
    lines,
    fulfillment,
    addressId: null,
    currency: 'USD',
    special,
  };
  return walk(orderMachine, ORDER_EVENTS, input);
});
const customerWalk = walk(customerMachine.provide({ guards: { isTooFast, mayNotice } }), CUSTOMER_EVENTS);

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
