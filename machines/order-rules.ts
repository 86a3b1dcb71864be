// What an order computes from its own context: its news to the customer and its row for staff. Pure, no clock.
import { isBackByHand, isOfMoney, owedExtra } from './till-refunds.ts';
import type { OrderContext, OrderNews, OrderProjection, OrderState } from '../schema/order.ts';

/** Both sides of the link's end: how long it is open, and how much longer its copies stay reserved. */
export const LINK_LAPSE_MS = 24 * 60 * 60 * 1000;
/** Closing a link may need retries; its copies must not be given away before it is closed. */
const CLOSING_SLACK_MS = 60 * 60 * 1000;
/** How long a book waits behind the counter: long enough to hold two open days in a week with two closed ones. */
export const HOLD_LAPSE_MS = 4 * 24 * 60 * 60 * 1000;

/** Until when an order's copies are to be reserved, in milliseconds since 1970 (UTC). */
export function reservedUntilMs(order: OrderContext, nowMs: number): number {
  const lapseMs = order.fulfillment === 'hold' ? HOLD_LAPSE_MS : LINK_LAPSE_MS;
  return nowMs + lapseMs + CLOSING_SLACK_MS;
}

/** What the lines cost together, before tax and shipping. Cents. */
export function goodsCents(order: OrderContext): number {
  return order.lines.reduce((sum, { copies, priceCents }) => sum + copies * priceCents, 0);
}

/** The order in a few words: "Dune", "2 x Dune", "Dune and 2 more". */
export function titleOf(order: OrderContext): string {
  const [first, ...others] = order.lines;
  if (first === undefined) return 'your order';
  const named = first.copies > 1 ? `${first.copies} x ${first.title}` : first.title;
  return others.length > 0 ? `${named} and ${others.length} more` : named;
}

const PAYMENT_STATUS = {
  draft: 'none',
  awaitingPayment: 'awaiting',
  closing: 'awaiting',
  paid: 'paid',
  preparing: 'paid',
  ready: 'paid',
  pickedUp: 'paid',
  shipped: 'paid',
  delivered: 'paid',
  toOrder: 'none',
  ordered: 'none',
  held: 'none',
  expired: 'none',
  lapsed: 'cancelled',
  cancelled: 'cancelled',
  underReview: 'paid',
  refundPending: 'refundPending',
  refunded: 'refunded',
  refused: 'none',
} as const satisfies Record<OrderState, OrderProjection['payment']['status']>;

/** Whether the order stands as one that was paid and goes on. */
export function isPaid(state: OrderState): boolean {
  return PAYMENT_STATUS[state] === 'paid';
}

/**
 * A payment that is here twice goes back, and copies that an order holds are sold or given back; what else staff are told of,
 * they may have dealt with once they have looked.
 */
export function isSettledByLooking(order: OrderContext): boolean {
  if (order.reserved) return false;
  return isOfMoney(order.concern) ? owedExtra(order) === null : order.concern !== null;
}

/** Whether the copies of a paid order are still in the shop, so that giving the order up puts them back on the shelf. */
export function copiesAreHere(state: OrderState): boolean {
  return state === 'paid' || state === 'preparing' || state === 'ready';
}

/** The order's row as staff and the API see it. */
export function projectionOf(order: OrderContext): OrderProjection {
  const { orderId, customer, state, fulfillment, lines, currency, addressId, heldUntilMs, tracking, concern } = order;
  return {
    orderId,
    customer,
    state,
    fulfillment,
    lines,
    currency,
    addressId,
    heldUntilMs,
    tracking,
    concern,
    totalCents: order.link?.totalCents ?? goodsCents(order),
    taxCents: order.link?.taxCents ?? 0,
    shippingCents: order.link?.shippingCents ?? 0,
    payment: {
      provider: null,
      reference: order.payment?.paymentId ?? order.link?.linkId ?? null,
      status: PAYMENT_STATUS[state],
      url: order.link?.url ?? null,
    },
  };
}

/** The news of this kind about this order, as its customer's actor takes it. */
export function newsOf(type: Exclude<OrderNews['type'], 'order.refused'>, order: OrderContext): OrderNews {
  const about = { orderId: order.orderId, title: titleOf(order) };
  switch (type) {
    case 'order.linkReady':
      return { ...about, type, ...linkOf(order) };
    case 'order.held':
      return { ...about, type, until: order.heldUntilMs ?? 0, ...(order.special ? { arrived: true } : {}) };
    case 'order.holdReminder':
      return { ...about, type, until: order.heldUntilMs ?? 0 };
    case 'order.reminder':
    case 'order.paymentFailed':
      return { ...about, type, url: linkOf(order).url };
    case 'order.paid':
      return { ...about, type, totalCents: order.payment?.amountCents ?? 0, fulfillment: order.fulfillment };
    case 'order.refunded':
      return {
        ...about,
        type,
        amountCents: order.payment?.amountCents ?? 0,
        ...(isBackByHand(order) ? { byHand: true } : {}),
      };
    case 'order.cancelDelayed':
      return { ...about, type, ...(order.cancelTold ? { again: true } : {}) };
    case 'order.shipped':
      return { ...about, type, ...(order.tracking === null ? {} : { tracking: order.tracking }) };
    default:
      return { ...about, type };
  }
}

/** Why an order could not be taken. */
export type RefusalCode = Extract<OrderNews, { type: 'order.refused' }>['code'];

/** Tells the customer that the order ended before it began. */
export function refusalNews(code: RefusalCode, order: OrderContext): OrderNews {
  return { type: 'order.refused', orderId: order.orderId, title: titleOf(order), code };
}

function linkOf({ link }: OrderContext) {
  if (link === null) throw new Error('an order has no link to speak of before createPaymentLink answered');
  const { url, totalCents, taxCents, shippingCents } = link;
  return { url, totalCents, taxCents, shippingCents };
}
