// Where the local till calls back, in the manner of Square.
import type { Hono } from 'hono';
import { keepNews } from './keep-news.ts';
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
    isSigned: (call) => verifyTillSignature({ url, secret, ...call }),
    async accept(body) {
      const event = TillEvent.safeParse(body);
      if (event.success) await keepNews(desk, toldBy(event.data));
    },
    onError,
  });
}
