// A Twilio that answers like the real one, on a real port: no idempotency, a list of what was sent, opted-out phones, faults.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a phone got; the same text twice is twice. */
export type TwilioMessage = {
  sid: string;
  to: string;
  from: string;
  body: string;
  statusCallback: string | null;
  /** Types of the content that it was sent as, such as `twilio/card`. */
  content?: unknown;
};

/**
 * `lost_answer`: takes the message and cuts the connection. `lost_request`: takes nothing and cuts it.
 * A number: that status, and nothing is taken. A code: refused with it.
 */
export type TwilioFault = 'lost_answer' | 'lost_request' | number | { code: number };

export class FakeTwilio {
  readonly accountSid = 'AC0123456789';
  authToken = 'a-twilio-token';
  /** Messages that phones got, in order. */
  readonly delivered: TwilioMessage[] = [];
  /** Phones that said STOP to Twilio. */
  readonly optedOut = new Set<string>();
  /** The next posts meet these, one each; then all is well again. */
  faults: TwilioFault[] = [];
  /** Contents that were made, by sid. */
  readonly contents = new Map<string, Record<string, unknown>>();
  /** No content can be made. */
  contentsFail = false;
  account: 'active' | 'suspended' = 'active';
  /** The account's numbers, and where texts to them go. */
  readonly numbers = new Map<string, { sms_url: string; capabilities: { sms: boolean } }>();
  /** The account's messaging services by sid. */
  readonly services = new Map<string, { inbound_request_url: string | null; use_inbound_webhook_on_number: boolean }>();
  /** How often it was asked what was sent. */
  lookUps = 0;
  /** When each was taken, by sid. */
  readonly #takenAt = new Map<string, Date>();
  #url = '';
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the fake Twilio has no port');
    this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A webhook's headers and body, signed for the address that Twilio was told to call. */
  webhook(url: string, fields: Record<string, string>): RequestInit {
    return webhook(this.authToken, url, fields);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#url);
    const text = await bodyOf(request);
    const key = Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64');
    if (request.headers.authorization !== `Basic ${key}`) return reply(response, 401, { code: 20003 });
    if (url.pathname === '/v1/Content' && request.method === 'POST') return this.#makeContent(text, response);
    if (url.pathname !== `/2010-04-01/Accounts/${this.accountSid}/Messages.json`) return this.#show(url, response);
    if (request.method === 'GET') return this.#list(url.searchParams, response);
    const fault = this.faults.shift();
    if (fault === 'lost_request') return void request.socket.destroy();
    if (typeof fault === 'number') return reply(response, fault, { code: fault });
    if (typeof fault === 'object') return reply(response, 400, fault);
    this.#take(new URLSearchParams(text), fault, request, response);
  }

  #take(
    form: URLSearchParams,
    fault: TwilioFault | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const to = form.get('To') ?? '';
    if (this.optedOut.has(to))
      return reply(response, 400, { code: 21610, message: 'Attempt to send to unsubscribed recipient' });
    const sid = `SM${String(this.delivered.length + 1).padStart(4, '0')}`;
    const from = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
    const content = this.contents.get(form.get('ContentSid') ?? '');
    const variables: Record<string, string> = JSON.parse(form.get('ContentVariables') ?? '{}');
    const body = form.get('Body') ?? variables['1'] ?? '';
    const statusCallback = form.get('StatusCallback');
    this.#takenAt.set(sid, new Date());
    this.delivered.push({ sid, to, from, body, statusCallback, ...(content && { content }) });
    if (fault === 'lost_answer') return void request.socket.destroy();
    reply(response, 201, { sid, status: 'queued', num_segments: '1', error_code: null });
  }

  /** What there is to read of the account. */
  #show({ pathname, searchParams }: URL, response: ServerResponse): void {
    const account = `/2010-04-01/Accounts/${this.accountSid}`;
    const number = this.numbers.get(searchParams.get('PhoneNumber') ?? '');
    const service = this.services.get(/^\/v1\/Services\/(\w+)$/.exec(pathname)?.[1] ?? '');
    if (pathname === `${account}.json`) return reply(response, 200, { sid: this.accountSid, status: this.account });
    if (pathname === `${account}/IncomingPhoneNumbers.json`)
      return reply(response, 200, { incoming_phone_numbers: number ? [number] : [] });
    if (service) return reply(response, 200, service);
    reply(response, 404, { code: 20404 });
  }

  #makeContent(text: string, response: ServerResponse): void {
    if (this.contentsFail) return reply(response, 500, { code: 20500 });
    const { language, types } = JSON.parse(text);
    if (typeof language !== 'string' || typeof types !== 'object') return reply(response, 400, { code: 20001 });
    const sid = `HX${String(this.contents.size + 1).padStart(32, '0')}`;
    this.contents.set(sid, types);
    reply(response, 201, { sid });
  }

  /** Newest first, as Twilio lists. */
  #list(query: URLSearchParams, response: ServerResponse): void {
    this.lookUps += 1;
    const listed = this.delivered.filter(({ to }) => to === query.get('To')).reverse();
    const at = (sid: string) => this.#takenAt.get(sid)?.toUTCString();
    reply(response, 200, {
      messages: listed.map(({ sid, to, body }) => ({
        sid,
        to,
        body,
        date_created: at(sid),
        direction: 'outbound-api',
      })),
    });
  }
}

/** A form as Twilio posts it, with its signature. */
export function webhook(authToken: string, url: string, fields: Record<string, string>): RequestInit {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + fields[name], url);
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': createHmac('sha1', authToken).update(signed, 'utf8').digest('base64'),
    },
    body: new URLSearchParams(fields).toString(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
