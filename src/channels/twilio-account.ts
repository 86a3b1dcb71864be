// What Twilio says of an account and its sender: read by whoever sets a shop up, sends nothing.
import { z } from 'zod';

/** `baseUrl` null is Twilio's own. */
export type TwilioAccountOptions = { accountSid: string; authToken: string; baseUrl: string | null };

/** What Twilio answered; `status` is HTTP's, `answer` null where it is not what was agreed. */
export type TwilioAnswer<Answer> = { status: number; answer: Answer | null };

const Account = z.object({ status: z.enum(['active', 'suspended', 'closed']) });
const Numbers = z.object({
  incoming_phone_numbers: z.array(
    z.object({ sms_url: z.string().nullish(), capabilities: z.looseObject({ sms: z.boolean().nullish() }).nullish() }),
  ),
});
const Service = z.object({
  inbound_request_url: z.string().nullish(),
  use_inbound_webhook_on_number: z.boolean().nullish(),
});

/** Rejects where nobody answers. */
export function readAccount(options: TwilioAccountOptions, signal: AbortSignal) {
  return ask(Account, options, 'https://api.twilio.com', accountPath(options, '.json'), signal);
}

/** @param phone E.164; the list is empty where the account has no such number */
export function readNumber(options: TwilioAccountOptions, phone: string, signal: AbortSignal) {
  const path = accountPath(options, `/IncomingPhoneNumbers.json?${new URLSearchParams({ PhoneNumber: phone })}`);
  return ask(Numbers, options, 'https://api.twilio.com', path, signal);
}

export function readService(options: TwilioAccountOptions, serviceSid: string, signal: AbortSignal) {
  return ask(
    Service,
    options,
    'https://messaging.twilio.com',
    `/v1/Services/${encodeURIComponent(serviceSid)}`,
    signal,
  );
}

function accountPath({ accountSid }: TwilioAccountOptions, rest: string): string {
  return `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}${rest}`;
}

async function ask<Answer>(
  schema: z.ZodType<Answer>,
  { accountSid, authToken, baseUrl }: TwilioAccountOptions,
  host: string,
  path: string,
  signal: AbortSignal,
): Promise<TwilioAnswer<Answer>> {
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  const response = await fetch((baseUrl ?? host).replace(/\/+$/, '') + path, {
    redirect: 'manual',
    headers: { authorization: `Basic ${credentials}` },
    signal,
  });
  const read = schema.safeParse(await response.json().catch(() => null));
  return { status: response.status, answer: response.ok && read.success ? read.data : null };
}
