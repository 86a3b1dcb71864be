// The order's vocabulary: which work it may ask for, what its actions, guards and delays mean. The chart is order.ts.
import { assertEvent, assign, sendTo, setup } from 'xstate';
import type { AnyActorRef, DoneActorEvent, ErrorActorEvent } from 'xstate';
import { actorByKey, command, durable, refusalOf, turn } from '../src/runtime/authoring.ts';
import type {
  Fulfillment,
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
import { HOLD_LAPSE_MS, LINK_LAPSE_MS, newsOf, projectionOf, refusalNews } from './order-rules.ts';

const HOUR_MS = 60 * 60 * 1000;

type OrderId = { orderId: string };
type ReserveInput = OrderId & { lines: OrderContext['lines']; untilMs: number };
type LinkInput = OrderId & Pick<OrderContext, 'revision' | 'lines' | 'fulfillment' | 'addressId'>;
type RefundInput = OrderId & Payment;

type OrderResult =
  | DoneActorEvent<{ reservationId: string }, 'reservation'>
  | DoneActorEvent<PaymentLink, 'link'>
  | DoneActorEvent<{ paid: boolean }, 'closing'>
  | DoneActorEvent<unknown, 'sale' | 'release' | 'refund'>
  | ErrorActorEvent<unknown, 'reservation' | 'link' | 'sale' | 'closing' | 'release' | 'refund'>;

const words = setup({
  types: {
    context: {} as OrderContext,
    events: {} as OrderEvent | OrderResult,
    input: {} as OrderInput,
  },
  actors: {
    reserveStock: durable<ReserveInput, { reservationId: string }>('reserveStock'),
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
    rememberTracking: assign(({ event }) => {
      assertEvent(event, 'staff.shipped');
      return { tracking: event.tracking ?? null };
    }),
    rememberCancel: assign({ cancelAsked: true }),
    forgetReservation: assign({ reserved: false }),
    noteState: assign((_, { state }: { state: OrderState }) => ({ state })),
    raiseConcern: assign((_, { concern }: { concern: OrderConcern }) => ({ concern })),
    settleConcern: assign({ concern: null }),
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
      event.type === 'payment.completed' && event.amountCents === context.link?.totalCents,
  },
  delays: {
    /** One reminder, while the link has most of its life before it. */
    linkReminder: 4 * HOUR_MS,
    linkLapse: LINK_LAPSE_MS,
    /** How long the till may take to tell of a payment that it has already seen; the copies stay reserved meanwhile. */
    settlement: HOUR_MS / 2,
    /** Four hours before the hold ends. */
    holdReminder: HOLD_LAPSE_MS - 4 * HOUR_MS,
    holdLapse: HOLD_LAPSE_MS,
  },
});

/** The order's vocabulary, with the actions that are made of others. */
export const orderSetup = words.extend({
  actions: {
    /** Shows the order as it now stands to staff, in the same commit. */
    keep: words.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'keepOrder', params: projectionOf(context) });
    }),
    /** Gives reserved copies back; safe where there are none. */
    giveBackStock: words.enqueueActions(({ context, enqueue }) => {
      if (context.reserved) enqueue({ type: 'releaseStock', params: { orderId: context.orderId } });
      enqueue.assign({ reserved: false });
    }),
    refundExtraPayment: words.enqueueActions(({ context, enqueue }) => {
      if (context.extraPayment === null) return;
      enqueue({ type: 'refundPayment', params: { orderId: context.orderId, ...context.extraPayment } });
      enqueue.assign({ extraPayment: null, concern: null });
    }),
  },
});
