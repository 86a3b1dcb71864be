// The order's vocabulary: which work it may ask for, what its actions, guards and delays mean. The chart is order.ts.
import { assertEvent, assign, enqueueActions, sendTo, setup } from 'xstate';
import type { AnyActorRef, DoneActorEvent, ErrorActorEvent } from 'xstate';
import { actorByKey, command, durable, refusalOf, turn } from '../src/runtime/authoring.ts';
import type {
  Fulfillment,
  HandOverStep,
  OrderConcern,
  OrderContext,
  OrderEvent,
  OrderInput,
  OrderNews,
  OrderProjection,
  OrderState,
  Payment,
  PaymentLink,
  TillRefund,
} from '../schema/order.ts';
import type { RefusalCode } from './order-rules.ts';
import {
  copiesAreHere,
  HOLD_LAPSE_MS,
  isPaid,
  isSettledByLooking,
  LINK_LAPSE_MS,
  newsOf,
  projectionOf,
  refusalNews,
} from './order-rules.ts';
import {
  afterRefund,
  backCents,
  concernOfOwn,
  countedCents,
  earlierRefunds,
  failedRefund,
  isKnown,
  isOwedAgain,
  otherPayment,
  owedCents,
  owedExtra,
  paymentsOf,
  raised,
  reviewed,
  withExtra,
  withFailedRefund,
  withHandRefund,
  withRefund,
} from './till-refunds.ts';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

type OrderId = { orderId: string };
type ReserveInput = OrderId & { lines: OrderContext['lines']; untilMs: number };
type LinkInput = OrderId & Pick<OrderContext, 'revision' | 'lines' | 'fulfillment' | 'addressId'>;
type RefundInput = OrderId & Payment & { earlier?: string[] };
/** Workers of an older build name the refund and say no more. */
type RefundDone = Pick<TillRefund, 'refundId'> & Partial<Payment>;
type HandOver = OrderId & { linkId: string; step: HandOverStep; tracking: string | null };

type OrderResult =
  | DoneActorEvent<{ reservationId: string }, 'reservation'>
  | DoneActorEvent<PaymentLink, 'link'>
  | DoneActorEvent<{ paid: boolean }, 'closing'>
  | DoneActorEvent<{ reservationId: string }, 'receipt'>
  | DoneActorEvent<RefundDone, 'refund' | 'extraRefund'>
  | DoneActorEvent<unknown, 'sale' | 'release'>
  | ErrorActorEvent<
      unknown,
      'reservation' | 'receipt' | 'link' | 'sale' | 'closing' | 'release' | 'refund' | 'extraRefund'
    >;

type AnyOrderEvent = OrderEvent | OrderResult;

function isOfOwn({ payment }: OrderContext, event: AnyOrderEvent): boolean {
  return 'paymentId' in event && event.paymentId === payment?.paymentId;
}

/** With this refund, all of the order's own money is back. */
function isRestOfOwn(context: OrderContext, event: AnyOrderEvent): boolean {
  return event.type === 'till.refunded' && isOfOwn(context, event) && event.amountCents >= owedCents(context);
}

function isExtra({ extraPayments }: OrderContext, event: AnyOrderEvent): boolean {
  return 'paymentId' in event && extraPayments.some(({ paymentId }) => paymentId === event.paymentId);
}

/** What was asked for with `paid`, as it was done. */
function doneOf({ refundId, ...done }: RefundDone, paid: Payment | null): TillRefund {
  return { refundId, paymentId: '', amountCents: 0, ...paid, ...done };
}

function wishOf(context: OrderContext, payment: Payment): RefundInput {
  const earlier = earlierRefunds(context, payment);
  return { orderId: context.orderId, ...payment, ...(earlier.length > 0 ? { earlier } : {}) };
}

/** What the till is asked to give back of the order's own payment. */
export function ownRefund(context: OrderContext): RefundInput {
  return wishOf(context, { paymentId: context.payment?.paymentId ?? '', amountCents: owedCents(context) });
}

const words = setup({
  types: {
    context: {} as OrderContext,
    events: {} as AnyOrderEvent,
    input: {} as OrderInput,
  },
  actors: {
    reserveStock: durable<ReserveInput, { reservationId: string }>('reserveStock'),
    receiveStock: durable<ReserveInput, { reservationId: string }>('receiveStock'),
    createPaymentLink: durable<LinkInput, PaymentLink>('createPaymentLink'),
    cancelPaymentLink: durable<OrderId & { linkId: string }, { paid: boolean }>('cancelPaymentLink'),
    releaseStock: durable<OrderId, unknown>('releaseStock'),
    sellStock: durable<OrderId, unknown>('sellStock'),
    refundPayment: durable<RefundInput, unknown>('refundPayment'),
  },
  actions: {
    keepOrder: command<OrderProjection>('keepOrder'),
    releaseStock: command<OrderId>('releaseStock'),
    returnStock: command<OrderId>('returnStock'),
    tellTill: command<HandOver>('tellTill'),
    rememberReservation: assign({ reserved: true }),
    rememberSecondTry: assign({ reservedAgain: true }),
    rememberHold: assign({ heldUntilMs: () => turn.at + HOLD_LAPSE_MS }),
    rememberLink: assign(({ event }) => {
      assertEvent(event, 'xstate.done.actor.link');
      return { link: event.output };
    }),
    rememberPayment: assign(({ event }) => {
      assertEvent(event, 'payment.completed');
      return { payment: { paymentId: event.paymentId, amountCents: event.amountCents } };
    }),
    rememberExtraPayment: assign(({ context, event }) => {
      assertEvent(event, 'payment.completed');
      const extraPayments = withExtra(context, { paymentId: event.paymentId, amountCents: event.amountCents });
      const isOwed = owedExtra({ ...context, extraPayments }) !== null;
      return { extraPayments, concern: isOwed ? raised(context, 'extra_payment') : context.concern };
    }),
    /** So much of it was to go back: what had gone back at the till before comes on top. */
    rememberOwedExtra: assign(({ context, event }) => {
      assertEvent(event, 'refund.failed');
      const amountCents = event.amountCents + backCents(context, event);
      const extraPayments = withExtra(context, { paymentId: event.paymentId, amountCents });
      return { extraPayments, concern: 'refund_failed' as const };
    }),
    /** After what settles concerns: it may raise one. */
    rememberTillRefund: assign(({ context, event }) => {
      assertEvent(event, 'till.refunded');
      return afterRefund(context, event);
    }),
    rememberHandRefund: assign(({ context, event }) => {
      assertEvent(event, 'staff.settled');
      return { tillRefunds: withHandRefund(context, event.staffId) };
    }),
    rememberRefund: assign(({ context, event }) => {
      assertEvent(event, 'xstate.done.actor.refund');
      const own = context.payment && { ...context.payment, amountCents: owedCents(context) };
      return afterRefund(context, doneOf(event.output, own));
    }),
    /** It may have failed at the bank before we heard that it was taken on: then it is owed again, and staff see so. */
    rememberExtraRefund: assign(({ context, event }) => {
      assertEvent(event, 'xstate.done.actor.extraRefund');
      const refund = doneOf(event.output, owedExtra(context));
      const concern = countedCents(context, refund) === 0 ? 'refund_failed' : 'extra_payment';
      const after = { ...context, tillRefunds: withRefund(context, refund), extraRefundAsked: false };
      return owedExtra(after) === null ? after : { ...after, concern: raised(after, concern) };
    }),
    giveUpExtraRefund: assign(({ context }) => {
      const concern = owedExtra(context) === null ? context.concern : raised(context, 'refund_failed');
      return { extraRefundAsked: false, concern };
    }),
    forgetRefund: assign(({ context, event }) => {
      assertEvent(event, ['refund.failed', 'till.refundFailed']);
      return { tillRefunds: withFailedRefund(context, failedRefund(event)) };
    }),
    /** Of two payments one went back: the other is now the order's own. */
    payByOther: assign(({ context }) => {
      const other = otherPayment(context);
      const rest = context.extraPayments.filter((one) => one !== other);
      const extraPayments = context.payment === null ? rest : [...rest, context.payment];
      return { payment: other, extraPayments, concern: reviewed({ ...context, payment: other, extraPayments }) };
    }),
    reviewConcern: assign(({ context }) => ({ concern: reviewed(context) })),
    rememberTracking: assign(({ event }) => {
      assertEvent(event, 'staff.shipped');
      return { tracking: event.tracking ?? null };
    }),
    rememberCancel: assign({ cancelAsked: true }),
    rememberCancelTold: assign({ cancelTold: true }),
    rememberToldReady: assign({ toldReady: true }),
    forgetReservation: assign({ reserved: false }),
    noteState: assign((_, { state }: { state: OrderState }) => ({ state })),
    raiseConcern: assign((_, { concern }: { concern: OrderConcern }) => ({ concern })),
    /** Looked at; a second payment that is still here stays in front of staff. */
    settleConcern: assign(({ context }) => ({
      concern: owedExtra(context) === null || context.extraRefundAsked ? null : ('extra_payment' as const),
    })),
    /** The copies are counted off after all; what else staff are to look at stays. */
    settleCount: assign(({ context: { concern } }) => ({ concern: concern === 'stock_unclear' ? null : concern })),
    tellCustomer: sendTo(
      ({ context }): AnyActorRef => actorByKey(context.customer),
      ({ context }, { news }: { news: Exclude<OrderNews['type'], 'order.refused'> }) => newsOf(news, context),
    ),
    tellRefusal: sendTo(
      ({ context }): AnyActorRef => actorByKey(context.customer),
      ({ context }, { code }: { code: RefusalCode }) => refusalNews(code, context),
    ),
  },
  guards: {
    wasRefused: ({ event }, { code }: { code: string }) => refusalOf(event) === code,
    isSpecial: ({ context }) => context.special,
    isHold: ({ context }) => context.fulfillment === 'hold',
    isFulfilledBy: ({ context }, { fulfillment }: { fulfillment: Fulfillment }) => context.fulfillment === fulfillment,
    wasCalledOff: ({ context }) => context.cancelAsked,
    isToHearOfCancel: ({ context }) => context.cancelAsked && !context.cancelTold,
    wasPaidMeanwhile: ({ event }) => event.type === 'xstate.done.actor.closing' && event.output.paid,
    isReserved: ({ context }) => context.reserved,
    isUncounted: ({ context }) => context.reserved && context.concern === 'stock_unclear',
    isNotToldReady: ({ context }) => !context.toldReady,
    mayReserveAgain: ({ context, event }) => refusalOf(event) === 'sold_out' && !context.reservedAgain,
    /** Staff had the order before them as it no longer is. */
    isSaidOfAnother: ({ context, event }) =>
      (event.type === 'staff.refunded' || event.type === 'staff.settled') &&
      event.seen !== undefined &&
      event.seen !== context.concern,
    /** They had it before them as it is: not said in passing. */
    isSaidOfThis: ({ context, event }) =>
      event.type === 'staff.settled' && event.seen !== undefined && event.seen === context.concern,
    isPaidOnline: ({ context }) => context.payment !== null,
    isOwedExtra: ({ context }) => owedExtra(context) !== null,
    isExtraRefundAsked: ({ context }) => context.extraRefundAsked,
    isKnownPayment: ({ context, event }) =>
      event.type === 'payment.completed' && paymentsOf(context).some(({ paymentId }) => paymentId === event.paymentId),
    isUnknownPayment: ({ context, event }) => !isOfOwn(context, event) && !isExtra(context, event),
    isRightAmount: ({ context, event }) =>
      event.type === 'payment.completed' &&
      event.amountCents === context.link?.totalCents &&
      (event.currency ?? context.currency) === context.currency,
    isOwnPayment: ({ context, event }) => isOfOwn(context, event),
    isExtraPayment: ({ context, event }) => isExtra(context, event),
    isKnownRefund: ({ context, event }) => event.type === 'till.refunded' && isKnown(context, event),
    isRestOfOwn: ({ context, event }) => isRestOfOwn(context, event),
    isWholeRefund: ({ context, event }, { copies }: { copies: 'here' | 'gone' }) =>
      isRestOfOwn(context, event) && copiesAreHere(context.state) === (copies === 'here'),
    isPaidByOther: ({ context, event }) =>
      isRestOfOwn(context, event) &&
      isPaid(context.state) &&
      !context.extraRefundAsked &&
      otherPayment(context) !== null,
    /** What went back is here again. */
    isOwedAgain: ({ context, event }) =>
      (event.type === 'refund.failed' || event.type === 'till.refundFailed') &&
      isOwedAgain(context, failedRefund(event)),
    isOwnOwedAgain: ({ context, event }) =>
      (event.type === 'refund.failed' || event.type === 'till.refundFailed') &&
      isOfOwn(context, event) &&
      isOwedAgain(context, failedRefund(event)),
    isKnownFailure: ({ context, event }) =>
      event.type === 'refund.failed' && countedCents(context, failedRefund(event)) === 0,
    /** While we gave a part back, another part that had gone back at the till came back. */
    isAllBack: ({ context, event }) =>
      event.type === 'xstate.done.actor.refund' &&
      owedCents({ ...context, tillRefunds: withRefund(context, doneOf(event.output, ownRefund(context))) }) <= 0,
    isSettledByLooking: ({ context }) => isSettledByLooking(context),
    isToHandOver: ({ context }) => copiesAreHere(context.state),
    isToRestock: ({ context, event }) =>
      event.type === 'staff.refunded' && context.payment !== null && (event.restock ?? copiesAreHere(context.state)),
  },
  delays: {
    /** The customer waits for a link so long before they hear that the till is slow. */
    linkDelay: 10 * 1000,
    /** How long a link is asked for before the order is given up. */
    linkPatience: 30 * MINUTE_MS,
    /** Who calls an order off waits so long for its end before they hear that it takes longer. */
    closingDelay: 10 * 1000,
    /** One reminder, while the link has most of its life before it. */
    linkReminder: 4 * HOUR_MS,
    linkLapse: LINK_LAPSE_MS,
    /** How long the till may take to tell of a payment that it has already seen; the copies stay reserved meanwhile. */
    settlement: 30 * MINUTE_MS,
    /** A day before the hold ends: longer than any night, so that it is heard in time. */
    holdReminder: HOLD_LAPSE_MS - 24 * HOUR_MS,
    holdLapse: HOLD_LAPSE_MS,
  },
});

/** XState infers no params for `enqueueActions` inside `extend`. */
const handing = enqueueActions<
  OrderContext,
  AnyOrderEvent,
  { step: HandOverStep },
  AnyOrderEvent,
  never,
  { type: 'tellTill'; params: HandOver },
  never
>;

/** The order's vocabulary, with the actions that are made of others. */
export const orderSetup = words.extend({
  actions: {
    /** Shows an order that was paid by link in its till's own books, too. */
    showAtTill: handing(({ context, enqueue }, { step }) => {
      const { orderId, link, tracking } = context;
      if (link) enqueue({ type: 'tellTill', params: { orderId, linkId: link.linkId, step, tracking } });
    }),
    /** Shows the order as it now stands to staff, in the same commit. */
    keep: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'keepOrder', params: projectionOf(context) });
    }),
    /** Once: the copy of a book that was fetched may be counted off later. */
    tellPickedUp: words.enqueueActions(({ context, enqueue }) => {
      if (context.state === 'pickedUp') return;
      enqueue.sendTo<AnyActorRef>(actorByKey(context.customer), newsOf('order.pickedUp', context));
    }),
    /** Gives reserved copies back, and what the till sold of them without us; safe where there are none. */
    giveBackStock: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'releaseStock', params: { orderId: context.orderId } });
      enqueue.assign({ reserved: false });
    }),
    /** What was sold and has not left the shop, or came back to it, is for sale again. */
    restock: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'returnStock', params: { orderId: context.orderId } });
    }),
    /** Whatever state the order is in, and leaves meanwhile, it hears what became of it. */
    refundExtraPayment: words.enqueueActions(({ context, enqueue }) => {
      const extra = owedExtra(context);
      if (extra === null) return;
      enqueue.spawnChild('refundPayment', { id: 'extraRefund', input: wishOf(context, extra) });
      enqueue.assign({ extraRefundAsked: true, concern: concernOfOwn(context) });
    }),
  },
});
