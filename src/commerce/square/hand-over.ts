// Shows in Square's dashboard how far a paid order has come. A fulfilment only moves forward, and whoever wrote in between
// is read again first.
import type { Square } from 'square';
import { TillRefused } from '../till.ts';
import type { HandOver } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { SquareTrouble } from './trouble.ts';
import { readOrder } from './payments.ts';
import { FULFILLMENT_STATES, OrderAnswer } from './wire.ts';
import type { SquareFulfillment, SquareOrder } from './wire.ts';

type Place = { square: SquareDesk; locationId: string };
type State = SquareFulfillment['state'];

const WRITES_MAX = 3;
const STATES: Record<HandOver['step'], State> = {
  preparing: 'RESERVED',
  ready: 'PREPARED',
  handedOver: 'COMPLETED',
  calledOff: 'CANCELED',
};

/** Nothing where Square's own staff were faster. Throws `TillRefused` `unknown_link` for an order that is not there. */
export async function handOver(place: Place, orderId: string, told: HandOver, signal?: AbortSignal): Promise<void> {
  for (let writes = 1; ; writes += 1) {
    const order = await readOrder(place.square, orderId, signal);
    if (!order) throw new TillRefused('unknown_link');
    const update = updateOf(place.locationId, order, told);
    if (update === null) return;
    try {
      await place.square.ask(OrderAnswer, (api, call) => api.orders.update(update, call), signal);
      return;
    } catch (error) {
      if (!isConflict(error) || writes === WRITES_MAX) throw error;
    }
  }
}

/** Of the first parcel that has one. */
export function trackingOf(order: SquareOrder | null): string | null {
  const numbers = order?.fulfillments.map(({ shipmentDetails }) => shipmentDetails?.trackingNumber);
  return numbers?.find((number) => typeof number === 'string' && number !== '') ?? null;
}

/** Null when there is nothing left to write. */
function updateOf(locationId: string, order: SquareOrder, told: HandOver): Square.UpdateOrderRequest | null {
  if (order.state === 'CANCELED' || order.state === 'COMPLETED') return null;
  const target = STATES[told.step];
  const behind = order.fulfillments.filter(({ state }) => isBefore(state, target));
  if (behind.length === 0) return null;
  const fulfillments = behind.map((one) => moved(one, target, told.tracking));
  // Square wants the order itself completed by name, in the same write.
  const state = target === 'COMPLETED' ? { state: target } : {};
  return { orderId: order.id, order: { locationId, version: order.version, ...state, fulfillments } };
}

function moved({ uid, type }: SquareFulfillment, state: State, tracking: string | null): Square.Fulfillment {
  const isTracked = type === 'SHIPMENT' && tracking !== null;
  return { uid, type, state, ...(isTracked ? { shipmentDetails: { trackingNumber: tracking } } : {}) };
}

function isBefore(state: State, target: State): boolean {
  const at = FULFILLMENT_STATES.indexOf(state);
  return at < FULFILLMENT_STATES.indexOf('COMPLETED') && at < FULFILLMENT_STATES.indexOf(target);
}

function isConflict(error: unknown): boolean {
  return error instanceof SquareTrouble && error.code === 'conflict';
}
