// What Square tells about an order that somebody pays: three events, signed as the real ones are.
import { createHmac, randomUUID } from 'node:crypto';
import type { Order, Payment } from './books.ts';

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

function event(type: string, dataType: string, id: string, object: object): SquareEvent {
  const event_id = randomUUID();
  const data = { type: dataType, id, object };
  const created_at = '2026-11-20T12:00:00.000Z';
  return { event_id, type, body: JSON.stringify({ merchant_id: 'merchant-1', type, event_id, created_at, data }) };
}

export function signSquareEvent({ url, body, key }: { url: string; body: string; key: string }): string {
  return createHmac('sha256', key).update(`${url}${body}`).digest('base64');
}
