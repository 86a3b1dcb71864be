// Twilio, inbound: its signature, its form fields of a text, and what its delivery statuses mean to us.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { MediaKind } from '../../schema/customer.ts';
import type { Receipt } from './receipts.ts';
import { refusalOfCode } from './twilio.ts';

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

/** An address is `+12015550123` or, from a phone with RCS, `rcs:+12015550123`; whether the number is one is for the edge to say. */
const RCS = /^rcs:/;

/** Fields as Twilio posts them; of a repeated one the first counts. */
export function parseTwilioForm(body: string): TwilioForm {
  const fields = new URLSearchParams(body);
  const form: Record<string, string | string[]> = {};
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    form[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  return form;
}

/** Printable: a NUL would be an error of the database's, which makes Twilio call again. */
const Sid = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/**
 * `POST /webhook/twilio`: a text. A tapped answer arrives as its label, and what it says as its payload: that counts. What Twilio itself took for an opt-out, an opt-in
 * or a cry for help is that for us too, whatever the words.
 */
export const TwilioText = z
  .object({
    MessageSid: Sid,
    From: z.string(),
    To: z.string(),
    Body: z.string().optional(),
    ButtonPayload: z.string().max(300).optional().catch(undefined),
    NumMedia: z.coerce.number().int().min(0).catch(0).optional(),
    MediaContentType0: z.string().optional().catch(undefined),
    OptOutType: z.enum(['STOP', 'START', 'HELP']).optional().catch(undefined),
  })
  .transform(({ MessageSid, From, To, Body, ButtonPayload, NumMedia, MediaContentType0, OptOutType }) => ({
    messageId: MessageSid,
    from: From.replace(RCS, ''),
    to: To.replace(RCS, ''),
    text: ButtonPayload || (Body ?? ''),
    media: NumMedia === undefined || NumMedia === 0 ? null : mediaKindOf(MediaContentType0 ?? ''),
    rich: RCS.test(From),
    keyword: OptOutType === undefined ? null : KEYWORDS[OptOutType],
  }));
export type TwilioText = z.infer<typeof TwilioText>;

function mediaKindOf(contentType: string): MediaKind {
  if (/^image\//i.test(contentType)) return 'picture';
  return /^audio\//i.test(contentType) ? 'voice' : 'file';
}

const KEYWORDS = { STOP: 'stop', START: 'start', HELP: 'help' } as const;

const STATUSES: Readonly<Record<string, Receipt['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

const TwilioStatus = z.object({
  MessageSid: Sid,
  MessageStatus: z.string(),
  ErrorCode: z.string().optional(),
});

/**
 * `POST /webhook/twilio/status`, or null for a step before `sent`, which says nothing new. Throws a ZodError for
 * anything that is not a status.
 * @param reference the query parameter that we put on the callback's URL
 */
export function twilioReceipt(form: TwilioForm, reference: string | null): Receipt | null {
  const { MessageSid, MessageStatus, ErrorCode } = TwilioStatus.parse(form);
  const status = Object.hasOwn(STATUSES, MessageStatus) ? STATUSES[MessageStatus] : undefined;
  if (status === undefined) return null;
  const refusal = status === 'failed' && ErrorCode !== undefined ? refusalOfCode(Number(ErrorCode)) : null;
  return { providerId: MessageSid, reference, status, ...(refusal === null ? {} : { refusal }) };
}
