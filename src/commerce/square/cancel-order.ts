// Calls an unpaid order off at Square. The version that was read goes with the write, so a payment in between wins.
import type { Square } from 'square';
import { TillRefused } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { SquareTrouble } from './trouble.ts';
import { paymentsOf, readOrder } from './payments.ts';
import { CancelledOrder } from './wire.ts';
import type { SquareOrder } from './wire.ts';

type Place = { square: SquareDesk; locationId: string };

/** `paid`: money came first. Throws `SquareTrouble` `payment_pending` while it is still open whether it does. */
export async function cancelOrder(place: Place, orderId: string, signal?: AbortSignal): Promise<'cancelled' | 'paid'> {
  const order = await readOrder(place.square, orderId, signal);
  if (!order) throw new TillRefused('unknown_link');
  const payments = await paymentsOf(place.square, order, signal);
  if (payments.some(({ status }) => status === 'completed')) return 'paid';
  if (payments.some(({ status }) => status === 'pending')) throw new SquareTrouble('payment_pending');
  if (order.state !== 'CANCELED') await write(place, order, signal);
  return 'cancelled';
}

async function write({ square, locationId }: Place, order: SquareOrder, signal?: AbortSignal): Promise<void> {
  const cancelled: Square.Order = {
    locationId,
    version: order.version,
    state: 'CANCELED',
    fulfillments: order.fulfillments.map(({ uid, type }) => ({ uid, type, state: 'CANCELED' })),
  };
  const update = { orderId: order.id, order: cancelled };
  const ThisOrder = CancelledOrder.refine(({ id }) => id === order.id, 'another order');
  await square.ask(ThisOrder, (api, call) => api.orders.update(update, call), signal);
}
