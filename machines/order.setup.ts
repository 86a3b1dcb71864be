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
import { countedCents, owedCents, withFailedRefund, withRefund } from './till-refunds.ts';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

type OrderId = { orderId: string };
type ReserveInput = OrderId & { lines: OrderContext['lines']; untilMs: number };
type LinkInput = OrderId & Pick<OrderContext, 'revision' | 'lines' | 'fulfillment' | 'addressId'>;
type RefundInput = OrderId & Payment;
type HandOver = OrderId & { linkId: string; step: HandOverStep; tracking: string | null };

type OrderResult =
  | DoneActorEvent<{ reservationId: string }, 'reservation'>
  | DoneActorEvent<PaymentLink, 'link'>
  | DoneActorEvent<{ paid: boolean }, 'closing'>
  | DoneActorEvent<{ reservationId: string }, 'receipt'>
  | DoneActorEvent<unknown, 'sale' | 'release' | 'refund'>
  | ErrorActorEvent<unknown, 'reservation' | 'receipt' | 'link' | 'sale' | 'closing' | 'release' | 'refund'>;

type AnyOrderEvent = OrderEvent | OrderResult;

function isOfOwn({ payment }: OrderContext, event: AnyOrderEvent): boolean {
  return 'paymentId' in event && event.paymentId === payment?.paymentId;
}

/** With this refund, all of the order's own money is back. */
function isRestOfOwn(context: OrderContext, event: AnyOrderEvent): boolean {
  return event.type === 'till.refunded' && isOfOwn(context, event) && event.amountCents >= owedCents(context);
}

function isCounted(context: OrderContext, event: AnyOrderEvent): boolean {
  return event.type === 'till.refundFailed' && (countedCents(context, event) ?? 0) > 0;
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
    refundPayment: command<RefundInput>('refundPayment'),
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
    rememberExtraPayment: assign(({ event }) => {
      assertEvent(event, 'payment.completed');
      const extraPayment = { paymentId: event.paymentId, amountCents: event.amountCents };
      return { extraPayment, concern: 'extra_payment' as const };
    }),
    rememberOwedExtra: assign(({ event }) => {
      assertEvent(event, 'refund.failed');
      const extraPayment = { paymentId: event.paymentId, amountCents: event.amountCents };
      return { extraPayment, concern: 'refund_failed' as const };
    }),
    rememberTillRefund: assign(({ context, event }) => {
      assertEvent(event, 'till.refunded');
      return withRefund(context, event);
    }),
    forgetTillRefund: assign(({ context, event }) => {
      assertEvent(event, 'till.refundFailed');
      return withFailedRefund(context, event);
    }),
    /** Of two payments one went back: the other is now the order's own. */
    payByOther: assign(({ context }) => ({ payment: context.extraPayment, extraPayment: null, concern: null })),
    rememberTracking: assign(({ event }) => {
      assertEvent(event, 'staff.shipped');
      return { tracking: event.tracking ?? null };
    }),
    rememberCancel: assign({ cancelAsked: true }),
    forgetReservation: assign({ reserved: false }),
    noteState: assign((_, { state }: { state: OrderState }) => ({ state })),
    raiseConcern: assign((_, { concern }: { concern: OrderConcern }) => ({ concern })),
    /** Looked at; a second payment that is still here stays in front of staff. */
    settleConcern: assign(({ context }) => ({
      concern: context.extraPayment === null ? null : ('extra_payment' as const),
    })),
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
    wasPaidMeanwhile: ({ event }) => event.type === 'xstate.done.actor.closing' && event.output.paid,
    isReserved: ({ context }) => context.reserved,
    mayReserveAgain: ({ context, event }) => refusalOf(event) === 'sold_out' && !context.reservedAgain,
    isPaidOnline: ({ context }) => context.payment !== null,
    isOwedExtra: ({ context }) => context.extraPayment !== null,
    isKnownPayment: ({ context, event }) =>
      event.type === 'payment.completed' &&
      [context.payment?.paymentId, context.extraPayment?.paymentId].includes(event.paymentId),
    isRightAmount: ({ context, event }) =>
      event.type === 'payment.completed' &&
      event.amountCents === context.link?.totalCents &&
      (event.currency ?? context.currency) === context.currency,
    isOwnPayment: ({ context, event }) => isOfOwn(context, event),
    isExtraPayment: ({ context, event }) => 'paymentId' in event && event.paymentId === context.extraPayment?.paymentId,
    isKnownRefund: ({ context, event }) => event.type === 'till.refunded' && countedCents(context, event) !== null,
    isCountedRefund: ({ context, event }) => isCounted(context, event),
    isWholeRefund: ({ context, event }, { copies }: { copies: 'here' | 'gone' }) =>
      isRestOfOwn(context, event) && copiesAreHere(context.state) === (copies === 'here'),
    isPaidByOther: ({ context, event }) =>
      isRestOfOwn(context, event) &&
      isPaid(context.state) &&
      context.payment?.amountCents === context.extraPayment?.amountCents,
    /** Whatever became of what was asked for here, all of it went back at the till. */
    isBackAtTill: ({ context, event }) => isOfOwn(context, event) && owedCents(context) <= 0,
    wasBackAtTill: ({ context, event }) =>
      isCounted(context, event) && isOfOwn(context, event) && owedCents(context) <= 0,
    isSettledByLooking: ({ context }) => isSettledByLooking(context.concern),
    isToHandOver: ({ context }) => copiesAreHere(context.state),
    isToRestock: ({ context, event }) =>
      event.type === 'staff.refunded' && context.payment !== null && (event.restock ?? copiesAreHere(context.state)),
  },
  delays: {
    /** The customer waits for a link so long before they hear that the till is slow. */
    linkDelay: 10 * 1000,
    /** How long a link is asked for before the order is given up. */
    linkPatience: 30 * MINUTE_MS,
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
    /** Gives reserved copies back; safe where there are none. */
    giveBackStock: words.enqueueActions(({ context, enqueue }) => {
      if (context.reserved) enqueue({ type: 'releaseStock', params: { orderId: context.orderId } });
      enqueue.assign({ reserved: false });
    }),
    /** What was sold and has not left the shop, or came back to it, is for sale again. */
    restock: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'returnStock', params: { orderId: context.orderId } });
    }),
    refundExtraPayment: words.enqueueActions(({ context, enqueue }) => {
      if (context.extraPayment === null) return;
      enqueue({ type: 'refundPayment', params: { orderId: context.orderId, ...context.extraPayment } });
      enqueue.assign({ extraPayment: null, concern: null });
    }),
  },
});
