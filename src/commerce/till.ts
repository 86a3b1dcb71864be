// The counter where money changes hands, seen from the shop: the local till and Square both stand behind it.
// Every request is frozen before its first attempt and sent again unchanged under the same key.
import { z } from 'zod';
import { Cents, Isbn13 } from '../../schema/acts.ts';
import type { HandOverStep } from '../../schema/order.ts';

/** The idempotency key of one intent; providers take at most 45 characters. */
export const IntentKey = z.string().min(1).max(45);

/** A book of an order. `catalogId`: the provider's own name of the book, where it keeps one and counts its copies. */
const LinkLine = z.object({
  isbn13: Isbn13,
  title: z.string(),
  copies: z.int().positive(),
  priceCents: Cents,
  catalogId: z.string().min(1).nullable().default(null),
});

/** A customer's own id at the provider, sealed (base64) with their own key: nobody can read it once they are forgotten. */
export const SealedCustomer = z.object({ actorKey: z.uuid(), idSealed: z.base64() });
export type SealedCustomer = z.infer<typeof SealedCustomer>;

/** What a payment link is to charge. `taxCents` and `shippingCents` come on top of the lines. */
export const LinkRequest = z.object({
  storeId: z.int(),
  intentKey: IntentKey,
  orderId: z.uuid(),
  revision: z.int().positive(),
  currency: z.string().length(3),
  lines: z.array(LinkLine).min(1).max(20),
  fulfillment: z.enum(['pickup', 'shipping']),
  /** Where it goes, by id: the request itself holds nothing personal. */
  addressId: z.uuid().nullable(),
  /** Whose order it is; null where the provider keeps no customers. */
  customer: SealedCustomer.nullable().default(null),
  taxCents: Cents,
  /** The rate behind `taxCents`, in millionths of the goods: a provider that does its own sums is told this. */
  taxRatePpm: z.int().min(0).max(1_000_000).default(0),
  shippingCents: Cents,
});
export type LinkRequest = z.infer<typeof LinkRequest>;

/** `reference` is the provider's own name of the order: its events carry that, not ours. */
export const Link = z.object({
  linkId: z.string().min(1),
  url: z.url(),
  reference: z.string().min(1),
  totalCents: Cents,
  taxCents: Cents,
  shippingCents: Cents,
});
export type Link = z.infer<typeof Link>;

/** Money as the provider sees it; only `completed` is ours. */
export type Payment = {
  paymentId: string;
  /** The provider's own name of the order that it is for. */
  reference: string | null;
  status: 'pending' | 'completed' | 'failed';
  amountCents: number;
  /** ISO 4217. */
  currency: string;
  refundedCents: number;
  /** The provider's own names of the refunds that were made of it, by whomever; empty where only we can make any. */
  refundIds: string[];
};

export const RefundRequest = z.object({
  storeId: z.int(),
  intentKey: IntentKey,
  orderId: z.uuid(),
  paymentId: z.string().min(1),
  amountCents: Cents.min(1),
});
export type RefundRequest = z.infer<typeof RefundRequest>;

/** `failed`: the money stays where it is; `pending` may still become that days later. */
export const Refund = z.object({ refundId: z.string().min(1), status: z.enum(['pending', 'completed', 'failed']) });
export type Refund = z.infer<typeof Refund>;

/** A refund as it stands in the provider's books. `isOurs`: we asked for it, whether or not we have heard the answer. */
export type BookedRefund = Refund & { paymentId: string | null; amountCents: number; isOurs: boolean };

export type LinkRef = { storeId: number } & Pick<Link, 'linkId' | 'reference'>;
export type LinkState = { state: 'open' | 'cancelled' | 'paid'; payment: Payment | null };

/** `tracking`: the carrier's number of a parcel, once it is known. */
export type HandOver = { step: HandOverStep; tracking: string | null };

/** A book as the provider's own catalogue has it; `copies` null: nobody counts them there. */
export type ShelfFact = { isbn13: string; catalogId: string; priceCents: number; copies: number | null };

/** All calls may be repeated. They throw `TillRefused` where no retry helps; any other error is transient. */
export type Till = {
  readonly provider: 'local' | 'square';
  /** What the provider's catalogue says of these books; those that it does not know are missing. */
  lookUp(books: { storeId: number; isbn13s: string[] }, signal?: AbortSignal): Promise<ShelfFact[]>;
  /** The same key answers the same link. */
  createLink(request: LinkRequest, signal?: AbortSignal): Promise<Link>;
  /** From then on the link takes no money. `paid`: money came first, and its event is on the way. */
  cancelLink(link: LinkRef, signal?: AbortSignal): Promise<'cancelled' | 'paid'>;
  /** For when a webhook may have been lost. */
  getLink(link: LinkRef, signal?: AbortSignal): Promise<LinkState>;
  getPayment(payment: { storeId: number; paymentId: string }, signal?: AbortSignal): Promise<Payment | null>;
  /** Rejects while the provider cannot be reached. */
  ping(): Promise<void>;
  /** The same key pays back once. */
  refund(request: RefundRequest, signal?: AbortSignal): Promise<Refund>;
  /** How a refund stands now; null for one that is not there. */
  getRefund(refund: { storeId: number; refundId: string }, signal?: AbortSignal): Promise<BookedRefund | null>;
  /** Those that were made, or became something else, since then. */
  refundsSince(when: { storeId: number; since: Date }, signal?: AbortSignal): Promise<BookedRefund[]>;
  /** The number of a parcel, as staff wrote it into the provider's own books. */
  getTracking(link: LinkRef, signal?: AbortSignal): Promise<string | null>;
  /** Shows in the provider's own books how far a paid order has come; never moves it back. */
  handOver(link: LinkRef, handOver: HandOver, signal?: AbortSignal): Promise<void>;
};

/** Who an order's customer is at the provider. */
export type OrderCustomers = {
  /** A record is made there for who has none. Null where there is none to be had; throws what may pass. */
  forOrder(order: { storeId: number; orderId: string }, signal?: AbortSignal): Promise<SealedCustomer | null>;
  /** Null for who was forgotten. */
  idOf(storeId: number, customer: SealedCustomer): Promise<string | null>;
};

/**
 * `no_address`, `no_customer`: an order whose address, or customer, is gone. `price_moved`: the provider would charge other than agreed.
 * `not_found`: something that the request names is unknown there. `unauthorised`: our key is wrong, expired or too weak.
 */
export type TillRefusal =
  | 'unknown_link'
  | 'unknown_payment'
  | 'key_reused'
  | 'not_refundable'
  | 'no_address'
  | 'no_customer'
  | 'price_moved'
  | 'not_found'
  | 'unauthorised'
  | 'rejected';

/** The provider understood, and will answer the same for ever. */
export class TillRefused extends Error {
  override readonly name = 'TillRefused';
  /** @param theirs the provider's own code, never its words */
  constructor(
    readonly code: TillRefusal,
    theirs: string | null = null,
  ) {
    super(`the till refused: ${code}${theirs === null ? '' : ` (${theirs})`}`);
  }
}

/** What the customer pays in all. */
export function totalOf(request: Pick<LinkRequest, 'lines' | 'taxCents' | 'shippingCents'>): number {
  return goodsOf(request.lines) + request.taxCents + request.shippingCents;
}

/** The lines' sum, before tax and shipping. */
export function goodsOf(lines: Array<{ copies: number; priceCents: number }>): number {
  return lines.reduce((sum, line) => sum + line.copies * line.priceCents, 0);
}
