// What Square tells of, signed as the real events are.
import { createHmac, randomUUID } from 'node:crypto';
import type { Order, Payment, Refund } from './books.ts';

export type SquareEvent = { event_id: string; type: string; body: string };

/** `order.updated` without a word of money in it, then the payment as it was approved and as it stands now. */
export function eventsOf(order: Order, payment: Payment): SquareEvent[] {
  const order_updated = { order_id: order.id, version: order.version, state: order.state };
  return [
    event('order.updated', 'order_updated', order.id, { order_updated }),
    event('payment.created', 'payment', payment.id, { payment: { ...payment, status: 'APPROVED' } }),
    event('payment.updated', 'payment', payment.id, { payment }),
  ];
}

/** The refund as it was made or has become, and its payment as it stands now. */
export function refundEvents(
  type: 'refund.created' | 'refund.updated',
  refund: Refund,
  payment: Payment,
): SquareEvent[] {
  return [event(type, 'refund', refund.id, { refund }), event('payment.updated', 'payment', payment.id, { payment })];
}

export function fulfillmentEvent(order: Order, uid: string, old_state: string, new_state: string): SquareEvent {
  const { id: order_id, version, state, location_id } = order;
  const fulfillment_update = [{ fulfillment_uid: uid, old_state, new_state }];
  const order_fulfillment_updated = { order_id, version, state, location_id, fulfillment_update };
  return event('order.fulfillment.updated', 'order', order.id, { order_fulfillment_updated });
}

export function countEvent(id: string, count: number, location_id: string): SquareEvent {
  const row = { catalog_object_id: id, catalog_object_type: 'ITEM_VARIATION', state: 'IN_STOCK', location_id };
  const inventory_counts = [{ ...row, quantity: String(count), calculated_at: new Date().toISOString() }];
  return event('inventory.count.updated', 'inventory_counts', id, { inventory_counts });
}

function event(type: string, dataType: string, id: string, object: object): SquareEvent {
  const event_id = randomUUID();
  const data = { type: dataType, id, object };
  const created_at = '2026-11-20T12:00:00.000Z';
  return { event_id, type, body: JSON.stringify({ merchant_id: 'merchant-1', type, event_id, created_at, data }) };
}

export function signSquareEvent({ url, body, key }: { url: string; body: string; key: string }): string {
  return createHmac('sha256', key).update(`${url}${body}`).digest('base64');
}
