// Smobi's webhooks. A 200 means that the message is committed; anything less than that is never a 200.
import { createRoute, z } from '@hono/zod-openapi';
import { PROBE_PHONE } from '../../channels/probe.ts';
import { addressList, callerAddress } from '../addresses.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { acceptText } from '../inbound.ts';
import { Problem } from '../problem.ts';
import { signedFor } from '../signed-for.ts';
import { isSmobiSignature } from '../smobi-signature.ts';
import { signedStoreIds, storeByNumber } from '../stores.ts';
import { SmobiReceipt, SmobiText } from '../wire/messages.ts';
import { body, json, refusals, unsigned } from './answers.ts';

const FUTURE_MAX_MS = 5 * 60 * 1000;
/** A late retry after an outage is not lost; the message id, kept longer than this, stops replays. */
const AGE_MAX_MS = 72 * 60 * 60 * 1000;

const Done = z.object({ status: z.literal('accepted') });
const answers = { 200: json('Durable', Done), ...refusals, ...unsigned };

export function smobiRoutes(deps: WebDeps) {
  const app = routes();
  const guard = signedBySmobi(deps);
  app.use('/webhook/sms', guard).use('/webhook/sms/status', guard);
  app.openapi(
    createRoute({
      method: 'post',
      path: '/webhook/sms',
      summary: 'A text from a customer, through Smobi',
      request: { body: body(SmobiText) },
      responses: answers,
    }),
    async (c) => {
      const text = c.req.valid('json');
      checkAge(text.timestamp, deps.now());
      const store = await storeByNumber(deps, text.to, c.get('signedFor'));
      await acceptText(deps, {
        store,
        phone: text.from,
        text: text.message,
        channel: text.from === PROBE_PHONE ? 'simulator' : 'smobi',
        messageId: text.message_id,
        correlationId: c.get('correlationId'),
        rich: text.message_type === 'rcs',
      });
      return c.json({ status: 'accepted' as const }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/webhook/sms/status',
      summary: 'What became of a bubble, through Smobi',
      request: { body: body(SmobiReceipt) },
      responses: answers,
    }),
    async (c) => {
      const { message_id: providerId, reference, status } = c.req.valid('json');
      const storeIds = await signedStoreIds(deps, c.get('signedFor'));
      await deps.receipts.record({ providerId, reference, status }, storeIds);
      return c.json({ status: 'accepted' as const }, 200);
    },
  );
  return app;
}

/** Address first, then content type, then the signature over the raw bytes: nothing is parsed for a stranger. */
export function signedBySmobi({ config, ownSecrets }: WebDeps) {
  const isAllowed = addressList(config.smobiIpAllowlist);
  const isTrustedProxy = addressList(config.trustedProxies);
  return async (c: EdgeContext, next: () => Promise<void>) => {
    if (c.req.method !== 'POST') return next();
    if (config.smobiIpAllowlist.length > 0 && !isAllowed(callerAddress(c, isTrustedProxy))) {
      throw new Problem('forbidden', 'this address is not on the list');
    }
    requireJson(c.req.header('content-type'));
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const signature = c.req.header('x-smobi-signature');
    const signers = { house: config.smobiWebhookSecret, own: ownSecrets().smobi };
    const counts = signedFor(signers, (secret) => isSmobiSignature(signature, secret, bytes));
    if (counts === null) {
      throw new Problem('bad-signature', 'X-Smobi-Signature must be sha256=<hex HMAC-SHA256 of the raw body>');
    }
    c.set('signedFor', counts);
    return next();
  };
}

function requireJson(contentType: string | undefined): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Problem('unsupported-media-type', 'send application/json');
}

function checkAge(timestamp: string, nowMs: number): void {
  const atMs = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
  if (atMs > nowMs + FUTURE_MAX_MS) throw new Problem('bad-request', 'timestamp is more than 5 minutes in the future');
  if (atMs < nowMs - AGE_MAX_MS) throw new Problem('bad-request', 'timestamp is more than 72 hours old');
}
