// Twilio, outbound. Its Messages API honours no idempotency key: a bubble of unknown fate is looked up before it is
// repeated. Our reference rides on the status callback's URL, so a receipt settles a bubble whose answer was lost too.
// What only a phone with RCS shows is an ornament: where it cannot be made the words leave without it.
import { z } from 'zod';
import { SendFailed } from './channel.ts';
import type { Channel, Refusal, Search, SendRequest, SendResult } from './channel.ts';
import { fateOfStatus, notAnswered } from './http-failure.ts';
import { carouselOf, contentOf } from './twilio-content.ts';
import type { Content } from './twilio-content.ts';

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
/**
 * Twilio's codes for what a carrier has against a message. 21610: the phone has said STOP to one of our senders, and
 * Twilio refuses it on every channel until it says START; 30007: filtered; 30006 and 21614: no phone that takes texts.
 */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map([
  [21610, 'opted_out'],
  [30007, 'filtered'],
  [30006, 'landline'],
  [21614, 'landline'],
]);

/** What Twilio's error code says of the carrier; null where it says something else. */
export function refusalOfCode(code: number): Refusal | null {
  return REFUSALS.get(code) ?? null;
}

/** Twilio's clock and ours may differ by so much. */
const SKEW_MS = 60_000;
const LISTED_MAX = 50;
/** How many contents are remembered; made anew beyond that. */
const CONTENTS_MAX = 500;

export function twilioChannel(options: TwilioOptions): Channel {
  const contentSid = contents(options);
  // The words have left: whatever becomes of the row of cards, they are not sent again.
  const sendRow = async (request: SendRequest) => {
    const row = carouselOf(request);
    const sid = row && (await contentSid(row, request));
    if (sid === null) return;
    const body = form({ ...options, statusCallback: null }, request, sid, {});
    await call(options, request, { method: 'POST', body })
      .then(drain)
      .catch(() => undefined);
  };
  return {
    name: 'twilio',
    honoursReference: false,
    send: async (request) => {
      const content = request.rich ? contentOf(request) : null;
      const words = form(options, request, content && (await contentSid(content, request)), { '1': request.text });
      const sent = await accepted(await call(options, request, { method: 'POST', body: words }));
      if (request.rich) await sendRow(request);
      return sent;
    },
    find: async (request, search) => {
      const since = new Date(search.sinceMs - SKEW_MS).toISOString().slice(0, 10);
      const query = new URLSearchParams({ To: request.to, 'DateSent>': since, PageSize: String(LISTED_MAX) });
      return found(await call(options, request, { method: 'GET' }, `?${query}`), request, search);
    },
  };
}

type Init = Pick<RequestInit, 'method' | 'body'>;

function call(options: TwilioOptions, request: SendRequest, init: Init, query = ''): Promise<Response> {
  const base = (options.baseUrl ?? 'https://api.twilio.com').replace(/\/+$/, '');
  return ask(options, request, init, `${base}/2010-04-01/Accounts/${options.accountSid}/Messages.json${query}`);
}

async function ask(
  options: TwilioOptions,
  { signal }: SendRequest,
  init: Init & { headers?: Record<string, string> },
  url: string,
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const credentials = Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64');
  try {
    return await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, authorization: `Basic ${credentials}` },
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    throw notAnswered(error, timeout.aborted);
  }
}

/** Makes contents as they are needed and remembers their sids: they differ by their buttons and covers, not by their words. */
function contents(options: TwilioOptions) {
  const known = new Map<string, string>();
  return async (content: Content, request: SendRequest): Promise<string | null> => {
    const key = JSON.stringify(content);
    const sid = known.get(key) ?? (await makeContent(options, content, request).catch(() => null));
    if (known.size >= CONTENTS_MAX) known.clear();
    if (sid !== null) known.set(key, sid);
    return sid;
  };
}

async function makeContent(options: TwilioOptions, types: Content, request: SendRequest): Promise<string | null> {
  const base = (options.baseUrl ?? 'https://content.twilio.com').replace(/\/+$/, '');
  const body = JSON.stringify({ friendly_name: 'marty', language: 'en', variables: { '1': 'a book' }, types });
  const headers = { 'content-type': 'application/json' };
  const response = await ask(options, request, { method: 'POST', body, headers }, `${base}/v1/Content`);
  const answer = Accepted.safeParse(await response.json().catch(() => null));
  return response.ok && answer.success ? answer.data.sid : null;
}

async function drain(response: Response): Promise<void> {
  await response.body?.cancel();
}

/** @param contentSid what the words are sent as; null: as a plain text */
function form(
  { sender, statusCallback }: TwilioOptions,
  { from, to, text, reference }: SendRequest,
  contentSid: string | null,
  variables: Record<string, string>,
): URLSearchParams {
  const body = new URLSearchParams({ To: to });
  if (contentSid === null) body.set('Body', text);
  else body.set('ContentSid', contentSid);
  if (contentSid !== null) body.set('ContentVariables', JSON.stringify(variables));
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
  { sinceMs, untilMs = Infinity, known }: Search,
): Promise<SendResult | null> {
  const answer: unknown = await response.json().catch(() => null);
  const list = Listed.safeParse(answer);
  if (!response.ok || !list.success) throw new SendFailed('unknown', `http_${response.status}`);
  const isThen = (atMs: number) => atMs >= sinceMs - SKEW_MS && atMs <= untilMs + SKEW_MS;
  const message = list.data.messages.find(
    ({ sid, body, date_created: at }) => body === text && !known.has(sid) && isThen(Date.parse(at)),
  );
  return message ? { providerId: message.sid, status: 'sent' } : null;
}

function refused(status: number, answer: unknown): SendFailed {
  const { data } = Refused.safeParse(answer);
  if (!data) return new SendFailed(fateOfStatus(status), `http_${status}`);
  const fate = BUSY.has(data.code) ? 'later' : fateOfStatus(status);
  return new SendFailed(fate, `twilio_${data.code}`, refusalOfCode(data.code));
}
