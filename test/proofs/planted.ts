// Faults that are planted in the real charts: each theorem must be seen to fail, lest it holds of everything. Of one no chart is guilty:
// copies are counted by the shelf alone, whose fault is planted in test/mutants/mutants.ts (G9).
import { assign, createMachine } from 'xstate';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { customerDefinition } from '../machines/customer-story.ts';
import { orderDefinition } from '../machines/order-story.ts';
import { findFlaw } from './worlds.ts';
import type { WorldName } from './worlds.ts';

export type Planted = {
  fault: string;
  theorem: string;
  world: WorldName;
  definition: DurableMachine;
  /** How it is found out, and the shortest story of it. */
  why: string;
  story: readonly string[];
};

export const PLANTED: readonly Planted[] = [
  {
    fault: 'a yes counts although it was texted before the question',
    theorem: "no way to a payment link without the customer's yes",
    world: 'a customer who buys',
    definition: withActions(customerDefinition, { noteAsked: { distracted: false } }),
    why: 'an order is placed, and no text came after they were told the price',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.choseBook Dune',
      'the customer texts',
      'Dune is quoted',
      'the time "settle" is over',
      'the model proposes customer.wantsHold',
    ],
  },
  {
    fault: 'a yes counts although it came with another book',
    theorem: "no way to a payment link without the customer's yes",
    world: 'a customer who buys',
    definition: withActions(customerDefinition, { rememberShown: {} }),
    why: 'Dune, 1 at 1299 is ordered, and another book was shown since they were told',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.choseBook Dune',
      'Dune is quoted',
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.wantsHold, showing Ubik',
    ],
  },
  {
    fault: 'a book that was named is ordered without a question',
    theorem: "no way to a payment link without the customer's yes",
    world: 'a customer who buys',
    definition: edited(customerDefinition, 'states.conversation.states.confirming.states.checking.invoke.onDone', {
      target: '#customer.conversation.fulfillment.method',
      actions: 'rememberQuote',
    }),
    why: 'ordered is Dune, 1 at 1299; asked was nothing',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.choseBook Dune',
      'Dune is quoted',
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.wantsHold',
    ],
  },
  {
    fault: 'a person who takes over and says nothing ends the wait',
    theorem: 'nobody who asked for a person is forgotten',
    world: 'the consent of a customer',
    definition: edited(customerDefinition, 'states.attention.states.staff.after.staffLease', 'marty'),
    why: 'they wait for a person, and no person knows of it',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.wantsPerson',
      'staff take over',
      'the time "staffLease" is over',
    ],
  },
  {
    fault: 'an address is used before it is read back',
    theorem: 'nothing is sent to an address that was not read back and agreed to',
    world: 'a customer who buys',
    definition: edited(
      customerDefinition,
      'states.conversation.states.fulfillment.states.checkingAddress.invoke.onDone',
      {
        target: '#customer.conversation.payment.preparing',
        actions: ['rememberAddress', { type: 'fulfilBy', params: { fulfillment: 'shipping' } }],
      },
    ),
    why: 'it was not read back',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.choseBook Dune',
      'Dune is quoted',
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.gaveAddress',
      'the address is found',
    ],
  },
  {
    fault: 'STOP is written down and not remembered',
    theorem: 'nothing but facts of consent after STOP',
    world: 'the consent of a customer',
    definition: withActions(customerDefinition, { optOut: {} }),
    why: 'said after STOP: limit.moment',
    story: ['the customer texts STOP', 'the customer texts too fast'],
  },
  {
    fault: 'START is not written down',
    theorem: 'the last gate knows what the customer wants',
    world: 'the consent of a customer',
    definition: withActions(customerDefinition, { optIn: {} }),
    why: 'they said START, and the gate is closed',
    story: ['the customer texts STOP', 'the customer texts START'],
  },
  {
    fault: 'a hold that is fetched is not taken out of the stock',
    theorem: 'no stock is held by nobody',
    world: 'a hold',
    definition: edited(orderDefinition, 'states.held.on.staff\\.pickedUp', 'pickedUp'),
    why: 'a copy is held for an order that stands in pickedUp and will neither sell it nor give it back',
    story: ['reserveStock answers: done', 'staff.pickedUp'],
  },
  {
    fault: 'a second payment takes the place of the first while the copies go back',
    theorem: 'no paid order is forgotten',
    world: 'an order by link',
    definition: edited(orderDefinition, 'states.closing.states.givingBack.on.payment\\.completed', {
      guard: 'isRightAmount',
      actions: ['rememberPayment', 'keep'],
    }),
    why: 'pay-1 was taken, and the order stands in underReview as if it were not',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays what the link asks for (pay-1)',
      'the customer pays what the link asks for, a second time (pay-2)',
      'the time "linkLapse" is over',
      'cancelPaymentLink answers: failed (exhausted)',
      'the till tells of pay-1',
      'the till tells of pay-2',
      'releaseStock answers: failed (exhausted)',
    ],
  },
  {
    fault: 'money for an order that was called off is not looked at',
    theorem: 'no paid order is forgotten',
    world: 'an order by link',
    definition: edited(orderDefinition, 'states.cancelled.on.payment\\.completed', { actions: 'keep' }),
    why: 'pay-1 was taken, and the order stands in cancelled as if it were not',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays what the link asks for (pay-1)',
      'order.cancelRequested',
      'cancelPaymentLink answers: failed (exhausted)',
      'releaseStock answers: done',
      'the till tells of pay-1',
    ],
  },
  {
    fault: 'who looked at one payment is not shown the other any more',
    theorem: 'no paid order is forgotten',
    world: 'an order that is paid twice and its staff',
    definition: withActions(orderDefinition, { settleConcern: { concern: null } }),
    why: 'pay-1 was taken, and the order stands in paid as if it were not',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays what the link asks for (pay-1)',
      'the customer pays another amount, a second time (pay-2)',
      'the till tells of pay-2',
      'the till tells of pay-1',
      'staff.prepared',
      'sellStock answers: done',
    ],
  },
  {
    fault: 'a refund at the till that the bank would not take still counts',
    theorem: 'what went back counts once',
    world: 'an order that is paid back at the till',
    definition: edited(orderDefinition, 'on.till\\.refundFailed', { actions: 'keep' }),
    why: '0 went back, and 500 is owed',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays another amount (pay-1)',
      'the till tells of pay-1',
      'somebody gives a part of pay-1 back at the till (pay-1-back-1)',
      'the till tells of pay-1-back-1',
      'the bank refuses pay-1-back-1',
      'the till tells that pay-1-back-1 failed',
    ],
  },
  {
    fault: 'money that staff say went back by hand is owed for ever',
    theorem: 'what went back counts once',
    world: 'an order by link and its staff',
    definition: withActions(orderDefinition, { rememberHandRefund: {} }),
    why: '1000 went back, and 1000 is owed',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays another amount (pay-1)',
      'the till tells of pay-1',
      'staff.cancelled',
      'the command releaseStock is carried out',
      'refundPayment answers: failed (exhausted)',
      'staff say that pay-1 went back by hand',
    ],
  },
  {
    fault: 'a second payment that the till would not give back is out of sight',
    theorem: 'no paid order is forgotten',
    world: 'an order that is paid twice and its staff',
    definition: withActions(orderDefinition, { giveUpExtraRefund: { extraRefundAsked: false } }),
    why: 'pay-2 was taken, and the order stands in paid as if it were not',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays what the link asks for (pay-1)',
      'the customer pays what the link asks for, a second time (pay-2)',
      'the till tells of pay-1',
      'sellStock answers: done',
      'the till tells of pay-2',
      'staff.refunded',
      'refundPayment answers: failed (exhausted)',
    ],
  },
  {
    fault: 'a hold is taken although the shelf said no',
    theorem: 'two customers and one last copy: never both',
    world: 'two orders for the last copy',
    definition: edited(orderDefinition, 'states.draft.states.reserving.invoke.onError', '#order.held'),
    why: 'both customers were told that it is theirs',
    story: [
      'order 2 is placed',
      'order 2: reserveStock answers: done',
      'order 1: reserveStock answers: refused (sold_out)',
    ],
  },
  {
    fault: 'calling off while the link is being made reads an answer that is not there',
    theorem: 'no event is ever too much for an order',
    world: 'an order by link',
    definition: edited(orderDefinition, 'states.draft.states.linking.on.order\\.cancelRequested', {
      actions: ['rememberCancel', 'rememberLink'],
    }),
    why: 'machine "order" threw on "order.cancelRequested" in {"draft":"linking"}',
    story: ['reserveStock answers: done', 'order.cancelRequested'],
  },
  {
    fault: 'a price that could not be looked up is read all the same',
    theorem: 'no event is ever too much for a customer',
    world: 'a customer who buys',
    definition: edited(customerDefinition, 'states.conversation.states.confirming.states.checking.invoke.onError', {
      target: '#customer.conversation.browsing',
      actions: 'rememberQuote',
    }),
    why: 'machine "customer" threw on "xstate.error.actor.quote"',
    story: [
      'the customer texts',
      'the time "settle" is over',
      'the model proposes customer.choseBook Dune',
      'quote fails (exhausted)',
    ],
  },
  {
    fault: 'a card that is refused gives the copies back, and the link stays open',
    theorem: 'an order that waits has its copies',
    world: 'an order by link',
    definition: edited(orderDefinition, 'states.awaitingPayment.on.payment\\.failed', { actions: 'giveBackStock' }),
    why: 'it stands in awaitingPayment and no copy is held for it',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'payment.failed',
      'the command releaseStock is carried out',
    ],
  },
  {
    fault: 'a refund that the till tells of takes the place of cash without a word',
    theorem: 'money that may have gone back twice is shown to staff',
    world: 'an order by link and its staff',
    definition: edited(orderDefinition, 'states.refunded.on.till\\.refunded', {
      guard: 'isOwnPayment',
      actions: ['rememberTillRefund', 'settleConcern', 'keep'],
    }),
    why: 'it went back by hand and at the till, and staff are not told',
    story: [
      'reserveStock answers: done',
      'createPaymentLink is done, and its answer is lost',
      'the customer pays what the link asks for (pay-1)',
      'the till tells of pay-1',
      'staff.cancelled',
      'refundPayment is done, and its answer is lost',
      'refundPayment answers: failed (exhausted)',
      'staff say that pay-1 went back by hand',
      'the till tells of pay-1-ours-1',
    ],
  },
  {
    fault: 'money that went back at the till is written down, and the books go out all the same',
    theorem: 'nothing is paid back while the order goes on as paid',
    world: 'an order that is paid back at the till',
    definition: edited(orderDefinition, 'on.till\\.refunded', { actions: ['rememberTillRefund', 'keep'] }),
    why: 'it stands in paid, and its payment went back',
    story: [
      'reserveStock answers: done',
      'createPaymentLink answers: done',
      'the customer pays what the link asks for (pay-1)',
      'the till tells of pay-1',
      'sellStock answers: done',
      'somebody gives what is left of pay-1 back at the till (pay-1-back-1)',
      'the till tells of pay-1-back-1',
    ],
  },
  {
    fault: 'an order has news of a kind that its customer has never heard of',
    theorem: 'an order tells nothing that no world of a customer hears',
    world: 'an order by link',
    definition: edited(orderDefinition, 'states.awaitingPayment.on.payment\\.failed', {
      actions: { type: 'tellCustomer', params: { news: 'order.cardDeclined' } },
    }),
    why: 'order.cardDeclined is among the news of no customer',
    story: ['reserveStock answers: done', 'createPaymentLink answers: done', 'payment.failed'],
  },
];

/** The shortest story in which the fault breaks its theorem; null where it is not found. */
export function storyOf({ theorem, world, definition }: Planted, statesMax: number) {
  return findFlaw(world, theorem, definition, statesMax);
}

/** The chart with some of its actions doing nothing but setting these parts of the context. */
function withActions(definition: DurableMachine, replaced: Record<string, object>): DurableMachine {
  const actions = Object.fromEntries(Object.entries(replaced).map(([name, parts]) => [name, assign(parts)]));
  return { ...definition, machine: definition.machine.provide({ actions }) };
}

/** The chart with one part exchanged. @param path into its config, by dots; a dot of a name is written `\.` */
function edited(definition: DurableMachine, path: string, value: unknown): DurableMachine {
  const names = path.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'));
  const config = put(definition.machine.config, names, value);
  const { actions, guards, delays, actors: known } = definition.machine.implementations;
  const actors = Object.fromEntries(
    Object.entries(known).flatMap(([name, logic]) => ('transition' in logic ? [[name, logic] as const] : [])),
  );
  return { ...definition, machine: createMachine(config).provide({ actions, guards, delays, actors }) };
}

function put<T>(into: T, [name, ...rest]: string[], value: unknown): T {
  if (name === undefined || typeof into !== 'object' || into === null || !(name in into))
    throw new Error(`the chart has no part "${name}"`);
  const inner: unknown = Object.entries(into).find(([key]) => key === name)?.[1];
  return { ...into, [name]: rest.length === 0 ? value : put(inner, rest, value) };
}
