// The app on a port: bounded waits for slow clients, and a close that lets running requests finish.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

export type Listening = {
  /** The port that was really taken; useful when 0 was asked for. */
  port: number;
  /** Stops taking requests; what still runs after `graceMs` is cut off. */
  close(graceMs?: number): Promise<void>;
};

type Served = { fetch: (request: Request, env: object) => Response | Promise<Response> };
/** How long a client may take for its headers and for all of its request, and how often that is looked at (ms). */
export type Waits = { headersMs: number; requestMs: number; checkMs: number };
/** Connections that may wait to be accepted; the kernel has a bound of its own. Over it they are reset, and hear no 503. */
const BACKLOG = 4_096;
/** Longer than proxies keep a connection (a minute, most of them): whoever shuts it first must not be us, in the middle of their request. */
const IDLE_MS = 75_000;
const WAITS: Waits = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000 };

/** Rejects with Node's error when the port is taken or not ours. With IPv6 off, `::` falls back to `0.0.0.0`. */
export async function listen(
  app: Served,
  { host, port }: { host: string; port: number },
  waits: Waits = WAITS,
): Promise<Listening> {
  try {
    return await listenOn(app, host, port, waits);
  } catch (error) {
    if (host !== '::' || !isWithoutIpv6(error)) throw error;
    return listenOn(app, '0.0.0.0', port, waits);
  }
}

async function listenOn(app: Served, host: string, port: number, waits: Waits): Promise<Listening> {
  const options = {
    headersTimeout: waits.headersMs,
    requestTimeout: waits.requestMs,
    connectionsCheckingInterval: waits.checkMs,
    keepAliveTimeout: IDLE_MS,
  };
  const server = createServer(
    options,
    getRequestListener((request, env) => app.fetch(request, env)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const address = server.address();
  return {
    port: isAddress(address) ? address.port : port,
    close: (graceMs = 10_000) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function isWithoutIpv6(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL');
}
