// What must hold of orders, shelf and till, whatever happens.
import { PAID_STATES, SOLD_STATES } from '../../src/commerce/order-states.ts';
import type { OrderContext, OrderState } from '../../schema/order.ts';
import { handCents, owedCents } from '../../machines/till-refunds.ts';
import type { Chart } from './chart.ts';
import { contextOf } from './counter.ts';
import type { Counter, Did, OrderAt } from './counter.ts';
import type { Theorem } from './explore.ts';
import { isHeardSomewhere } from './news.ts';
import { freeCopies, heldBy, soldTo } from './shelf.ts';
import type { Shelf } from './shelf.ts';
import { amountOf, backOf, isBack } from './till.ts';
import type { Money } from './till.ts';

type OrderTheorem = Theorem<Counter, Did>;

/** Nothing is under way for this order: no work, no late attempt, no money that it has not heard of. */
function isQuiet({ late }: Counter, { id, jobs, till }: OrderAt): boolean {
  return jobs.length === 0 && late?.order !== id && till.money.every(isHeard);
}

function isHeard({ told, ours, desk }: Money): boolean {
  const isOurs = ours.every((refund) => refund.isFailed || refund.told);
  return told && isOurs && desk.every((refund) => (refund.isFailed ? refund.isFailureTold : refund.told));
}

function each(chart: Chart, judge: (context: OrderContext, order: OrderAt, counter: Counter) => string | null) {
  return (counter: Counter): string | null => {
    for (const order of counter.orders) {
      const why = judge(contextOf(chart, order), order, counter);
      if (why !== null) return why;
    }
    return null;
  };
}

const SELLS: ReadonlySet<OrderState> = new Set(SOLD_STATES);
const HOLDS: ReadonlySet<OrderState> = new Set(['awaitingPayment', 'held']);
const OVER: ReadonlySet<OrderState> = new Set(['pickedUp', 'shipped', 'delivered', 'refunded', 'refused']);
const ASKS_STAFF: ReadonlySet<OrderState> = new Set(['underReview', 'refundPending']);

export function orderTheorems(chart: Chart): OrderTheorem[] {
  return [
    {
      name: 'no event is ever too much for an order',
      inStep: ({ did }) => did.trouble,
    },
    {
      name: 'an order tells nothing that no world of a customer hears',
      inStep({ did }) {
        const unheard = did.sent.find((event) => !isHeardSomewhere(event));
        return unheard ? `${unheard.type} is among the news of no customer` : null;
      },
    },
    {
      name: 'no more copies are promised or sold than there are',
      inState: ({ shelf }) =>
        shelf.onHand < 0 || freeCopies(shelf) < 0 ? `${shelf.onHand} copies stand there: ${promisesOf(shelf)}` : null,
    },
    {
      name: 'no stock is held by nobody',
      inState: each(chart, (context, order, counter) => {
        if (!isQuiet(counter, order) || !heldBy(counter.shelf, order.id)) return null;
        const isKnown = (context.reserved && !OVER.has(context.state)) || context.concern !== null;
        if (isKnown || mayBeSwept(context.state)) return null;
        return `a copy is held for an order that stands in ${context.state} and will neither sell it nor give it back`;
      }),
    },
    {
      name: 'an order that waits has its copies',
      inState: each(chart, (context, order, counter) => {
        if (!isQuiet(counter, order) || !HOLDS.has(context.state)) return null;
        return heldBy(counter.shelf, order.id) ? null : `it stands in ${context.state} and no copy is held for it`;
      }),
    },
    {
      name: 'no paid order is forgotten',
      inState: each(chart, (context, order, counter) => {
        if (!isQuiet(counter, order)) return null;
        const lost = order.till.money.find((money) => !isAccountedFor(context, order, counter.shelf, money));
        return lost ? `${lost.id} was taken, and the order stands in ${context.state} as if it were not` : null;
      }),
    },
    {
      name: 'nothing is paid back while the order goes on as paid',
      inState: each(chart, (context, order, counter) => {
        const own = order.till.money.find(({ id }) => id === context.payment?.paymentId);
        if (!isQuiet(counter, order) || !own || !isBack(own) || !SELLS.has(context.state)) return null;
        return `it stands in ${context.state}, and its payment went back`;
      }),
    },
    {
      name: 'what went back counts once',
      inState: each(chart, (context, order, counter) => {
        const own = order.till.money.find(({ id }) => id === context.payment?.paymentId);
        if (!isQuiet(counter, order) || !own) return null;
        const owed = owedCents(context);
        const backCents = backOf(own);
        const left = amountOf(own) - backCents;
        // Whether a refund that a till tells of later is the money that went back by hand, staff look (below): no more is counted than went back.
        const isBoth = own.handCents > 0 && own.ours.length + own.desk.length > 0;
        const isCounted = isBoth ? owed >= left : owed === left;
        return isCounted ? null : `${backCents} went back, and ${owed} is owed`;
      }),
    },
    {
      name: 'money that may have gone back twice is shown to staff',
      inStep({ from, to }) {
        const unseen = to.orders.find((order) => {
          const before = from.orders.find(({ id }) => id === order.id);
          return before !== undefined && before.chart !== order.chart && isUnseen(chart, before, order);
        });
        return unseen ? 'it went back by hand and at the till, and staff are not told' : null;
      },
    },
  ];
}

/** A refund took the place of what had gone back by hand, and nothing of the order is before staff. */
function isUnseen(chart: Chart, from: OrderAt, to: OrderAt): boolean {
  const [before, after] = [contextOf(chart, from), contextOf(chart, to)];
  if (before.payment === null || handCents(after, before.payment) >= handCents(before, before.payment)) return false;
  return after.concern !== 'refunded_by_hand_too' && !ASKS_STAFF.has(after.state);
}

/** As in src/commerce/stock/sweep.ts: what an order that was not paid still holds goes back when its time is over. */
function mayBeSwept(state: OrderState): boolean {
  return !PAID_STATES.includes(state);
}

/** Money is a sale, or went back, or somebody of the shop is told to look at it. */
function isAccountedFor(context: OrderContext, order: OrderAt, shelf: Shelf, money: Money): boolean {
  const { id } = money;
  if (isBack(money)) return true;
  if (id === context.payment?.paymentId)
    return (
      (ASKS_STAFF.has(context.state) && context.concern !== null) ||
      (SELLS.has(context.state) && soldTo(shelf, order.id))
    );
  return context.extraPayments.some(({ paymentId }) => paymentId === id) && context.concern !== null;
}

function promisesOf({ rows }: Shelf): string {
  return rows.map(({ order, state }) => `${state} for ${order}`).join(', ');
}

/** Of two orders for one copy never both have it. */
export function oneCopy(chart: Chart): OrderTheorem {
  const hasIt: ReadonlySet<OrderState> = new Set([...HOLDS, ...SELLS]);
  return {
    name: 'two customers and one last copy: never both',
    inState: (to) => {
      const [one, other] = to.orders;
      if (!one || !other) return null;
      const given = [one, other].filter(({ id }) => heldBy(to.shelf, id) || soldTo(to.shelf, id));
      if (given.length > 1) return `the shelf gave it to both: ${promisesOf(to.shelf)}`;
      const believe = [one, other].filter((order) => isQuiet(to, order) && hasIt.has(contextOf(chart, order).state));
      return believe.length > 1 ? 'both customers were told that it is theirs' : null;
    },
  };
}
