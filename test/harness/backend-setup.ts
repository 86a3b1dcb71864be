// What the projects `kernel-*` need beside Postgres: a Redis server, or a WebSocket proxy as Neon has one.
import type { TestProject } from 'vitest/node';
import { startNeonProxy } from './neon-proxy.ts';
import { startRedis } from './redis-server.ts';

declare module 'vitest' {
  // eslint-disable-next-line -- the name and kind of this declaration are vitest's
  interface ProvidedContext {
    /** What the kit's runtimes run on; without it, pg and BullMQ on Postgres. */
    backend?: 'redis' | 'neon';
    /** Where that is: Redis' URL, or the proxy's `host:port/path`. */
    backendAddress: string;
  }
}

/** Gives back how to stop it. */
export async function setup(project: TestProject): Promise<() => unknown> {
  if (project.config.provide.backend === 'redis') {
    const redis = await startRedis();
    project.provide('backendAddress', redis.url);
    return () => redis.kill();
  }
  const proxy = await startNeonProxy(project.getProvidedContext().serverUrl);
  project.provide('backendAddress', proxy.address);
  return () => proxy.close();
}
