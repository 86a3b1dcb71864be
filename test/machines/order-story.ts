// An order's story in tests: its usual people, books and money, and the turns by which it gets to each state.
import { OrderContext } from '../../schema/order.ts';
import type { OrderInput, PaymentLink } from '../../schema/order.ts';
import { orderTo2, orderTo3, orderTo4, orderTo5 } from '../../src/cli/shop/machine-steps.ts';
import { orderMachine } from '../../machines/order.ts';
import { given, refusal } from './given.ts';
import type { Story } from './given.ts';

export const ORDER_ID = '0190a000-0000-7000-8000-0000000000aa';
export const CUSTOMER = '0190a000-0000-7000-8000-0000000000cc';
export const ADDRESS_ID = '0190a000-0000-7000-8000-0000000000dd';
export const DUNE = '9780441172719';

export const LINK: PaymentLink = {
  linkId: 'link-1',
  url: 'https://pay.example/1',
  totalCents: 1386,
  taxCents: 87,
  shippingCents: 0,
};
export const PAID = { type: 'payment.completed', paymentId: 'pay-1', amountCents: 1386 } as const;

/** All of it was given back at the till's own desk. */
export const BACK = { type: 'till.refunded', refundId: 'back-1', paymentId: 'pay-1', amountCents: 1386 } as const;

/** What the till answers when we asked it to give this back. */
export const gaveBack = (paymentId = 'pay-1', amountCents: number = PAID.amountCents, refundId = 'ours-1') => ({
  refundId,
  status: 'pending',
  paymentId,
  amountCents,
});

/** What the till says of a link that it closed before anybody paid. */
export const CLOSED = { paid: false };

export const orderDefinition = {
  machine: orderMachine,
  version: 5,
  migrations: { 1: orderTo2, 2: orderTo3, 3: orderTo4, 4: orderTo5 },
  context: OrderContext,
  bornBy: 'start',
} as const;

/** A freshly placed order of one Dune. */
export function placed(fulfillment: OrderInput['fulfillment'] = 'pickup'): Story {
  const lines = [{ isbn13: DUNE, title: 'Dune', copies: 1, priceCents: 1299 }];
  const addressId = fulfillment === 'shipping' ? ADDRESS_ID : null;
  return given(orderDefinition, {
    orderId: ORDER_ID,
    customer: CUSTOMER,
    lines,
    fulfillment,
    addressId,
    currency: 'USD',
  });
}

export const linking = (by: OrderInput['fulfillment'] = 'pickup') =>
  placed(by).done('reservation', { reservationId: 'r1' });
export const awaiting = (by: OrderInput['fulfillment'] = 'pickup') => linking(by).done('link', LINK);
export const sold = (by: OrderInput['fulfillment'] = 'pickup') => awaiting(by).when(PAID).done('sale');
export const held = () => placed('hold').done('reservation', { reservationId: 'r1' });
export const lapsed = () => awaiting().after('linkLapse').done('closing', CLOSED).done('release');
export const cancelled = () =>
  awaiting().when({ type: 'order.cancelRequested' }).done('closing', CLOSED).done('release');

/** Every state of an order, and the shortest story that leads there. */
export const STATES: Record<string, () => Story> = {
  'draft.reserving': () => placed(),
  'draft.linking': () => linking(),
  'awaitingPayment.fresh': () => awaiting(),
  'awaitingPayment.reminded': () => awaiting().after('linkReminder'),
  'closing.closingLink': () => awaiting().after('linkLapse'),
  'closing.settling': () => awaiting().after('linkLapse').done('closing', { paid: true }),
  'closing.givingBack': () => awaiting().after('linkLapse').done('closing', CLOSED),
  'paid.selling': () => awaiting().when(PAID),
  'paid.honouring': () => lapsed().when(PAID),
  'paid.sold': () => sold(),
  preparing: () => sold().when({ type: 'staff.prepared' }),
  ready: () => sold().when({ type: 'staff.markedReady' }),
  pickedUp: () => sold().when({ type: 'staff.pickedUp' }),
  shipped: () => sold('shipping').when({ type: 'staff.shipped', tracking: '1Z' }),
  delivered: () => sold('shipping').when({ type: 'staff.shipped' }, { type: 'staff.delivered' }),
  'held.waiting': () => held(),
  'held.reminded': () => held().after('holdReminder'),
  collecting: () => held().when({ type: 'staff.pickedUp' }),
  expired: () => held().after('holdLapse'),
  lapsed: () => lapsed(),
  cancelled: () => cancelled(),
  refused: () => placed().failed('reservation', refusal('sold_out')),
  underReview: () => awaiting().when({ ...PAID, amountCents: 1 }),
  'refundPending.asked': () => lapsed().when(PAID).failed('reservation', refusal('sold_out')),
  'refundPending.refunding': () => sold().when({ type: 'staff.refunded' }),
  'refundPending.failed': () => sold().when({ type: 'staff.refunded' }).failed('refund'),
  refunded: () => sold().when({ type: 'staff.refunded' }).done('refund', gaveBack()),
};

/** A book that is ordered in. */
export function specialPlaced(): Story {
  const lines = [{ isbn13: DUNE, title: 'Dune', copies: 1, priceCents: 1299 }];
  const order = { orderId: ORDER_ID, customer: CUSTOMER, lines, fulfillment: 'hold', addressId: null, currency: 'USD' };
  return given(orderDefinition, { ...order, special: true });
}
