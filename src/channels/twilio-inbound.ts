// Twilio, inbound: its signature, its form fields of a text, and what its delivery statuses mean to us.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Receipt } from './receipts.ts';

/** A form as it was posted: every field counts in the signature, those that we do not know included. */
export type TwilioForm = Readonly<Record<string, string | readonly string[]>>;

/**
 * Compares `X-Twilio-Signature` in constant time.
 * @param url exactly as Twilio was told to call it, query included
 */
export function verifyTwilioSignature(
  authToken: string,
  url: string,
  form: TwilioForm,
  header: string | undefined,
): boolean {
  const given = Buffer.from(header ?? '', 'base64');
  const expected = createHmac('sha1', authToken)
    .update(url + signedFields(form), 'utf8')
    .digest();
  return authToken !== '' && given.length === expected.length && timingSafeEqual(given, expected);
}

/** Names in order, each followed by its value; of a repeated name, each different value once, in order. */
function signedFields(form: TwilioForm): string {
  const values = (name: string) => [...new Set([form[name] ?? ''].flat())].sort();
  return Object.keys(form)
    .sort()
    .map((name) =>
      values(name)
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

/** An address such as `+12015550123` or `rcs:+12015550123`; whether the number is one is for the edge to say. */
const Address = z.string().transform((address) => address.replace(/^rcs:/, ''));

/** `POST /webhook/twilio`: a text. A tapped answer arrives as its label. */
export const TwilioText = z
  .object({ MessageSid: z.string().min(1).max(200), From: Address, To: Address, Body: z.string() })
  .transform(({ MessageSid, From, To, Body }) => ({ messageId: MessageSid, from: From, to: To, text: Body }));

const STATUSES: Readonly<Record<string, Receipt['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

const TwilioStatus = z.object({ MessageSid: z.string().min(1).max(200), MessageStatus: z.string() });

/**
 * `POST /webhook/twilio/status`, or null for a step before `sent`, which says nothing new. Throws a ZodError for
 * anything that is not a status.
 * @param reference the query parameter that we put on the callback's URL
 */
export function twilioReceipt(form: TwilioForm, reference: string | null): Receipt | null {
  const { MessageSid, MessageStatus } = TwilioStatus.parse(form);
  const status = Object.hasOwn(STATUSES, MessageStatus) ? STATUSES[MessageStatus] : undefined;
  return status ? { providerId: MessageSid, reference, status } : null;
}
