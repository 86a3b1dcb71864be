// A port that nothing listens on, for a server whose address must be known before it starts, or stays the same over restarts.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out to clients and to servers that ask for any: none of those comes upon it meanwhile. */
const RANGE = { from: 20_000, to: 32_000 };
const TRIES_MAX = 20;

/** Of the loopback interface. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`${TRIES_MAX} ports between ${RANGE.from} and ${RANGE.to} are all taken`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
