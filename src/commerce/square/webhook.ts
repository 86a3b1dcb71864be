// Where Square calls. Only a payment's own events say anything about money; an order's event comes before it is paid, too.
// The client of Square is not needed here: this reads the wire.
import type { Hono } from 'hono';
import { z } from 'zod';
import { Cents } from '../../../schema/acts.ts';
import { keepNews } from '../keep-news.ts';
import type { NewsDesk, Told } from '../keep-news.ts';
import { meaningOf, PaymentStatus } from '../payment-status.ts';
import { signedWebhook } from '../signed-webhook.ts';
import { verifyTillSignature } from '../till-event.ts';

/** The header that carries base64 of HMAC-SHA256 over the registered URL and the raw body. */
export const SQUARE_SIGNATURE = 'x-square-hmacsha256-signature';

const PaymentEvent = z.object({
  event_id: z.string().min(1).max(200),
  type: z.enum(['payment.created', 'payment.updated']),
  data: z.object({
    object: z.object({
      payment: z.object({
        id: z.string().min(1),
        order_id: z.string().min(1),
        status: PaymentStatus,
        amount_money: z.object({ amount: Cents, currency: z.string().length(3) }),
        refunded_money: z.object({ amount: Cents }).optional(),
      }),
    }),
  }),
});

export type SquareWebhookOptions = NewsDesk & {
  /** The address exactly as registered with Square, never taken from the request. */
  url: string;
  /** Null turns every call away: nothing can be verified. */
  signatureKey: string | null;
  onError: (error: unknown) => void;
};

/** `POST /webhook/square`: 401 for a wrong or missing signature, 2xx for everything that is rightly signed. */
export function squareWebhookRoutes({ url, signatureKey: secret, onError, ...desk }: SquareWebhookOptions): Hono {
  return signedWebhook({
    path: '/webhook/square',
    header: SQUARE_SIGNATURE,
    isSigned: (call) => secret !== null && verifyTillSignature({ url, secret, ...call }),
    async accept(body) {
      const event = PaymentEvent.safeParse(body);
      if (event.success) await keepNews(desk, toldBy(event.data));
    },
    onError,
  });
}

function toldBy({ event_id: eventId, type, data }: z.infer<typeof PaymentEvent>): Told {
  const { id: paymentId, order_id: reference, status, amount_money, refunded_money } = data.object.payment;
  const refundedCents = refunded_money?.amount ?? 0;
  const payment = { paymentId, status: meaningOf(status), amountCents: amount_money.amount, refundedCents };
  return { provider: 'square', eventId, type, reference, payment };
}
