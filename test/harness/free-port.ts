// A port that nothing listens on, for a server whose address must be known before it starts.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Of the loopback interface. Somebody else may take it in the meantime; hardly anybody does. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('the system gave no port');
  return address.port;
}
