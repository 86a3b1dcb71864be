// The real server before a shop in memory, on a port of its own; closed after each test.
import { afterEach } from 'vitest';
import { createApp } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import type { Shop } from './shop.ts';

const open = new Set<() => Promise<void>>();
afterEach(async () => {
  await Promise.all([...open].map((close) => close()));
  open.clear();
});

/** The real server, on a free port; closed after the test. */
export async function serve(shop: Shop): Promise<{ url: string; call: Call }> {
  const { port, close } = await listen(createApp(shop.deps), { host: '127.0.0.1', port: 0 });
  open.add(() => close(0));
  const url = `http://127.0.0.1:${port}`;
  return { url, call: (path, init) => fetch(url + path, { redirect: 'manual', ...init }) };
}
export type Call = (path: string, init?: RequestInit) => Promise<Response>;
