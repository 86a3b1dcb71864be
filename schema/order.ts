// The order actor's context, events and messages: ids, cents and small data only; no phone, no address, no text.
import { z } from 'zod';
import { Cents, Copies, Isbn13 } from './acts.ts';

/** How an order ends up with its reader; a hold is paid in the shop. */
export const Fulfillment = z.enum(['pickup', 'shipping', 'hold']);
export type Fulfillment = z.infer<typeof Fulfillment>;

/** One title of an order: `priceCents` for each copy, as the customer agreed to it. */
export const OrderLine = z.object({
  isbn13: Isbn13,
  title: z.string().min(1).max(300),
  copies: Copies,
  priceCents: Cents,
});
export type OrderLine = z.infer<typeof OrderLine>;

/** What an order is born with. `customer` is the customer's actor key. */
export const OrderInput = z.object({
  orderId: z.uuid(),
  customer: z.uuid(),
  lines: z.array(OrderLine).min(1).max(20),
  fulfillment: Fulfillment,
  addressId: z.uuid().nullable(),
  /** ISO 4217. */
  currency: z.string().length(3),
  /** It is not in the shop: staff order it in, and it is paid when it is picked up. */
  special: z.boolean().optional(),
});
export type OrderInput = z.infer<typeof OrderInput>;

/** A payment link and what it charges. Cents. */
export const PaymentLink = z.object({
  linkId: z.string().min(1),
  url: z.url(),
  totalCents: Cents,
  taxCents: Cents,
  shippingCents: Cents,
});
export type PaymentLink = z.infer<typeof PaymentLink>;

/** Money that arrived. */
export const Payment = z.object({ paymentId: z.string().min(1), amountCents: Cents });
export type Payment = z.infer<typeof Payment>;

/** Money that we, or somebody at the till's own desk, gave back; `amountCents` is 0 once the bank would not. */
export const TillRefund = z.object({ refundId: z.string().min(1), paymentId: z.string().min(1), amountCents: Cents });
export type TillRefund = z.infer<typeof TillRefund>;

/** The same as an order remembers it; `saidBy`: the member of staff by whose word it went back by hand. */
export const KnownRefund = TillRefund.extend({ saidBy: z.string().min(1).optional() });
export type KnownRefund = z.infer<typeof KnownRefund>;

/** Why a person in the shop should look at an order. */
export const OrderConcern = z.enum([
  'amount_mismatch',
  'extra_payment',
  'sold_out_after_payment',
  'cancel_asked',
  'link_not_cancelled',
  'refund_failed',
  'stock_unclear',
  'called_off_at_till',
  'refunded_in_part',
  'refunded_by_hand_too',
]);
export type OrderConcern = z.infer<typeof OrderConcern>;

/** Order states as staff, the API and the projection name them. */
export const OrderState = z.enum([
  'draft',
  'awaitingPayment',
  'closing',
  'paid',
  'preparing',
  'ready',
  'pickedUp',
  'shipped',
  'delivered',
  'toOrder',
  'ordered',
  'held',
  'expired',
  'lapsed',
  'cancelled',
  'underReview',
  'refundPending',
  'refunded',
  'refused',
]);
export type OrderState = z.infer<typeof OrderState>;

/** What the order actor remembers between turns. */
export const OrderContext = z.object({
  orderId: z.uuid(),
  customer: z.uuid(),
  /** Part of every intent's key: a new link of the same order is a new revision. */
  revision: z.number().int().positive(),
  state: OrderState,
  lines: z.array(OrderLine),
  fulfillment: Fulfillment,
  addressId: z.uuid().nullable(),
  currency: z.string().length(3),
  /** It had to be ordered in. */
  special: z.boolean(),
  link: PaymentLink.nullable(),
  payment: Payment.nullable(),
  /** Other payments for the same order: staff give back what is left of them. They stay known, for they may be told again. */
  extraPayments: z.array(Payment),
  /** The till is giving one of those back. */
  extraRefundAsked: z.boolean(),
  /** Each by its own name, so that none counts twice, however often and in whatever order it is told. */
  tillRefunds: z.array(KnownRefund),
  /** Copies are reserved for it and neither sold nor given back. */
  reserved: z.boolean(),
  /** Its copies were reserved a second time, for money that came late; there is no third. */
  reservedAgain: z.boolean(),
  /** It was called off before it was paid. */
  cancelAsked: z.boolean(),
  /** Its customer was told that calling it off takes longer; there is no second time, unless they say so again. */
  cancelTold: z.boolean(),
  /** End of the reservation of a held book, in milliseconds since 1970 (UTC). */
  heldUntilMs: z.number().int().nullable(),
  /** A hold of which its customer was told that it is ready; left out until then, also by orders from before this was remembered. */
  toldReady: z.boolean().optional(),
  tracking: z.string().max(80).nullable(),
  concern: OrderConcern.nullable(),
});
export type OrderContext = z.infer<typeof OrderContext>;

/** How far an order has come on its way to the reader, as its till's own books are to show it. */
export const HandOverStep = z.enum(['preparing', 'ready', 'handedOver', 'calledOff']);
export type HandOverStep = z.infer<typeof HandOverStep>;

/** The concern that the order showed to who says so: of another it is not said. Left out, it is said of whatever it shows. */
const Seen = { seen: OrderConcern.nullable().optional() };

/** What may reach an order from outside: money, its customer, staff. */
export const OrderEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('payment.completed'),
    paymentId: z.string().min(1),
    amountCents: Cents,
    /** ISO 4217. Every till says it; an event that was journaled before they did has none. */
    currency: z.string().length(3).optional(),
  }),
  z.object({ type: z.literal('payment.failed') }),
  /** The till had taken a refund on, and then the bank would not. */
  z.object({ type: z.literal('refund.failed'), ...TillRefund.shape, refundId: TillRefund.shape.refundId.optional() }),
  /** Somebody packed it, or cancelled its hand-over, in the till's own dashboard. */
  z.object({ type: z.literal('till.prepared') }),
  z.object({ type: z.literal('till.calledOff') }),
  /** Money goes back there, whoever asked for it; or somebody gave it back there, and the bank would not. */
  z.object({ type: z.literal('till.refunded'), ...TillRefund.shape }),
  z.object({ type: z.literal('till.refundFailed'), ...TillRefund.shape }),
  z.object({ type: z.literal('order.cancelRequested') }),
  z.object({ type: z.literal('staff.ordered') }),
  z.object({ type: z.literal('staff.arrived') }),
  z.object({ type: z.literal('staff.prepared') }),
  z.object({ type: z.literal('staff.markedReady') }),
  z.object({ type: z.literal('staff.pickedUp') }),
  z.object({ type: z.literal('staff.shipped'), tracking: z.string().max(80).optional() }),
  z.object({ type: z.literal('staff.delivered') }),
  z.object({ type: z.literal('staff.cancelled') }),
  /** `restock`: whether the copies are on the shelf again; left out, they are if they had not left the shop. */
  z.object({ type: z.literal('staff.refunded'), restock: z.boolean().optional(), ...Seen }),
  /**
   * Somebody has looked at what the order's concern tells of, and there is nothing left to do. Where money would not go back, that it
   * went back by hand: said of the very concern that was seen, and by whom.
   */
  z.object({ type: z.literal('staff.settled'), ...Seen, staffId: z.string().min(1).optional() }),
]);
export type OrderEvent = z.infer<typeof OrderEvent>;

const about = { orderId: z.uuid(), title: z.string().min(1) };

/** What an order tells its customer. `title` names the order's books in a few words. */
export const OrderNews = z.discriminatedUnion('type', [
  z.object({
    ...about,
    type: z.literal('order.linkReady'),
    url: z.url(),
    totalCents: Cents,
    taxCents: Cents,
    shippingCents: Cents,
  }),
  /** The till does not answer: the books are put aside, and the link comes when it does. */
  z.object({ ...about, type: z.literal('order.linkDelayed') }),
  z.object({
    ...about,
    type: z.literal('order.refused'),
    code: z.enum(['sold_out', 'price_changed', 'trouble', 'unavailable']),
    priceCents: Cents.optional(),
  }),
  /** A special order was taken: staff see it as to be ordered. */
  z.object({ ...about, type: z.literal('order.toOrder') }),
  z.object({ ...about, type: z.literal('order.ordered') }),
  /** `until` in milliseconds since 1970 (UTC); `arrived`: it was ordered in, and has come. */
  z.object({ ...about, type: z.literal('order.held'), until: z.number().int(), arrived: z.boolean().optional() }),
  z.object({ ...about, type: z.literal('order.reminder'), url: z.url() }),
  z.object({ ...about, type: z.literal('order.lapsed') }),
  z.object({ ...about, type: z.literal('order.holdReminder'), until: z.number().int() }),
  z.object({ ...about, type: z.literal('order.holdLapsed') }),
  z.object({ ...about, type: z.literal('order.paymentFailed'), url: z.url() }),
  z.object({ ...about, type: z.literal('order.paid'), totalCents: Cents, fulfillment: Fulfillment }),
  z.object({ ...about, type: z.literal('order.ready') }),
  z.object({ ...about, type: z.literal('order.pickedUp') }),
  z.object({ ...about, type: z.literal('order.shipped'), tracking: z.string().optional() }),
  z.object({ ...about, type: z.literal('order.delivered') }),
  z.object({ ...about, type: z.literal('order.cancelAsked') }),
  /** It is being called off, and the till is slow: its link may still take money. `again`: they heard so before, and asked once more. */
  z.object({ ...about, type: z.literal('order.cancelDelayed'), again: z.boolean().optional() }),
  z.object({ ...about, type: z.literal('order.cancelled') }),
  z.object({ ...about, type: z.literal('order.refundPending') }),
  /** `byHand`: somebody in the shop says that it is back; of the till we know nothing. */
  z.object({ ...about, type: z.literal('order.refunded'), amountCents: Cents, byHand: z.boolean().optional() }),
  z.object({ ...about, type: z.literal('order.refundFailed') }),
]);
export type OrderNews = z.infer<typeof OrderNews>;

/** The order's row as staff and the API see it: params of the transactional action `keepOrder`. */
export const OrderProjection = z.object({
  orderId: z.uuid(),
  customer: z.uuid(),
  state: OrderState,
  fulfillment: Fulfillment,
  lines: z.array(OrderLine),
  /** Before a link exists: the lines' sum, and no tax or shipping. */
  totalCents: Cents,
  taxCents: Cents,
  shippingCents: Cents,
  currency: z.string().length(3),
  payment: z.object({
    /** Null: the machine does not know who the provider is; the till does. */
    provider: z.string().nullable(),
    /** The payment's id, and before there is one the link's. */
    reference: z.string().nullable(),
    status: z.enum(['none', 'awaiting', 'paid', 'cancelled', 'refundPending', 'refunded']),
    url: z.string().nullable(),
  }),
  addressId: z.uuid().nullable(),
  /** In milliseconds since 1970 (UTC). */
  heldUntilMs: z.number().int().nullable(),
  tracking: z.string().nullable(),
  concern: OrderConcern.nullable(),
});
export type OrderProjection = z.infer<typeof OrderProjection>;
