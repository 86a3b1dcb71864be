// The network between the shop and a server: a TCP proxy that can cut what goes over it, or swallow it without a word.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

const GOES_WITHIN_MS = 100;

type State = 'open' | 'closed' | 'silent';

/** A way to one server; several processes go over it. */
export type Way = {
  readonly port: number;
  /** Where new connections lead from now on. */
  lead: (port: number) => void;
  /** Resets every connection; new ones are made at once. */
  cut: () => void;
  /** Resets every connection and refuses new ones until `open`. */
  close: () => void;
  /** Takes everything and answers nothing, as a firewall that forgot; what is caught in it never hears again. */
  silence: () => void;
  open: () => void;
  /** Ends the proxy. */
  stop: () => Promise<void>;
};

/** Starts on a free port of the loopback interface. @param target port of the server, on the same interface */
export async function startWay(target: number): Promise<Way> {
  let state: State = 'open';
  let port = target;
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (state === 'closed') return reset(near);
    const far = connect(port, '127.0.0.1').on('error', () => reset(near));
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    if (state === 'silent') swallow(pair);
    else near.pipe(far).pipe(near);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.on('close', end);
    far.on('close', () => (isSwallowed(pair) ? undefined : end()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the way has no port');

  function cut(): void {
    for (const [near, far] of pairs) {
      reset(near);
      reset(far);
    }
  }

  return {
    port: address.port,
    lead: (to) => void (port = to),
    cut,
    close() {
      state = 'closed';
      cut();
    },
    silence() {
      state = 'silent';
      pairs.forEach(swallow);
    },
    open: () => void (state = 'open'),
    async stop() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

// Node waits for what was written before it resets; what cannot leave must not hold the socket open.
function reset(socket: Socket): void {
  socket.resetAndDestroy();
  setTimeout(() => socket.destroy(), GOES_WITHIN_MS).unref();
}

const swallowed = new WeakSet<[Socket, Socket]>();

// Both ends stay open: neither hears that the other is gone.
function swallow(pair: [Socket, Socket]): void {
  swallowed.add(pair);
  for (const socket of pair)
    socket
      .unpipe()
      .removeAllListeners('data')
      .on('data', () => undefined)
      .resume();
}

function isSwallowed(pair: [Socket, Socket]): boolean {
  return swallowed.has(pair);
}
