// Twilio, outbound. Its Messages API honours no idempotency key: a bubble of unknown fate is never sent again. Our
// reference rides on the status callback's URL instead, so a receipt still settles a bubble whose answer was lost.
import { z } from 'zod';
import { SendFailed } from './channel.ts';
import type { Channel, SendRequest, SendResult } from './channel.ts';
import { fateOfStatus, notAnswered } from './http-failure.ts';

export type TwilioOptions = {
  accountSid: string;
  authToken: string;
  /** A number in E.164, or a messaging service, which chooses RCS or SMS itself. */
  sender: { from: string } | { messagingServiceSid: string };
  /** `TWILIO_BASE_URL`; default `https://api.twilio.com`. */
  baseUrl?: string;
  /** Where Twilio posts receipts, such as `https://…/webhook/twilio/status`; null asks for none. */
  statusCallback: string | null;
  /** Default 10,000. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const Accepted = z.object({ sid: z.string().min(1) });
const Refused = z.object({ code: z.number().int() });
/** Twilio's own codes for "too many at the moment"; all its other refusals are final. */
const BUSY = new Set([20429, 21611, 30001]);

export function twilioChannel(options: TwilioOptions): Channel {
  return {
    name: 'twilio',
    honoursReference: false,
    send: async (request) => accepted(await post(options, request)),
  };
}

async function post(options: TwilioOptions, request: SendRequest): Promise<Response> {
  const base = (options.baseUrl ?? 'https://api.twilio.com').replace(/\/+$/, '');
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const credentials = Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64');
  try {
    return await fetch(`${base}/2010-04-01/Accounts/${options.accountSid}/Messages.json`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Basic ${credentials}` },
      body: form(options, request),
      signal: AbortSignal.any([request.signal, timeout]),
    });
  } catch (error) {
    throw notAnswered(error, timeout.aborted);
  }
}

function form({ sender, statusCallback }: TwilioOptions, { from, to, text, reference }: SendRequest): URLSearchParams {
  const body = new URLSearchParams({ To: to, Body: text });
  if ('messagingServiceSid' in sender) body.set('MessagingServiceSid', sender.messagingServiceSid);
  else body.set('From', from ?? sender.from);
  if (statusCallback) body.set('StatusCallback', `${statusCallback}?reference=${encodeURIComponent(reference)}`);
  return body;
}

async function accepted(response: Response): Promise<SendResult> {
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refused(response.status, answer);
  const body = Accepted.safeParse(answer);
  if (!body.success) throw new SendFailed('unknown', 'unreadable_answer');
  return { providerId: body.data.sid, status: 'sent' };
}

function refused(status: number, answer: unknown): SendFailed {
  const { data } = Refused.safeParse(answer);
  if (!data) return new SendFailed(fateOfStatus(status), `http_${status}`);
  return new SendFailed(BUSY.has(data.code) ? 'later' : fateOfStatus(status), `twilio_${data.code}`);
}
