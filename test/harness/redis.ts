// A private Redis server for a test file, where this machine has the program.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, test } from 'vitest';

const START_MAX_MS = 10_000;
const POLL_MS = 25;

/** A running server. Read `url` inside hooks and tests. */
export type TestRedis = { readonly url: string; restart: () => Promise<void>; kill: () => void };

/**
 * A `describe` that needs Redis. Without the program `redis-server` it is skipped by name; with REQUIRE_ALL=1 it fails.
 */
export function describeWithRedis(title: string, body: (redis: TestRedis) => void): void {
  if (hasRedis()) {
    describe(title, () => body(useRedis()));
  } else if (process.env['REQUIRE_ALL'] === '1') {
    test(title, () => {
      throw new Error('REQUIRE_ALL=1 and there is no redis-server here: install it');
    });
  } else {
    describe.skip(`${title} (skipped: there is no redis-server here)`, () => body(noRedis));
  }
}

function useRedis(): TestRedis {
  let server: ChildProcess | null = null;
  let port = 0;
  const startServer = async () => {
    server = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      { stdio: 'ignore' },
    );
    await untilItAnswers(port);
  };
  beforeAll(async () => {
    port = await freePort();
    await startServer();
  });
  afterAll(() => void server?.kill('SIGKILL'));
  return {
    get url() {
      return `redis://127.0.0.1:${port}`;
    },
    kill: () => void server?.kill('SIGKILL'),
    restart: async () => {
      server?.kill('SIGKILL');
      await startServer();
    },
  };
}

const noRedis: TestRedis = { url: 'redis://127.0.0.1:1', kill: () => undefined, restart: () => Promise.resolve() };

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function untilItAnswers(port: number): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => POLL_MS });
  client.on('error', () => undefined); // expected until the server listens
  const answer = await Promise.race([client.ping(), wait(START_MAX_MS, null)]);
  client.disconnect();
  if (answer !== 'PONG') throw new Error(`redis-server did not answer within ${START_MAX_MS / 1000} s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no free port')) : resolve(address.port),
      );
    });
  });
}
