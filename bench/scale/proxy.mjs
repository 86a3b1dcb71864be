// A way to a server that is so many milliseconds long: `node proxy.mjs PORT MS` prints its own port, and holds back what is sent there.
// A process of its own, so that its time is nobody else's.
import { connect, createServer } from 'node:net';

const [target, delayMs] = process.argv.slice(2).map(Number);

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: target ?? 0, host: '127.0.0.1', noDelay: true });
  near.on('data', (data) => setTimeout(() => far.write(data), delayMs)); // timers of one length go off in order
  far.on('data', (data) => near.write(data));
  for (const [one, other] of [
    [near, far],
    [far, near],
  ]) {
    one?.on('error', () => other?.destroy());
    one?.on('close', () => other?.destroy());
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(address === null || typeof address === 'string' ? '' : address.port);
});
