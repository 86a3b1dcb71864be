// A Smobi that answers like the real one, on a real port: keys, references honoured, and faults to switch on.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** What a phone got, once for each reference. */
export type SmobiMessage = {
  from: string;
  to: string;
  message: string;
  message_type: string;
  reference: string;
  suggestions?: string[];
};

/**
 * `lost_answer`: takes the message and cuts the connection. `hang`: never answers and takes nothing.
 * `html`: takes it and answers 200 with a page. A number: that status, and nothing is taken.
 */
export type SmobiFault = 'lost_answer' | 'hang' | 'html' | number;

const Body = z.strictObject({
  from: z.string().regex(/^\+\d+$/),
  to: z.string().regex(/^\+\d+$/),
  message: z.string().min(1).max(1600),
  message_type: z.enum(['sms', 'rcs']),
  reference: z.string().min(1).max(64),
  suggestions: z.array(z.string()).optional(),
});

export class FakeSmobi {
  key = 'smobi-test-key';
  /** Messages that phones got, in order. */
  readonly delivered: SmobiMessage[] = [];
  /** Requests in all, refused and repeated ones included. */
  requests = 0;
  /** The next requests meet these, one each; then all is well again. */
  faults: SmobiFault[] = [];
  /** While set, every request meets it. */
  isDown: SmobiFault | null = null;
  /** Called with each message that a phone gets. */
  onDelivered: (message: SmobiMessage) => void = () => undefined;
  #url = '';
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the fake Smobi has no port');
    this.#url = `http://127.0.0.1:${address.port}/v1`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const text = await bodyOf(request);
    const fault = this.isDown ?? this.faults.shift();
    if (fault === 'hang') return;
    if (typeof fault === 'number') return reply(response, fault, { error: 'as told' });
    if (request.method !== 'POST' || request.url !== '/v1/messages')
      return reply(response, 404, { error: 'no such path' });
    if (request.headers.authorization !== `Bearer ${this.key}`) return reply(response, 401, { error: 'bad key' });
    const body = Body.safeParse(JSON.parse(text));
    if (!body.success) return reply(response, 400, { error: 'bad body' });
    const id = this.#take(withoutUndefined(body.data));
    if (fault === 'lost_answer') return void request.socket.destroy();
    if (fault === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>ok</p>');
    reply(response, 202, { message_id: id });
  }

  #take(message: SmobiMessage): string {
    const known = this.delivered.findIndex(({ reference }) => reference === message.reference);
    if (known >= 0) return `smobi-${known + 1}`;
    const id = `smobi-${this.delivered.push(message)}`;
    this.onDelivered(message);
    return id;
  }
}

function withoutUndefined({ suggestions, ...message }: z.infer<typeof Body>): SmobiMessage {
  return suggestions === undefined ? message : { ...message, suggestions };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
