// The world of orders: one or two of them at one counter, and everybody who may do something to them at any moment.
import type { AnyEventObject } from 'xstate';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { PAID_STATES, WAITING_STATES } from '../../src/commerce/order-states.ts';
import { CUSTOMER, orderDefinition } from '../machines/order-story.ts';
import { isOfMoney } from '../../machines/till-refunds.ts';
import { OrderContext } from '../../schema/order.ts';
import type { OrderConcern, TillRefund } from '../../schema/order.ts';
import { Chart } from './chart.ts';
import { contextOf, inputOf, jobSteps, keyOfCounter, lateSteps, placed, replaced, told } from './counter.ts';
import type { Counter, CounterStep, Did, Kind, OrderAt } from './counter.ts';
import type { Model } from './explore.ts';
import { ORDERS } from './people.ts';
import { freeCopies, heldBy, release } from './shelf.ts';
import { amountOf, changed, changedOurs, changedRefund, deskRefunds, paidInCash, payments } from './till.ts';
import type { DeskRefund, Money, OurRefund } from './till.ts';

/** What may happen in a world besides the work that orders ask for. */
export type OrderWorld = {
  /** One order each; the second is placed at any moment after the first. */
  kinds: readonly Kind[];
  staff: boolean;
  /** Payments that one till may take for one order: more than one is a till at fault. */
  paymentsMax: number;
  /** So often may somebody give money of one payment back at the till's own desk, and the bank may refuse to take it. */
  deskRefundsMax: number;
  /** Somebody else may buy the copy, and another one may come in. */
  others: boolean;
  /** Attempts that everybody took for dead may do their deed later. */
  late: boolean;
};

const STAFF: readonly AnyEventObject[] = [
  ...[
    'ordered',
    'arrived',
    'prepared',
    'markedReady',
    'pickedUp',
    'shipped',
    'delivered',
    'cancelled',
    'refunded',
    'settled',
  ].map((did) => ({ type: `staff.${did}` })),
  { type: 'staff.refunded', restock: true },
  { type: 'staff.refunded', restock: false },
  { type: 'till.prepared' },
  { type: 'till.calledOff' },
];
const COPIES = 1;
/** So many refunds of ours of one payment may the bank refuse. */
const REFUSALS_MAX = 1;
/** Of these the charts and the theorems ask by name; of another concern only whether it is about money that is to go back. */
const ASKED_FOR: ReadonlySet<OrderConcern> = new Set(['stock_unclear', 'refunded_by_hand_too']);
const CONCERNS = { money: 'extra_payment', other: 'cancel_asked' } as const;
const byName = (a: TillRefund, b: TillRefund) => (a.refundId < b.refundId ? -1 : 1);
const NOTHING: Did = { trouble: null, sent: [] };

function concernOf(concern: OrderConcern | null): OrderConcern | null {
  if (concern === null || ASKED_FOR.has(concern)) return concern;
  return isOfMoney(concern) ? CONCERNS.money : CONCERNS.other;
}

/** The order's chart as a table. @param definition another one, where a fault is planted */
export function orderChart(definition: DurableMachine = orderDefinition): Chart {
  return new Chart(definition, {
    context: (context) => ({
      ...context,
      tracking: null,
      concern: concernOf(OrderContext.shape.concern.parse(context['concern'])),
      tillRefunds: OrderContext.shape.tillRefunds.parse(context['tillRefunds']).toSorted(byName),
    }),
    id: () => CUSTOMER,
    self: ORDERS[0],
  });
}

export function orderModel(world: OrderWorld, chart = orderChart()): Model<Counter, Did> {
  const [first = 'pickup'] = world.kinds;
  const empty: Counter = { orders: [], shelf: { onHand: COPIES, rows: [] }, late: null };
  const { did: begun, to: initial } = placed(chart, empty, inputOf(ORDERS[0], first));
  return {
    initial,
    begun,
    edges: (counter) => edgesOf(world, chart, counter),
    key: keyOfCounter,
  };
}

function* edgesOf(world: OrderWorld, chart: Chart, counter: Counter): Iterable<CounterStep> {
  for (const order of counter.orders) {
    const name = counter.orders.length > 1 || world.kinds.length > 1 ? `order ${ORDERS.indexOf(order.id) + 1}: ` : '';
    for (const step of orderSteps(world, chart, counter, order)) yield { ...step, says: `${name}${step.says}` };
  }
  yield* lateSteps(chart, counter);
  yield* shopSteps(world, chart, counter);
}

function* orderSteps(world: OrderWorld, chart: Chart, counter: Counter, order: OrderAt): Iterable<CounterStep> {
  yield* jobSteps(chart, counter, order, world.late);
  for (const { says, till } of payments(order.till, world.paymentsMax))
    yield { says, did: NOTHING, to: replaced(counter, order, { till }) };
  for (const money of order.till.money) {
    yield* moneySteps(chart, counter, order, money);
    yield* deskSteps(world, chart, counter, order, money);
  }
  if (world.staff) yield* handSteps(chart, counter, order);
  const events = [
    ...chart.timers(order.chart),
    { type: 'order.cancelRequested' },
    ...(order.till.link === 'open' ? [{ type: 'payment.failed' }] : []),
    ...(world.staff ? STAFF : []),
  ];
  for (const event of events)
    if (chart.knows(order.chart, event.type)) yield told(chart, counter, order, wordsFor(event), event);
}

// The till tells of money at any time after it came, and of what we gave back of it, again and again; the bank may refuse to take a refund.
function* moneySteps(chart: Chart, counter: Counter, order: OrderAt, money: Money): Iterable<CounterStep> {
  const paid = { paymentId: money.id, amountCents: amountOf(money) };
  const heard = { ...order, till: changed(order.till, money.id, { told: true }) };
  const again = money.told ? ', once more' : '';
  yield told(chart, replaced(counter, order, heard), heard, `the till tells of ${money.id}${again}`, {
    type: 'payment.completed',
    ...paid,
    currency: 'USD',
  });
  const refusals = money.ours.filter(({ isFailed }) => isFailed).length;
  for (const { id, cents, isFailed } of money.ours) {
    const say = (type: string, says: string, heard: Partial<OurRefund>): CounterStep => {
      const known = { ...order, till: changed(order.till, money.id, changedOurs(money, id, heard)) };
      const event = { type, refundId: id, paymentId: money.id, amountCents: cents };
      return told(chart, replaced(counter, order, known), known, says, event);
    };
    if (money.told) yield say('till.refunded', `the till tells of ${id}`, { told: true });
    if (isFailed || refusals < REFUSALS_MAX)
      yield say('refund.failed', `the bank refuses ${id}${isFailed ? ', as was told' : ''}`, { isFailed: true });
  }
}

// Where the till would not give it back, somebody sees to it that the customer has all of the money, by hand, and says so: what they had
// not had by then goes back in cash. What goes back at the desk without a word may be what they speak of.
function* handSteps(chart: Chart, counter: Counter, order: OrderAt): Iterable<CounterStep> {
  const { concern: seen, payment } = contextOf(chart, order);
  const event = { type: 'staff.settled', seen, staffId: 'ada' };
  const own = order.till.money.find(({ id }) => id === payment?.paymentId);
  const isWaiting = JSON.stringify(chart.at(order.chart).value) === '{"refundPending":"failed"}';
  if (!own || !isWaiting) return;
  const given = { ...order, till: changed(order.till, own.id, paidInCash(own)) };
  const says = `staff say that ${own.id} went back by hand`;
  yield told(chart, replaced(counter, order, given), given, says, event);
}

// What somebody gives back at the till's own desk is told after its payment, at any time and again and again, and so is its failure.
function* deskSteps(
  { deskRefundsMax }: OrderWorld,
  chart: Chart,
  counter: Counter,
  order: OrderAt,
  money: Money,
): Iterable<CounterStep> {
  const after = (change: Money) => ({ ...order, till: changed(order.till, money.id, change) });
  for (const { says, money: given } of deskRefunds(money, deskRefundsMax))
    yield { says, did: NOTHING, to: replaced(counter, order, after(given)) };
  for (const { id, cents, isFailed } of money.desk) {
    const say = (type: string, says: string, heard: Partial<DeskRefund>): CounterStep => {
      const known = after(changedRefund(money, id, heard));
      const event = { type, refundId: id, paymentId: money.id, amountCents: cents };
      return told(chart, replaced(counter, order, known), known, says, event);
    };
    if (money.told) yield say('till.refunded', `the till tells of ${id}`, { told: true });
    if (money.told && isFailed)
      yield say('till.refundFailed', `the till tells that ${id} failed`, { isFailureTold: true });
    if (isFailed) continue;
    const to = replaced(counter, order, after(changedRefund(money, id, { isFailed: true })));
    yield { says: `the bank refuses ${id}`, did: NOTHING, to };
  }
}

function* shopSteps(world: OrderWorld, chart: Chart, counter: Counter): Iterable<CounterStep> {
  const { shelf, orders } = counter;
  const kind = world.kinds[orders.length];
  const id = ORDERS[orders.length];
  if (kind && id) yield { ...placed(chart, counter, inputOf(id, kind)), says: `order ${orders.length + 1} is placed` };
  if (world.others && freeCopies(shelf) > 0) yield elsewhere(counter, -1, 'somebody in the shop buys the copy');
  if (world.others && shelf.onHand === 0) yield elsewhere(counter, 1, 'staff put a copy on the shelf');
  for (const order of orders) {
    const { state } = contextOf(chart, order);
    if (!heldBy(shelf, order.id) || PAID_STATES.includes(state) || WAITING_STATES.includes(state)) continue;
    const to = { ...counter, shelf: release(shelf, order.id) };
    yield { says: `the sweep gives back what an order in ${state} still holds`, did: NOTHING, to };
  }
}

function elsewhere(counter: Counter, copies: 1 | -1, says: string): CounterStep {
  const shelf = { ...counter.shelf, onHand: counter.shelf.onHand + copies };
  return { says, did: NOTHING, to: { ...counter, shelf } };
}

function wordsFor({ type, restock }: AnyEventObject): string {
  const [, , delay = ''] = type.split('.');
  if (type.startsWith('xstate.after.')) return `the time "${delay}" is over`;
  return restock === undefined ? type : `${type}, ${restock === true ? 'copies back' : 'copies gone'}`;
}
