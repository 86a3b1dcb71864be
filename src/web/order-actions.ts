// What staff do with an order, as the API names it, and the event that each is to the order's statechart. Whether it is
// allowed is for the chart alone to say.
import type { OrderAction } from './wire/shop.ts';

export const ORDER_EVENTS = {
  prepare: 'staff.prepared',
  ready: 'staff.markedReady',
  'picked-up': 'staff.pickedUp',
  shipped: 'staff.shipped',
  delivered: 'staff.delivered',
  ordered: 'staff.ordered',
  arrived: 'staff.arrived',
  cancel: 'staff.cancelled',
  refund: 'staff.refunded',
  settle: 'staff.settled',
} as const satisfies Record<OrderAction, string>;
