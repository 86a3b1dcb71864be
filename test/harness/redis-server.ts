// A private Redis server on a free port, that keeps nothing on disk.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

const START_MAX_MS = 10_000;
const POLL_MS = 25;

/** A running server; `restart` comes back empty on the same port. */
export type RedisServer = { readonly url: string; restart: () => Promise<void>; kill: () => void };

/** Whether this machine has the program `redis-server`. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts one. Throws when it does not answer within ten seconds. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let server: ChildProcess | null = null;
  const start = async () => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', options, { stdio: 'ignore' });
    await untilItAnswers(port);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => void server?.kill('SIGKILL'),
    async restart() {
      const runs = server?.exitCode === null && server.signalCode === null;
      const gone = runs && server && once(server, 'exit'); // or it still holds the port
      server?.kill('SIGKILL');
      await gone;
      await start();
    },
  };
}

async function untilItAnswers(port: number): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => POLL_MS });
  client.on('error', () => undefined); // expected until the server listens
  const answer = await Promise.race([client.ping(), wait(START_MAX_MS, null)]);
  client.disconnect();
  if (answer !== 'PONG') throw new Error(`redis-server did not answer within ${START_MAX_MS / 1000} s`);
}
