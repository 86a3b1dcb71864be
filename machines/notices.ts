// What we tell a customer without having been asked: which news that is, and when it may be said. Pure, no clock.
// An answer and a receipt are told at once; everything else waits for daylight, and for its turn in the day.
import { COAST_TO_COAST, wakesAt } from '../schema/quiet-hours.ts';
import { NOTICES_A_DAY_MAX, NOTICES_MAX } from '../schema/customer.ts';
import type { CustomerContext, Notice } from '../schema/customer.ts';
import type { OrderNews } from '../schema/order.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** News that comes so soon after a text may be the answer to it. */
const ANSWER_MS = 15 * MINUTE_MS;

/** Who set it off: the `customer` just now, `us` (a person in the shop, or a clock), or `either`. */
const SET_OFF_BY = {
  'order.linkReady': 'customer',
  'order.linkDelayed': 'customer',
  'order.refused': 'customer',
  'order.paid': 'customer',
  'order.paymentFailed': 'customer',
  'order.cancelAsked': 'customer',
  'order.toOrder': 'customer',
  'order.ordered': 'us',
  'order.held': 'either',
  'order.cancelDelayed': 'either',
  'order.cancelled': 'either',
  'order.refundPending': 'either',
  'order.reminder': 'us',
  'order.lapsed': 'us',
  'order.holdReminder': 'us',
  'order.holdLapsed': 'us',
  'order.ready': 'us',
  'order.pickedUp': 'us',
  'order.shipped': 'us',
  'order.delivered': 'us',
  'order.refunded': 'us',
  'order.refundFailed': 'us',
} as const satisfies Record<OrderNews['type'], 'customer' | 'us' | 'either'>;

type Patience = Pick<CustomerContext, 'zones' | 'noticedAtMs'>;

/** Whether a piece of news has to wait for its time. All instants in milliseconds since 1970 (UTC). */
export function isNotice(type: OrderNews['type'], { heardAtMs }: Pick<CustomerContext, 'heardAtMs'>, nowMs: number) {
  const by = SET_OFF_BY[type];
  const heardMs = heardAtMs.at(-1);
  return by === 'us' || (by === 'either' && (heardMs === undefined || nowMs - heardMs > ANSWER_MS));
}

/** When the next notice may be told; `nowMs` if it may be now. */
export function noticeMayLeaveAt({ zones, noticedAtMs }: Patience, nowMs: number): number {
  const roomMs = (noticedAtMs.at(-NOTICES_A_DAY_MAX) ?? nowMs - DAY_MS) + DAY_MS;
  return wakesAt(zones ?? COAST_TO_COAST, Math.max(nowMs, roomMs));
}

/** The times with one more; those that the day's measure does not look at any longer are forgotten. */
export function withNoticed(noticedAtMs: readonly number[], nowMs: number): number[] {
  return [...noticedAtMs.filter((atMs) => atMs > nowMs - DAY_MS), nowMs].slice(-NOTICES_A_DAY_MAX);
}

/** What waits, with one more. An older notice about the same thing has become untrue with it and is gone. */
export function withNotice(notices: readonly Notice[], notice: Notice): Notice[] {
  return [...withoutNotice(notices, notice.about), notice].slice(-NOTICES_MAX);
}

/** What waits, but for what it would say about this: it is no longer so, or was told otherwise. */
export function withoutNotice(notices: readonly Notice[], about: string): Notice[] {
  return notices.filter((notice) => notice.about !== about);
}
