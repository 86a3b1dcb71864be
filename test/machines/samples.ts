// What the charts may meet, for walks over all of their states: each event with everything that makes a difference to them.
import type { AnyMachineSnapshot } from 'xstate';
import { Act } from '../../schema/acts.ts';
import type { CustomerContext } from '../../schema/customer.ts';
import type { OrderInput } from '../../schema/order.ts';
import { customerMachine } from '../../machines/customer.ts';
import { ADDRESS, ADDRESS_ID, DUNE, ELSEWHERE, ONE_LINE, STOP, text, UBIK, URL } from './customer-story.ts';
import { breakdown, refusal } from './given.ts';
import type { Samples } from './graph.ts';
import { BACK, CUSTOMER, gaveBack, LINK, ORDER_ID, PAID } from './order-story.ts';

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

/** One text that stands for one too many. */
export const TOO_FAST = text('too fast');
const isTooFast = ({ event }: { event: object }) => 'text' in event && event.text === TOO_FAST.text;
const mayNotice = ({ context: { notices } }: { context: CustomerContext }) =>
  notices.length > 0 && notices[0]?.line !== 'order.lapsed';

const ANSWER = { bubbles: ['hm'], shown: [DUNE], confidence: 1, by: 'claude' };

/** What a customer's chart may meet. */
export const CUSTOMER_EVENTS: Samples = {
  // Acts are raised by the ear; here they come with its answer, and not by themselves.
  ...Object.fromEntries(ACTS.map(({ type }) => [type, () => []])),
  'thread.lapsed': () => [],
  'text.received': () => [text('hi'), TOO_FAST, text('yes'), STOP, text('START', 'start'), text('HELP', 'help')],
  'staff.tookOver': () => [{ staffId: 's1' }],
  'staff.said': () => [{ text: 'hello' }],
  'xstate.done.actor.reply': ({ context: { begun } }) => [
    ...ACTS.map((act) => ({ output: { ...ANSWER, act, begun } })),
    { output: { ...ANSWER, act: { type: 'customer.asked' } } },
  ],
  // Told by the work that composes the answer, and never without it.
  'reply.begun': ({ children }) =>
    'reply' in children ? [[], [DUNE]].map((shown) => ({ id: ORDER_ID, text: 'hm', shown, found: [] })) : [],
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
  'order.cancelAsked': (at) => [thisOrder(at)],
  'order.refundPending': (at) => [thisOrder(at)],
};

/** What an order's chart may meet. */
export const ORDER_EVENTS: Samples = {
  'payment.completed': () => [PAID, { ...PAID, amountCents: 1 }, { ...PAID, paymentId: 'pay-2' }],
  'till.refunded': () => [BACK, { ...BACK, amountCents: 1 }],
  'till.refundFailed': () => [BACK],
  'xstate.done.actor.reservation': () => [{ output: { reservationId: 'r1' } }],
  'xstate.error.actor.reservation': refusals('sold_out'),
  'xstate.done.actor.receipt': () => [{ output: { reservationId: 'r1' } }],
  'xstate.error.actor.receipt': refusals(),
  'xstate.done.actor.link': () => [{ output: LINK }],
  'xstate.error.actor.link': refusals('sold_out', 'price_changed'),
  'xstate.done.actor.closing': () => [{ output: { paid: false } }, { output: { paid: true } }],
  'xstate.error.actor.sale': refusals('sold_out'),
  'xstate.done.actor.refund': () => [{ output: gaveBack() }],
  'xstate.done.actor.extraRefund': () => [{ output: gaveBack('pay-2') }],
};

/** A walk knows no time: one text stands for one too many, and the news of a lapsed link for what comes at night. */
export const timelessCustomer = customerMachine.provide({ guards: { isTooFast, mayNotice } });

export const KINDS = ['pickup', 'shipping', 'hold', 'special order'] as const;

export function orderInput(kind: (typeof KINDS)[number]): OrderInput {
  const special = kind === 'special order';
  const fulfillment = special ? 'hold' : kind;
  const lines = [{ isbn13: DUNE.isbn13, title: 'Dune', copies: 1, priceCents: 1299 }];
  return { orderId: ORDER_ID, customer: CUSTOMER, lines, fulfillment, addressId: null, currency: 'USD', special };
}
