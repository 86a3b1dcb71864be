// What the local servers of book sources share: a port, faults to switch on, and what was asked of them.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * `slow`: never answers. `cut`: cuts the connection. `malformed`: 200 with no JSON. `strange`: 200 with other JSON than
 * was agreed. A number: that status; 429 says to wait 30 s. An address: sends on to it, as it was asked. `says`: 200 with this, whatever
 * was asked.
 */
export type BookFault = 'slow' | 'cut' | 'malformed' | 'strange' | number | { sendsTo: string } | { says: unknown };

export type Asked = { method: string; path: string; headers: IncomingMessage['headers']; body: string };
export type Answered = { status: number; body: unknown };

export class BookService {
  /** Every request that arrived. */
  readonly asked: Asked[] = [];
  /** The next requests meet these, one each; then all is well again. */
  faults: BookFault[] = [];
  /** While set, every request meets it. */
  isDown: BookFault | null = null;
  #url = '';
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(private readonly answer: (asked: Asked) => Answered) {}

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the fake book source has no port');
    this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const asked = { method, path, headers, body: await bodyOf(request) };
    this.asked.push(asked);
    const fault = this.isDown ?? this.faults.shift();
    if (fault === 'slow') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'malformed') return void response.writeHead(200).end('<p>be right back</p>');
    if (fault === 'strange') return reply(response, { status: 200, body: { data: 7 } });
    if (typeof fault === 'number') return reply(response, { status: fault, body: { error: 'as told' } });
    if (typeof fault === 'object' && 'says' in fault) return reply(response, { status: 200, body: fault.says });
    if (typeof fault === 'object') return void response.writeHead(307, { location: fault.sendsTo }).end();
    reply(response, this.answer(asked));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

function reply(response: ServerResponse, { status, body }: Answered): void {
  const wait: Record<string, string> = status === 429 ? { 'retry-after': '30' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...wait }).end(JSON.stringify(body));
}
