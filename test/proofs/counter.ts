// Orders at the counter: each a real order chart, with the work that it asked for, its till, and one shelf for all.
// Work is done and its answer lost, breaks down before or after the deed, is stopped while it runs, and wakes up long after its time.
import type { AnyEventObject } from 'xstate';
import { OrderContext } from '../../schema/order.ts';
import type { OrderInput } from '../../schema/order.ts';
import type { Effect } from '../../src/runtime/effects.ts';
import { DUNE } from '../machines/customer-story.ts';
import { NOON } from '../machines/given.ts';
import { ADDRESS_ID, CUSTOMER } from '../machines/order-story.ts';
import type { Chart } from './chart.ts';
import type { Taken } from './chart.ts';
import { deedsOf, undone } from './deeds.ts';
import type { Answer } from './deeds.ts';
import { happeningOf } from './people.ts';
import { forgotten } from './shelf.ts';
import type { Shelf } from './shelf.ts';
import { NO_LINK } from './till.ts';
import type { DeskRefund, Money, Till } from './till.ts';

/** `work` answers to its chart, a `command` does not, an `undo` takes back what `work` may have done. */
export type Job = {
  kind: 'work' | 'command' | 'undo';
  src: string;
  child: string;
  /** The intent of a reservation, or of a refund. */
  key: string;
  /** An attempt has done its deed, and its answer was lost: it is tried again, or undone. */
  isBegun: boolean;
  isStopped: boolean;
};
export type OrderAt = { id: string; chart: number; jobs: readonly Job[]; till: Till };
/** `late`: an attempt that was given up for dead and still may do its deed. */
export type Counter = { orders: readonly OrderAt[]; shelf: Shelf; late: { order: string; job: Job } | null };
/** `sent`: what orders told their customers. */
export type Did = { trouble: string | null; sent: readonly AnyEventObject[] };
export type CounterStep = { says: string; did: Did; to: Counter };

const UNDOABLE: ReadonlySet<string> = new Set(['reserveStock', 'receiveStock', 'createPaymentLink', 'sellStock']);
const NOTHING: Did = { trouble: null, sent: [] };
/** What an order does in the commit of its own turn, or only for show. */
const OUTSIDE: ReadonlySet<string> = new Set(['keepOrder', 'tellTill']);

export type Kind = OrderInput['fulfillment'] | 'special order';

export function inputOf(id: string, kind: Kind): OrderInput {
  const special = kind === 'special order';
  const fulfillment = special ? 'hold' : kind;
  const { isbn13, title, priceCents } = DUNE;
  const lines = [{ isbn13, title, copies: 1, priceCents }];
  const addressId = kind === 'shipping' ? ADDRESS_ID : null;
  return { orderId: id, customer: CUSTOMER, lines, fulfillment, addressId, currency: 'USD', special };
}

/** A new order comes to the counter. */
export function placed(chart: Chart, counter: Counter, input: OrderInput): CounterStep {
  const order: OrderAt = { id: input.orderId, chart: -1, jobs: [], till: NO_LINK };
  const before = { ...counter, orders: [...counter.orders, order] };
  return { says: 'an order is placed', ...absorbed(before, order, chart.born(input, NOON)) };
}

/** An event reaches an order. */
export function told(chart: Chart, counter: Counter, order: OrderAt, says: string, event: AnyEventObject): CounterStep {
  return { says, ...absorbed(counter, order, chart.take(order.chart, happeningOf(event))) };
}

/** Everything that may happen to the work of one order. @param isLate whether attempts may wake up after their time */
export function* jobSteps(chart: Chart, counter: Counter, order: OrderAt, isLate: boolean): Iterable<CounterStep> {
  for (const job of order.jobs) {
    if (job.kind === 'work' && !job.isStopped) yield* workSteps(chart, counter, order, job, isLate);
    else if (job.kind === 'command') yield* commandSteps(chart, counter, order, job, isLate);
    else yield* afterStop(chart, counter, order, job);
  }
}

/** An attempt that everybody took for dead does its deed, or does not. */
export function* lateSteps(chart: Chart, counter: Counter): Iterable<CounterStep> {
  const { late, ...now } = counter;
  if (!late) return;
  const order = now.orders.find(({ id }) => id === late.order);
  if (!order) return;
  const gone = { ...now, late: null };
  yield { says: `a stalled attempt of ${late.job.src} is never heard of again`, did: NOTHING, to: tidy(gone) };
  for (const { shelf, till } of deedsOf(late.job, order, now.shelf, contextOf(chart, order).state)) {
    const to = replaced({ ...gone, shelf }, order, { till });
    yield { says: `a stalled attempt of ${late.job.src} does its deed after all`, did: NOTHING, to: tidy(to) };
  }
}

function* workSteps(chart: Chart, counter: Counter, order: OrderAt, job: Job, isLate: boolean): Iterable<CounterStep> {
  for (const { shelf, till, answer } of deedsOf(job, order, counter.shelf, contextOf(chart, order).state)) {
    const after = replaced({ ...counter, shelf }, order, { till });
    if (answer.kind === 'done' && !job.isBegun) {
      const jobs = [...without(order.jobs, job), { ...job, isBegun: true }];
      const to = tidy(replaced(after, order, { jobs }));
      yield { says: `${job.src} is done, and its answer is lost`, did: NOTHING, to };
    }
    yield* answered(chart, after, order.id, job, answer, isLate);
  }
  const failed: Answer = { kind: 'failed', code: 'exhausted', output: null };
  yield* answered(chart, counter, order.id, job, failed, isLate);
}

// Its last attempt may be stalled rather than dead, and wake up later.
function* answered(
  chart: Chart,
  counter: Counter,
  id: string,
  job: Job,
  answer: Answer,
  isLate: boolean,
): Iterable<CounterStep> {
  const says = `${job.src} answers: ${answer.kind}${answer.code === '' ? '' : ` (${answer.code})`}`;
  const order = found(counter, id);
  const isUndone = answer.kind === 'failed' && UNDOABLE.has(job.src);
  const undo: Job[] = isUndone ? [{ ...job, kind: 'undo' }] : [];
  const settled = { ...order, jobs: [...without(order.jobs, job), ...undo] };
  const before = replaced(counter, order, settled);
  const step = absorbed(before, settled, chart.take(order.chart, happeningOf(eventOf(job, answer))));
  yield { says, ...step };
  if (isLate && counter.late === null)
    yield { says: `${says}; another attempt is stalled`, ...step, to: tidy({ ...step.to, late: { order: id, job } }) };
}

function* commandSteps(
  chart: Chart,
  counter: Counter,
  order: OrderAt,
  job: Job,
  isLate: boolean,
): Iterable<CounterStep> {
  for (const { shelf, till } of deedsOf(job, order, counter.shelf, contextOf(chart, order).state)) {
    const to = replaced({ ...counter, shelf }, order, { till, jobs: without(order.jobs, job) });
    yield { says: `the command ${job.src} is carried out`, did: NOTHING, to: tidy(to) };
    if (isLate && counter.late === null)
      yield {
        says: `the command ${job.src} is carried out; another attempt is stalled`,
        did: NOTHING,
        to: tidy({ ...to, late: { order: order.id, job } }),
      };
  }
}

// What was stopped had not begun, or had done its deed, or does it before it hears so; then it is undone.
function* afterStop(chart: Chart, counter: Counter, order: OrderAt, job: Job): Iterable<CounterStep> {
  const jobs = without(order.jobs, job);
  if (job.kind === 'undo') {
    const { shelf, till } = undone(job, order, counter.shelf, contextOf(chart, order).state);
    const to = replaced({ ...counter, shelf }, order, { till, jobs });
    yield { says: `${job.src} is undone`, did: NOTHING, to: tidy(to) };
    return;
  }
  if (!job.isBegun)
    yield {
      says: `${job.src} was stopped before it began`,
      did: NOTHING,
      to: tidy(replaced(counter, order, { jobs })),
    };
  for (const { shelf, till, answer } of deedsOf(job, order, counter.shelf, contextOf(chart, order).state)) {
    const undo: Job[] = answer.kind !== 'refused' && UNDOABLE.has(job.src) ? [{ ...job, kind: 'undo' }] : [];
    const to = replaced({ ...counter, shelf }, order, { till, jobs: [...jobs, ...undo] });
    yield { says: `${job.src} was stopped and did its deed all the same`, did: NOTHING, to: tidy(to) };
  }
}

const contexts = new WeakMap<object, OrderContext>();

export function contextOf(chart: Chart, { chart: at }: OrderAt): OrderContext {
  const stored = chart.at(at);
  const known = contexts.get(stored) ?? OrderContext.parse(stored.context);
  contexts.set(stored, known);
  return known;
}

function eventOf({ child }: Job, { kind, code, output }: Answer): AnyEventObject {
  if (kind === 'done') return { type: `xstate.done.actor.${child}`, output, actorId: child };
  const error = kind === 'refused' ? { name: 'Refusal', code } : { name: 'Permanent', code };
  return { type: `xstate.error.actor.${child}`, error, actorId: child };
}

/** What a step of a chart asked for becomes work. */
function absorbed(counter: Counter, order: OrderAt, { to, effects, trouble }: Taken): { did: Did; to: Counter } {
  let jobs = order.jobs;
  const sent: AnyEventObject[] = [];
  for (const effect of effects) {
    jobs = jobsAfter(counter, { ...order, jobs }, effect);
    if (effect.kind === 'send') sent.push(effect.event);
  }
  return { did: { trouble, sent }, to: tidy(replaced(counter, order, { chart: to, jobs })) };
}

function jobsAfter(counter: Counter, order: OrderAt, effect: Effect): readonly Job[] {
  const { jobs } = order;
  if (effect.kind === 'stop')
    return jobs.map((job) =>
      job.kind === 'work' && job.child === effect.childId && !job.isStopped ? { ...job, isStopped: true } : job,
    );
  if (effect.kind === 'invoke') {
    const { childId, src, input } = effect;
    return [
      ...jobs,
      { kind: 'work', src, child: childId, key: keyOf(counter, order, src, input), isBegun: false, isStopped: false },
    ];
  }
  if (effect.kind !== 'action' || OUTSIDE.has(effect.name)) return jobs;
  const key = keyOf(counter, order, effect.name, effect.params);
  return [...jobs, { kind: 'command', src: effect.name, child: '', key, isBegun: false, isStopped: false }];
}

function keyOf(counter: Counter, order: OrderAt, src: string, input: unknown): string {
  if (src === 'refundPayment') {
    const { paymentId, amountCents, earlier = [] } = Object(input);
    return `${paymentId} ${amountCents} ${earlier}`;
  }
  if (src === 'receiveStock') return 'receipt';
  if (src !== 'reserveStock') return '';
  const used = new Set([...namesOf(counter, order), ...counter.shelf.rows.map(({ key }) => key)]);
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].find((key) => !used.has(key)) ?? 'seventh';
}

function namesOf({ late }: Counter, { id, jobs }: OrderAt): string[] {
  return [...jobs.map(({ key }) => key), ...(late?.order === id ? [late.job.key] : [])];
}

/** The same world in its plainest form: the order of unfinished work does not matter, nor do promises that nobody will name again. */
function tidy(counter: Counter): Counter {
  const orders = counter.orders.map((order) => ({ ...order, jobs: plainJobs(order.jobs) }));
  const names = new Map(orders.map((order) => [order.id, new Set(namesOf(counter, order))]));
  return { ...counter, orders, shelf: forgotten(counter.shelf, (order, key) => names.get(order)?.has(key) === true) };
}

// What does not answer may be done once or twice: it is one job.
function plainJobs(jobs: readonly Job[]): readonly Job[] {
  if (jobs.length < 2) return jobs;
  return [...new Map(jobs.map((job) => [codeOf(job), job])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, job]) => job);
}

function codeOf({ kind, src, key, isBegun, isStopped }: Job): string {
  return `${kind} ${src} ${key} ${isBegun} ${isStopped}`;
}

/** One line for a whole counter: what is the same line is the same state. */
export function keyOfCounter({ orders, shelf, late }: Counter): string {
  const parts = orders.map(
    ({ chart, jobs, till }) => `${chart} ${jobs.map(codeOf).join()} ${till.link} ${till.money.map(moneyCode).join()}`,
  );
  const rows = shelf.rows.map(({ order, key, state }) => `${order.slice(-2)}${key}${state}`);
  return `${parts.join(';')};${shelf.onHand} ${rows.join()};${late ? late.order.slice(-2) + codeOf(late.job) : ''}`;
}

function moneyCode({ isRight, told: isTold, ours, desk, handCents }: Money): string {
  const given = ours.map(({ key, told, isFailed }) => `o${key}${told ? 't' : ''}${isFailed ? 'f' : ''}`);
  const back = [...given, ...desk.map(refundCode), handCents > 0 ? `h${handCents}` : ''];
  return `${isRight ? 'r' : 'w'}${isTold ? 't' : ''}${back.join('')}`;
}

function refundCode({ cents, told, isFailed, isFailureTold }: DeskRefund): string {
  return `d${cents}${told ? 't' : ''}${isFailed ? 'f' : ''}${isFailureTold ? 'h' : ''}`;
}

export function replaced(counter: Counter, order: OrderAt, change: Partial<OrderAt>): Counter {
  const orders = counter.orders.map((other) => (other.id === order.id ? { ...other, ...change } : other));
  return { ...counter, orders };
}

function found({ orders }: Counter, id: string): OrderAt {
  const order = orders.find((other) => other.id === id);
  if (!order) throw new Error(`there is no order ${id}`);
  return order;
}

function without(jobs: readonly Job[], job: Job): readonly Job[] {
  return jobs.filter((other) => other !== job);
}
