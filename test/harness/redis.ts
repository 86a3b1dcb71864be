// A private Redis server for a test file, where this machine has the program.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasRedis, startRedis } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';

/**
 * A `describe` that needs Redis. Without the program `redis-server` it is skipped by name; with REQUIRE_ALL=1 it fails.
 * Read `url` inside hooks and tests.
 */
export function describeWithRedis(title: string, body: (redis: RedisServer) => void): void {
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

function useRedis(): RedisServer {
  let server = noRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.kill());
  return {
    get url() {
      return server.url;
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
  };
}

const noRedis: RedisServer = { url: 'redis://127.0.0.1:1', kill: () => undefined, restart: () => Promise.resolve() };
