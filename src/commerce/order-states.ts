// Which of an order's states mean what to stock and till.
import type { OrderState } from '../../schema/order.ts';

/** The customer may still pay. */
export const WAITING_STATES: readonly OrderState[] = [
  'draft',
  'awaitingPayment',
  'closing',
  'toOrder',
  'ordered',
  'held',
];

/** Money has come in and not gone back: the order's copies are never swept away. */
export const PAID_STATES: readonly OrderState[] = [
  'paid',
  'preparing',
  'ready',
  'pickedUp',
  'shipped',
  'delivered',
  'underReview',
];

/** It waits, or goes on as paid: what is promised to it is its own. */
export const GOING_STATES: readonly OrderState[] = [...WAITING_STATES, ...PAID_STATES];

/** Paid, and its copies have not left the shop. */
export const KEPT_STATES: readonly OrderState[] = ['paid', 'preparing', 'ready'];

/** Its copies are sold, or are being sold. */
export const SOLD_STATES: readonly OrderState[] = ['paid', 'preparing', 'ready', 'pickedUp', 'shipped', 'delivered'];

/** Neither sold nor given up. */
export const UNSOLD_STATES: readonly OrderState[] = [...WAITING_STATES, 'underReview'];

/** Given up after money had come in: it goes back, and nothing is sold any more. */
export const REFUND_STATES: readonly OrderState[] = ['refundPending', 'refunded'];

/** Something is still to happen: money, a book, or somebody's decision. */
export const OPEN_STATES: readonly OrderState[] = [
  'draft',
  'awaitingPayment',
  'closing',
  'held',
  'paid',
  'preparing',
  'ready',
  'shipped',
  'underReview',
  'refundPending',
];

/** The shop still owes the customer something: a book or their money. */
export const OWED_STATES: readonly OrderState[] = ['paid', 'preparing', 'ready', 'underReview', 'refundPending'];
