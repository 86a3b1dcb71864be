// A server of the inside that nobody has a reason to ask. Whoever does is written down.
import { once } from 'node:events';
import { createServer } from 'node:http';

export class Canary {
  /** Every request that arrived, as "GET /cover.jpg". */
  readonly asked: string[] = [];
  #url = '';
  readonly #server = createServer((request, response) => {
    this.asked.push(`${request.method} ${request.url}`);
    response.end('{}');
  });

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the canary has no port');
    this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }
}
