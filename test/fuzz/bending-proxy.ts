// Stands between a client of ours and a fake provider, over real HTTP, and bends what the provider answers.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bentBody } from './bends.ts';
import type { Bend } from './bends.ts';

/** Headers that belong to one connection. */
const OWN = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'date',
]);

export class BendingProxy {
  /** What the next requests meet, counted from 0; null: all is passed on as it is. */
  #bend: Bend | null = null;
  #requests = 0;
  #url = '';
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch(() => response.destroy());
  });

  /** @param to the provider's own address */
  constructor(private readonly to: string) {}

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
    this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  bend(bend: Bend): void {
    this.#bend = bend;
    this.#requests = 0;
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = Object.entries(request.headers).flatMap(([name, value]): Array<[string, string]> =>
      OWN.has(name) || value === undefined ? [] : [[name, String(value)]],
    );
    const body = chunks.length === 0 ? null : Buffer.concat(chunks);
    const answer = await fetch(this.to + url, { method, headers, body, redirect: 'manual' });
    const text = await answer.text();
    const bend = this.#bend?.which === 'each' || this.#bend?.which === this.#requests ? this.#bend : null;
    this.#requests += 1;
    await answered(response, { status: answer.status, headers: [...answer.headers], text }, bend);
  }
}

type Answer = { status: number; headers: Array<[string, string]>; text: string };

async function answered(response: ServerResponse, { status, headers, text }: Answer, bend: Bend | null): Promise<void> {
  if (bend?.ends === 'never') return;
  const isStream = headers.some(([name, value]) => name === 'content-type' && value.startsWith('text/event-stream'));
  const kept = headers.filter(([name]) => !OWN.has(name) && name !== bend?.header?.[0]);
  response.writeHead(bend?.status ?? status, [...kept, ...(bend?.header ? [bend.header] : [])].flat());
  const body = bentBody(text, isStream, bend?.body ?? null);
  if (!bend || bend.ends === 'well') return void response.end(body);
  const sent = body.slice(0, Math.floor(body.length * bend.ends.cutAt));
  response.write(sent === '' ? ' ' : sent, () => response.destroy());
}
