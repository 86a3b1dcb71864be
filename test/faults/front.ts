// What stands before the web processes of a shop: one address that asks the next process where one does not answer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a process may take before the next one is asked (ms). */
const PATIENCE_MS = 3_000;
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'content-encoding']);

export type Front = { readonly url: string; close: () => Promise<void> };

/** @param backends addresses of the web processes as they stand now */
export async function startFront(port: number, backends: () => readonly string[]): Promise<Front> {
  let turn = 0;
  const server = createServer((request, response) => {
    const all = backends();
    const first = turn++ % Math.max(1, all.length);
    void pass(request, response, [...all.slice(first), ...all.slice(0, first)]);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(incoming: IncomingMessage, response: ServerResponse, backends: readonly string[]): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const body = await bodyOf(incoming);
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): Array<[string, string]> =>
    typeof value === 'string' && !HOP.has(name) ? [[name, value]] : [],
  );
  for (const backend of backends) {
    const init = { method, headers, redirect: 'manual' as const, signal: AbortSignal.timeout(PATIENCE_MS) };
    try {
      const answer = await fetch(backend + url, body.length > 0 ? { ...init, body } : init);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const kept = [...answer.headers].filter(([name]) => !HOP.has(name));
      return void response.writeHead(answer.status, Object.fromEntries(kept)).end(bytes);
    } catch {
      continue; // it is gone, frozen or starting
    }
  }
  response.writeHead(502).end();
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Uint8Array.from(Buffer.concat(chunks));
}
