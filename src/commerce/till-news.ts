// What a till has to say to one order. The same news has the same key, whether it was called in or asked for.
import { and, eq } from 'drizzle-orm';
import { orders, tillIntents } from '../../schema/commerce.ts';
import type { Fulfillment, OrderEvent } from '../../schema/order.ts';
import type { Db } from './db.ts';
import type { BookedRefund, Payment, Till } from './till.ts';

/** News for one order; the same news has the same `dedupeKey`, however it came. */
export type TillNews = { storeId: number; orderId: string; dedupeKey: string; event: OrderEvent };

type Provider = Till['provider'];
export type OrderRef = { storeId: number; orderId: string };

/** What somebody did with an order in the provider's own dashboard, step by step; one event may tell of several. */
export type ToldHandOver = { provider: Provider; reference: string; steps: HandOverTold[] };
export type HandOverTold = { did: Did; dedupeKey: string };
type Did = 'packed' | 'madeReady' | 'handedOver' | 'calledOff';

/** The order that the provider knows by this name, and the link that it was made with; null for one that is not ours. */
export async function orderBy(
  db: Db,
  provider: Provider,
  reference: string | null,
): Promise<(OrderRef & OurOrder) | null> {
  if (reference === null) return null;
  const [found] = await db
    .select({
      storeId: tillIntents.storeId,
      orderId: tillIntents.orderId,
      fulfillment: orders.fulfillment,
      link: tillIntents.response,
    })
    .from(tillIntents)
    .leftJoin(orders, and(eq(orders.storeId, tillIntents.storeId), eq(orders.id, tillIntents.orderId)))
    .where(
      and(eq(tillIntents.reference, reference), eq(tillIntents.provider, provider), eq(tillIntents.operation, 'link')),
    )
    .limit(1);
  return found ?? null;
}
/** `fulfillment` null: the order has not been written down yet. */
type OurOrder = { fulfillment: Fulfillment | null; link: unknown };

/** Null for money that is not settled yet. */
export function paymentNews({ storeId, orderId }: OrderRef, payment: Payment): TillNews | null {
  const { paymentId, status, amountCents, currency } = payment;
  if (status === 'pending') return null;
  const event =
    status === 'completed'
      ? { type: 'payment.completed' as const, paymentId, amountCents, currency }
      : { type: 'payment.failed' as const };
  return { storeId, orderId, dedupeKey: `payment:${paymentId}:${status}`, event };
}

/** That so much of a payment goes back, whoever asked for it, or that the bank would not. */
export function refundNews(
  { storeId, orderId }: OrderRef,
  { refundId, paymentId, amountCents, status, isOurs }: BookedRefund & { paymentId: string },
): TillNews {
  const about = { refundId, paymentId, amountCents };
  if (status !== 'failed')
    return { storeId, orderId, dedupeKey: `till.refunded:${refundId}`, event: { type: 'till.refunded', ...about } };
  if (isOurs)
    return { storeId, orderId, dedupeKey: `refund:${refundId}:failed`, event: { type: 'refund.failed', ...about } };
  return {
    storeId,
    orderId,
    dedupeKey: `till.refundFailed:${refundId}`,
    event: { type: 'till.refundFailed', ...about },
  };
}

/** Mostly in the words of staff, for it was they who did it, only elsewhere. @param tracking of a parcel, where it is known */
export function handOverNews(
  { storeId, orderId, fulfillment }: OrderRef & { fulfillment: Fulfillment },
  { did, dedupeKey }: HandOverTold,
  tracking: string | null,
): TillNews {
  const event = eventOf(did, fulfillment === 'shipping', tracking);
  return { storeId, orderId, dedupeKey, event };
}

function eventOf(did: Did, isShipped: boolean, tracking: string | null): OrderEvent {
  if (did === 'calledOff') return { type: 'till.calledOff' };
  if (did === 'packed' || (did === 'madeReady' && isShipped)) return { type: 'till.prepared' };
  if (did === 'madeReady') return { type: 'staff.markedReady' };
  if (!isShipped) return { type: 'staff.pickedUp' };
  return { type: 'staff.shipped', ...(tracking === null ? {} : { tracking: tracking.slice(0, 80) }) };
}
