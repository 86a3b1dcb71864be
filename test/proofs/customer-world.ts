// The world of one customer: what they text, what a model makes of it (anything at all), what is looked up for them, staff, and orders
// that send any news at any time. The witness remembers what the customer was asked and has said, whatever the chart believes.
import type { AnyEventObject } from 'xstate';
import type { Act, ShownBook } from '../../schema/acts.ts';
import type { CustomerContext } from '../../schema/customer.ts';
import { OrderNews } from '../../schema/order.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import type { StoredSnapshot } from '../../src/runtime/snapshot.ts';
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
} from '../machines/customer-story.ts';
import { breakdown, NOON, refusal, SELF } from '../machines/given.ts';
import { Chart } from './chart.ts';
import type { Happening, Taken } from './chart.ts';
import type { Edge, Model } from './explore.ts';
import { ORDERS } from './people.ts';
import { after, NOBODY_ASKED } from './witness.ts';
import type { Witness } from './witness.ts';

export type Customer = { chart: number; witness: Witness };
export type Heard = { from: Customer; happening: Happening; taken: Taken };
export type CustomerEdge = Edge<Customer, Heard>;

/** What the customer is about, so that each world stays small: what has no part in it does not happen there. */
export type Topic = 'buying' | 'ordering in' | 'consent';

type Named = Happening & { says: string };

const MIDNIGHT = NOON + 12 * 60 * 60 * 1000;
// No clock runs here: this text stands for one too many.
const TOO_FAST = text('too fast');
const isTooFast = ({ context, event }: { context: CustomerContext; event: object }) =>
  'text' in event && event.text === TOO_FAST.text && !context.optedOut && context.staffId === null;

/** The customer's chart as a table. @param definition another one, where a fault is planted */
export function customerChart(definition: DurableMachine = customerDefinition): Chart {
  const machine = definition.machine.provide({ guards: { isTooFast } });
  return new Chart(
    { ...definition, machine },
    { context: plainContext, id: (n) => (n === 0 ? ORDERS[0] : ORDERS[1]), self: SELF },
  );
}

// Times, threads and how often something was said: nothing that a theorem asks for.
function plainContext(context: StoredSnapshot['context']): StoredSnapshot['context'] {
  const list = (key: string, most: number): unknown[] => [context[key]].flat().slice(0, most);
  return {
    ...context,
    threadId: ORDERS[1],
    heardAtMs: [],
    noticedAtMs: [],
    awaySinceMs: null,
    found: [],
    welcomed: true,
    offers: list('offers', 2),
    openOrders: list('openOrders', 1),
    notices: list('notices', 1),
    listeningSinceMs: context['listeningSinceMs'] === null ? null : NOON,
    needsStaff: context['needsStaff'] === null ? null : { reason: 'asked', sinceMs: NOON },
    staffId: context['staffId'] === null ? null : 's1',
  };
}

const named = (says: string, event: AnyEventObject, at = NOON): Named => ({ says, event, at });

const SHORT_TEXTS: readonly Named[] = [
  named('the customer texts', text('hi')),
  named('the customer texts STOP', STOP),
  named('the customer texts START', text('START', 'start')),
];
const TEXTS: readonly Named[] = [
  ...SHORT_TEXTS,
  named('the customer texts too fast', TOO_FAST),
  named('the customer texts YES', text('yes')),
  named('the customer texts HELP', text('HELP', 'help')),
];

const bare = (
  ...acts: ReadonlyArray<Exclude<Act, { isbn13: string } | { isbn13s: string[] } | { address: object }>['type']>
) => acts.map((type): Act => ({ type }));
const chooses = (isbn13: string, copies = 1): Act => ({ type: 'customer.choseBook', isbn13, copies });
const YES = bare(
  'customer.agreed',
  'customer.wantsShipping',
  'customer.wantsPickup',
  'customer.paysNow',
  'customer.wantsHold',
);
const NO = bare('customer.declined', 'customer.changedMind', 'customer.wantsCancel', 'customer.optedOut');
const ADDRESSED: Act = { type: 'customer.gaveAddress', address: ADDRESS };
const ORDERS_IN: Act = { type: 'customer.wantsSpecialOrder', isbn13: UBIK.isbn13, copies: 1 };
const ACTS: Readonly<Record<Topic, readonly Act[]>> = {
  buying: [
    ...bare('customer.asked'),
    ...YES,
    ...NO,
    ADDRESSED,
    chooses(DUNE.isbn13),
    chooses(DUNE.isbn13, 2),
    { type: 'customer.namedSeveral', isbn13s: [DUNE.isbn13, UBIK.isbn13] },
  ],
  'ordering in': [
    ...bare('customer.asked'),
    ...YES,
    ...NO,
    ADDRESSED,
    ORDERS_IN,
    { type: 'customer.wantsElsewhere', isbn13: UBIK.isbn13 },
    { type: 'customer.wantsWaitlist', isbn13: UBIK.isbn13 },
  ],
  consent: [
    ...bare('customer.asked', 'customer.agreed', 'customer.wantsHold', 'customer.optedOut', 'customer.wantsPerson'),
    chooses(DUNE.isbn13),
    ORDERS_IN,
  ],
};

/** Which command begins an answer: one at a time does. */
const BEGUN = ORDERS[1];

/** Whatever a model may answer: each act, with and without books shown beside it that were not asked for. */
function replies(topic: Topic, begun: string | null): Named[] {
  return ACTS[topic].flatMap((act) => {
    const shows = topic === 'consent' ? [[]] : act.type === 'customer.asked' ? [[], [DUNE], [UBIK]] : [[], [UBIK]];
    return shows.map((shown) => replied(act, shown, begun));
  });
}

/** The first words of an answer, with and without a book in them. */
function beginnings(topic: Topic): Named[] {
  return (topic === 'consent' ? [[]] : [[], [UBIK]]).map((shown) =>
    named(`Marty begins to answer${shown.length > 0 ? ', showing Ubik' : ''}`, {
      type: 'reply.begun',
      id: BEGUN,
      text: 'hm',
      shown,
      found: [],
    }),
  );
}

function replied(act: Act, shown: ShownBook[], begun: string | null): Named {
  const output = { act, bubbles: ['hm'], shown, confidence: 1, by: 'claude', ...(begun !== null && { begun }) };
  const of = 'isbn13' in act ? ` ${act.isbn13 === DUNE.isbn13 ? 'Dune' : 'Ubik'}` : '';
  const several = 'copies' in act && act.copies > 1 ? ' twice' : '';
  const showing = shown.length > 0 ? `, showing ${shown.map(({ title }) => title).join(' and ')}` : '';
  const goingOn = begun === null ? '' : ', going on from what was said';
  return named(`the model proposes ${act.type}${of}${several}${showing}${goingOn}`, {
    type: 'xstate.done.actor.reply',
    output,
  });
}

const fails = (child: string, ...codes: string[]): Named[] =>
  [breakdown, ...codes.map(refusal)].map((error) =>
    named(`${child} fails (${error.code})`, { type: `xstate.error.actor.${child}`, error }),
  );
const answers = (child: string, says: string, output: unknown): Named =>
  named(says, { type: `xstate.done.actor.${child}`, output });

/** What each piece of work may come back with, by child. */
const RESULTS: Readonly<Record<string, readonly Named[]>> = {
  reply: fails('reply'),
  quote: [
    answers('quote', 'Dune is quoted', DUNE),
    answers('quote', 'Dune is quoted at another price', { ...DUNE, priceCents: 1499 }),
    ...fails('quote', 'sold_out', 'unknown_book'),
  ],
  elsewhere: [
    answers('elsewhere', 'Ubik can be ordered in', ELSEWHERE),
    answers('elsewhere', 'Ubik cannot be ordered in', { ...ELSEWHERE, special: null }),
    ...fails('elsewhere', 'unknown_book'),
  ],
  waiting: [answers('waiting', 'they are put on the waiting list', null), ...fails('waiting', 'in_stock')],
  special: [
    answers('special', 'the special order is quoted', { book: { ...UBIK, onHand: 0 }, days: 7 }),
    ...fails('special', 'in_stock', 'not_orderable'),
  ],
  address: [
    answers('address', 'the address is found', { addressId: ADDRESS_ID, oneLine: ONE_LINE }),
    ...fails('address', 'incomplete'),
  ],
};

const about = { orderId: ORDERS[0], title: 'Dune' };
const news = (type: string, facts: Record<string, unknown> = {}, at = NOON): Named =>
  named(`the order tells ${type}${at === NOON ? '' : ' at night'}`, { type, ...facts, ...about }, at);
const SALE_NEWS: readonly Named[] = [
  news('order.linkReady', { url: URL, totalCents: 1386, taxCents: 87, shippingCents: 0 }),
  ...['sold_out', 'price_changed', 'trouble'].map((code) => news('order.refused', { code })),
  news('order.lapsed'),
];
const NEWS: Readonly<Record<Topic, readonly Named[]>> = {
  buying: SALE_NEWS,
  'ordering in': [],
  consent: [
    ...SALE_NEWS,
    news('order.held', { until: NOON }),
    news('order.ready'),
    news('order.ready', {}, MIDNIGHT),
    news('order.cancelAsked'),
    news('order.paid', { totalCents: 1386, fulfillment: 'pickup' }),
    news('order.linkDelayed'),
    news('order.reminder', { url: URL }),
    news('order.paymentFailed', { url: URL }),
    news('order.refused', { code: 'unavailable' }),
    news('order.cancelDelayed'),
    news('order.cancelled'),
    news('order.toOrder'),
    news('order.ordered'),
    news('order.holdLapsed'),
    news('order.shipped'),
    news('order.refundPending'),
  ],
};

/** One piece of news of each form that customers hear in these worlds. */
export const HEARD: readonly OrderNews[] = Object.values(NEWS).flatMap((heard) =>
  heard.map(({ event }) => OrderNews.parse(event)),
);

const OTHERS: readonly Named[] = [
  named('staff take over', { type: 'staff.tookOver', staffId: 's1' }),
  named('staff hand back', { type: 'staff.handedBack' }),
  named('staff say something', { type: 'staff.said', text: 'hello', staffId: 's1' }),
  named('the carrier says that they want no texts', { type: 'consent.revoked', source: 'carrier' }),
  named('the carrier filters our texts', { type: 'carrier.refused', reason: 'filtered' }),
  named('Ubik is back', { type: 'book.back', book: UBIK, until: NOON }),
  named('Ubik is back at night', { type: 'book.back', book: UBIK, until: NOON }, MIDNIGHT),
  named('Ubik is gone again', { type: 'book.gone', isbn13: UBIK.isbn13 }),
];

export function customerModel(topic: Topic, chart = customerChart()): Model<Customer, Heard> {
  const born = chart.born(undefined, NOON);
  const always = topic === 'consent' ? [...TEXTS, ...NEWS[topic], ...OTHERS] : [...SHORT_TEXTS, ...NEWS[topic]];
  const fromTheStart = [...beginnings(topic), ...replies(topic, null)];
  const goingOn = [...beginnings(topic), ...replies(topic, BEGUN), replied({ type: 'customer.asked' }, [], null)];
  const fail = RESULTS['reply'] ?? [];
  const results = (begun: boolean) => ({ ...RESULTS, reply: [...(begun ? goingOn : fromTheStart), ...fail] });
  const [unbegun, begun] = [results(false), results(true)];
  return {
    initial: { chart: born.to, witness: NOBODY_ASKED },
    key: ({ chart: at, witness }) => `${at} ${witness.code}`,
    edges: (customer) =>
      edgesOf(chart, customer, always, chart.at(customer.chart).context['begun'] === null ? unbegun : begun),
  };
}

const timers = new Map<string, Named>();

function timerOf(event: AnyEventObject): Named {
  const known = timers.get(event.type) ?? named(`the time "${event.type.split('.')[2]}" is over`, event);
  timers.set(event.type, known);
  return known;
}

function* edgesOf(
  chart: Chart,
  from: Customer,
  always: readonly Named[],
  results: Readonly<Record<string, readonly Named[]>>,
): Iterable<CustomerEdge> {
  const children = Object.keys(chart.at(from.chart).children);
  const happenings = [
    ...children.flatMap((child) => results[child] ?? []),
    ...chart.timers(from.chart).map(timerOf),
    ...always,
  ];
  for (const happening of happenings) {
    const taken = chart.take(from.chart, happening);
    const witness = after(from.witness, happening.event, taken.effects);
    yield { says: happening.says, did: { from, happening, taken }, to: { chart: taken.to, witness } };
  }
}
