// Where the local till calls back, in the manner of Square.
import type { Hono } from 'hono';
import { keepPayment } from './keep-news.ts';
import type { NewsDesk } from './keep-news.ts';
import { signedWebhook } from './signed-webhook.ts';
import { TILL_SIGNATURE, TillEvent, toldBy, verifyTillSignature } from './till-event.ts';

export type TillWebhookOptions = NewsDesk & {
  /** The address as registered with the till, never taken from the request. */
  url: string;
  secret: string;
  onError: (error: unknown) => void;
};

/** `POST /webhook/till`: 401 for a wrong signature, 2xx for everything that is rightly signed. */
export function tillWebhookRoutes({ url, secret, onError, ...desk }: TillWebhookOptions): Hono {
  return signedWebhook({
    path: '/webhook/till',
    header: TILL_SIGNATURE,
    signerOf: (call) => (verifyTillSignature({ url, secret, ...call }) ? 'till' : null),
    async accept(body) {
      const event = TillEvent.safeParse(body);
      if (!event.success) return;
      const { event_id: eventId, type } = event.data;
      await keepPayment(desk, { provider: 'local', eventId, type, stores: 'all' }, toldBy(event.data));
    },
    onError,
  });
}
