// Twilio, outbound. Its Messages API honours no idempotency key: a bubble of unknown fate is looked up before it is
// repeated. Our reference rides on the status callback's URL, so a receipt settles a bubble whose answer was lost too.
import { z } from 'zod';
import { SendFailed } from './channel.ts';
import type { Channel, Search, SendRequest, SendResult } from './channel.ts';
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
const Listed = z.object({
  messages: z.array(z.object({ sid: z.string().min(1), body: z.string().nullable(), date_created: z.string() })),
});
/** Twilio's own codes for "too many at the moment"; all its other refusals are final. */
const BUSY = new Set([20429, 21611, 30001]);
/** The phone has said STOP to one of our senders; Twilio refuses it on every channel until it says START. */
export const OPTED_OUT = 21610;
/** Twilio's clock and ours may differ by so much. */
const SKEW_MS = 60_000;
const LISTED_MAX = 50;

export function twilioChannel(options: TwilioOptions): Channel {
  return {
    name: 'twilio',
    honoursReference: false,
    send: async (request) => accepted(await call(options, request, { method: 'POST', body: form(options, request) })),
    find: async (request, search) => {
      const since = new Date(search.sinceMs - SKEW_MS).toISOString().slice(0, 10);
      const query = new URLSearchParams({ To: request.to, 'DateSent>': since, PageSize: String(LISTED_MAX) });
      return found(await call(options, request, { method: 'GET' }, `?${query}`), request, search);
    },
  };
}

async function call(
  options: TwilioOptions,
  { signal }: SendRequest,
  init: Pick<RequestInit, 'method' | 'body'>,
  query = '',
): Promise<Response> {
  const base = (options.baseUrl ?? 'https://api.twilio.com').replace(/\/+$/, '');
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const credentials = Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64');
  try {
    return await fetch(`${base}/2010-04-01/Accounts/${options.accountSid}/Messages.json${query}`, {
      ...init,
      redirect: 'manual',
      headers: { authorization: `Basic ${credentials}` },
      signal: AbortSignal.any([signal, timeout]),
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

/** The newest of our messages with this text that no other bubble is known to be; null when there is none. */
async function found(
  response: Response,
  { text }: SendRequest,
  { sinceMs, known }: Search,
): Promise<SendResult | null> {
  const answer: unknown = await response.json().catch(() => null);
  const list = Listed.safeParse(answer);
  if (!response.ok || !list.success) throw new SendFailed('unknown', `http_${response.status}`);
  const earliestMs = sinceMs - SKEW_MS;
  const message = list.data.messages.find(
    ({ sid, body, date_created: at }) => body === text && !known.has(sid) && Date.parse(at) >= earliestMs,
  );
  return message ? { providerId: message.sid, status: 'sent' } : null;
}

function refused(status: number, answer: unknown): SendFailed {
  const { data } = Refused.safeParse(answer);
  if (!data) return new SendFailed(fateOfStatus(status), `http_${status}`);
  const fate = BUSY.has(data.code) ? 'later' : fateOfStatus(status);
  return new SendFailed(fate, `twilio_${data.code}`, data.code === OPTED_OUT);
}
