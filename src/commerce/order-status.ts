// Each state of an order in the words of a person at the counter, fit to follow "your order is …".
import type { Fulfillment, OrderState } from '../../schema/order.ts';

const WORDS: Record<OrderState, string> = {
  draft: 'being put together',
  awaitingPayment: 'waiting to be paid',
  closing: 'being called off',
  paid: 'paid, and next in line to be packed',
  preparing: 'paid and being packed',
  ready: 'packed and ready',
  pickedUp: 'picked up',
  shipped: 'in the mail',
  delivered: 'delivered',
  toOrder: 'about to be ordered from our distributor',
  ordered: 'on its way to the shop from our distributor',
  held: 'held behind the counter',
  expired: 'back on the shelf: the hold ran out',
  lapsed: 'closed: the payment link ran out',
  cancelled: 'cancelled',
  underReview: 'paid, and somebody in the shop is looking into it',
  refundPending: 'cancelled, and the refund is on its way',
  refunded: 'refunded',
  refused: 'closed: the book was gone',
};

export function statusWords({ state, fulfillment }: { state: OrderState; fulfillment: Fulfillment }): string {
  if (state !== 'ready') return WORDS[state];
  return fulfillment === 'shipping' ? 'packed and about to be mailed' : 'ready to be picked up';
}
