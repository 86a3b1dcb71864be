// What stands before Postgres at Neon, for tests: a WebSocket server that passes each connection on to one TCP connection.
import { connect } from 'node:net';
import { WebSocketServer } from 'ws';

/** `address` is `host:port/path`, as `wsProxy` of openDatabase takes it. */
export type NeonProxy = { readonly address: string; close: () => Promise<void> };

/** Passes on to the server of a `postgres://` URL. */
export async function startNeonProxy(databaseUrl: string): Promise<NeonProxy> {
  const { hostname, port } = new URL(databaseUrl);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((listening) => server.once('listening', listening));
  server.on('connection', (socket) => {
    const upstream = connect(Number(port || 5432), hostname);
    socket.on('message', (data: Buffer) => void upstream.write(data));
    upstream.on('data', (data) => socket.send(data));
    for (const end of ['close', 'error']) {
      socket.on(end, () => upstream.destroy());
      upstream.on(end, () => socket.close());
    }
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    address: `127.0.0.1:${address.port}/v1`,
    close: () =>
      new Promise((closed) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => closed());
      }),
  };
}
