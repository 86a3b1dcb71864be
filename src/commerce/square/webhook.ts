// Where Square calls. Only a payment's own events say anything about money; an order's event comes before it is paid, too.
// What an event claims is heard for the stores whose key signed it, and for no other.
import type { Hono } from 'hono';
import { z } from 'zod';
import { Cents } from '../../../schema/acts.ts';
import { keepHandOver, keepPayment, keepRefund } from '../keep-news.ts';
import type { NewsDesk, Receipt } from '../keep-news.ts';
import { meaningOf, PaymentStatus, refundMeaning, RefundStatus } from '../payment-status.ts';
import { signedWebhook } from '../signed-webhook.ts';
import { verifyTillSignature } from '../till-event.ts';
import type { HandOverTold, ToldHandOver } from '../till-news.ts';
import type { BookedRefund, Payment } from '../till.ts';
import { isOurReason } from './refund-reason.ts';

/** The header that carries base64 of HMAC-SHA256 over the registered URL and the raw body. */
export const SQUARE_SIGNATURE = 'x-square-hmacsha256-signature';

const id = z.string().min(1).max(200);
const envelope = { event_id: id };
const PaymentEvent = z.object({
  ...envelope,
  type: z.enum(['payment.created', 'payment.updated']),
  data: z.object({
    object: z.object({
      payment: z.object({
        id,
        order_id: id,
        status: PaymentStatus,
        amount_money: z.object({ amount: Cents, currency: z.string().length(3) }),
        refunded_money: z.object({ amount: Cents }).optional(),
        refund_ids: z.array(id).nullish(),
      }),
    }),
  }),
});
const RefundEvent = z.object({
  ...envelope,
  type: z.enum(['refund.created', 'refund.updated']),
  data: z.object({
    object: z.object({
      refund: z.object({
        id,
        status: RefundStatus,
        payment_id: id.nullish(),
        location_id: id.nullish(),
        amount_money: z.object({ amount: Cents }),
        reason: z.string().nullish(),
      }),
    }),
  }),
});
const FulfillmentEvent = z.object({
  ...envelope,
  type: z.literal('order.fulfillment.updated'),
  data: z.object({
    object: z.object({
      order_fulfillment_updated: z.object({
        order_id: id,
        fulfillment_update: z.array(z.object({ fulfillment_uid: id, new_state: z.string() })).min(1),
      }),
    }),
  }),
});
const CountsEvent = z.object({
  ...envelope,
  type: z.literal('inventory.count.updated'),
  data: z.object({
    object: z.object({
      inventory_counts: z.array(z.object({ catalog_object_id: id, location_id: id, state: z.string() })).min(1),
    }),
  }),
});
const CatalogueEvent = z.object({ ...envelope, type: z.literal('catalog.version.updated') });
const Event = z.discriminatedUnion('type', [PaymentEvent, RefundEvent, FulfillmentEvent, CountsEvent, CatalogueEvent]);
type Event = z.infer<typeof Event>;

/** One shop's part of a Square account. */
export type SquareSigner = {
  storeId: number;
  locationId: string;
  /** The address exactly as registered with Square, never taken from the request. */
  webhookUrl: string;
  /** Null: nothing that Square says of this store can be verified. */
  webhookSignatureKey: string | null;
};

export type SquareWebhookOptions = NewsDesk & {
  signers: () => readonly SquareSigner[];
  /** Resolves once it is written down that these books, or the whole catalogue, are to be looked at. */
  stockMoved: (storeId: number, variationIds: string[]) => Promise<void>;
  catalogueMoved: (storeId: number) => Promise<void>;
  onError: (error: unknown) => void;
};

/** `POST /webhook/square`: 401 for a wrong or missing signature, 2xx for everything that is rightly signed. */
export function squareWebhookRoutes(options: SquareWebhookOptions): Hono {
  return signedWebhook({
    path: '/webhook/square',
    header: SQUARE_SIGNATURE,
    signerOf(call) {
      const signers = options.signers().filter((signer) => hasSigned(signer, call));
      return signers.length > 0 ? signers : null;
    },
    async accept(body, signers) {
      const event = Event.safeParse(body);
      if (event.success) await take(options, event.data, signers);
    },
    onError: options.onError,
  });
}

function hasSigned(
  { webhookUrl: url, webhookSignatureKey: secret }: SquareSigner,
  call: { rawBody: string; signature: string | null },
): boolean {
  return secret !== null && verifyTillSignature({ url, secret, ...call });
}

async function take(desk: SquareWebhookOptions, event: Event, signers: readonly SquareSigner[]): Promise<void> {
  const stores = signers.map(({ storeId }) => storeId);
  const receipt: Receipt = { provider: 'square', eventId: event.event_id, type: event.type, stores };
  switch (event.type) {
    case 'payment.created':
    case 'payment.updated':
      return keepPayment(desk, receipt, paymentTold(event));
    case 'refund.created':
    case 'refund.updated': {
      const { location_id: place } = event.data.object.refund;
      const at = signers.find(({ locationId }) => locationId === place);
      return keepRefund(desk, receipt, at?.storeId ?? null, refundTold(event));
    }
    case 'order.fulfillment.updated':
      return keepHandOver(desk, receipt, handOverTold(event));
    case 'inventory.count.updated': {
      const counts = event.data.object.inventory_counts;
      for (const { storeId, locationId } of signers) {
        const here = counts.filter((count) => count.location_id === locationId);
        if (here.length > 0) await desk.stockMoved(storeId, [...new Set(here.map((one) => one.catalog_object_id))]);
      }
      return;
    }
    case 'catalog.version.updated':
      for (const storeId of stores) await desk.catalogueMoved(storeId);
  }
}

function paymentTold({ data }: z.infer<typeof PaymentEvent>): Payment {
  const { id: paymentId, order_id: reference, status, amount_money, refunded_money, refund_ids } = data.object.payment;
  const { amount: amountCents, currency } = amount_money;
  const refundedCents = refunded_money?.amount ?? 0;
  const refundIds = refund_ids ?? [];
  return { paymentId, reference, status: meaningOf(status), amountCents, currency, refundedCents, refundIds };
}

function refundTold({ data }: z.infer<typeof RefundEvent>): BookedRefund {
  const { id: refundId, status, payment_id, amount_money, reason } = data.object.refund;
  const paymentId = payment_id ?? null;
  const isOurs = isOurReason(reason);
  return { refundId, status: refundMeaning(status), paymentId, amountCents: amount_money.amount, isOurs };
}

const DID: Readonly<Record<string, HandOverTold['did']>> = {
  RESERVED: 'packed',
  PREPARED: 'madeReady',
  COMPLETED: 'handedOver',
  CANCELED: 'calledOff',
  FAILED: 'calledOff',
};

function handOverTold({ data }: z.infer<typeof FulfillmentEvent>): ToldHandOver {
  const { order_id: reference, fulfillment_update: updates } = data.object.order_fulfillment_updated;
  const steps = updates.flatMap(({ fulfillment_uid: uid, new_state: state }) => {
    const did = DID[state];
    return did ? [{ did, dedupeKey: `fulfilment:${reference}:${uid}:${state}` }] : [];
  });
  return { provider: 'square', reference, steps };
}
