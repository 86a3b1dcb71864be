// Twilio's webhooks: its own form fields, signed over the public address. A 200 means that the message is committed.
import { createRoute, z } from '@hono/zod-openapi';
import { parseTwilioForm, twilioReceipt, TwilioText, verifyTwilioSignature } from '../../channels/twilio-inbound.ts';
import type { TwilioForm } from '../../channels/twilio-inbound.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { acceptText } from '../inbound.ts';
import { Problem } from '../problem.ts';
import { signedFor } from '../signed-for.ts';
import { signedStoreIds, storeByNumber } from '../stores.ts';
import { cleanText } from '../../../schema/clean-text.ts';
import { Phone } from '../wire/common.ts';
import { TEXT_MAX } from '../wire/messages.ts';
import { refusals, unsigned } from './answers.ts';

/** What is kept of a message that has no words. What came is never fetched: its address is whatever the sender says. */
const STANDS_FOR = { picture: '[picture]', voice: '[voice message]', file: '[file]' } as const;
const NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

const form = {
  description: 'Twilio’s fields',
  content: { 'application/x-www-form-urlencoded': { schema: z.looseObject({}) } },
};
const answers = {
  200: { description: 'Durable; an empty TwiML document', content: { 'text/xml': { schema: z.string() } } },
  ...refusals,
  ...unsigned,
};

export function twilioRoutes(deps: WebDeps) {
  const app = routes();
  const text = createRoute({
    method: 'post',
    path: '/webhook/twilio',
    summary: 'A text from a customer, through Twilio',
    request: { body: form },
    responses: answers,
  });
  app.use(text.path, signedByTwilio(deps));
  app.openapi(text, async (c) => {
    await takeText(deps, parsed(TwilioText, await formOf(c)), c);
    return c.body(NOTHING_TO_SAY, 200, { 'content-type': 'text/xml' });
  });
  const status = createRoute({
    method: 'post',
    path: '/webhook/twilio/status',
    summary: 'What became of a bubble, through Twilio',
    request: { body: form },
    responses: answers,
  });
  app.use(status.path, signedByTwilio(deps));
  app.openapi(status, async (c) => {
    const receipt = readReceipt(await formOf(c), c.req.query('reference') ?? null);
    if (receipt) await deps.receipts.record(receipt, await signedStoreIds(deps, c.get('signedFor')));
    return c.body(NOTHING_TO_SAY, 200, { 'content-type': 'text/xml' });
  });
  return app;
}

/** A short code, or a sender that is a name, is a machine that nobody can answer: taken, counted, and not kept. */
async function takeText(deps: WebDeps, message: TwilioText, c: EdgeContext): Promise<void> {
  const { messageId, from, to, media, keyword, rich } = message;
  const phone = Phone.safeParse(from);
  const spoken = cleanText(message.text).trim();
  const words = spoken || (media === null ? '' : STANDS_FOR[media]);
  if (!phone.success || words === '') return deps.metrics.text('twilio', 'ignored');
  const store = await storeByNumber(deps, to, c.get('signedFor'));
  // What Twilio signs carries no time: a text that somebody caught fits for ever, and a dedupe key is not kept for ever.
  const named = { storeId: store.id, channel: 'twilio', providerId: messageId } as const;
  if (await deps.hasHeard(named)) return deps.metrics.text('twilio', 'duplicate');
  const text = words.slice(0, TEXT_MAX).toWellFormed();
  const inbound = {
    store,
    phone: phone.data,
    text,
    channel: 'twilio',
    messageId,
    correlationId: c.get('correlationId'),
    keyword,
    rich,
  } as const;
  const alone = spoken === '';
  await acceptText(deps, media === null ? inbound : { ...inbound, media: { kind: media, alone } });
}

function signedByTwilio({ config, ownSecrets }: WebDeps) {
  return async (c: EdgeContext, next: () => Promise<void>) => {
    if (c.req.method !== 'POST') return next();
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/x-www-form-urlencoded') {
      throw new Problem('unsupported-media-type', 'send application/x-www-form-urlencoded');
    }
    const url = config.publicUrl + c.req.path + new URL(c.req.url).search;
    const signature = c.req.header('x-twilio-signature');
    const form = await formOf(c);
    const signers = { house: config.twilioAuthToken, own: ownSecrets().twilio };
    const counts = signedFor(signers, (token) => verifyTwilioSignature(token, url, form, signature));
    if (counts === null) {
      throw new Problem('bad-signature', 'X-Twilio-Signature must sign the public address and all fields');
    }
    c.set('signedFor', counts);
    return next();
  };
}

async function formOf(c: EdgeContext): Promise<TwilioForm> {
  return parseTwilioForm(await c.req.text());
}

function readReceipt(fields: TwilioForm, reference: string | null) {
  try {
    return twilioReceipt(fields, reference);
  } catch (error) {
    throw notTwilios(error);
  }
}

function parsed<Value>(schema: z.ZodType<Value>, fields: TwilioForm): Value {
  const read = schema.safeParse(fields);
  if (read.success) return read.data;
  throw notTwilios(read.error);
}

function notTwilios(cause: unknown): Problem {
  return new Problem('bad-request', 'these are not the fields that Twilio posts', { cause });
}
