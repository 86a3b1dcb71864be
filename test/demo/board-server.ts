// Serves the switchboard's page and what it asks for. On the loopback interface: whoever reaches it may break things.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { projectRoot } from '../../src/cli/project-root.ts';
import { CHAOS } from '../../src/console/board/wire.ts';
import { listen } from '../../src/web/listen.ts';
import type { Demo } from './demo.ts';

const BUILT = join(projectRoot, 'dist', 'console');
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** @returns the port that was taken, and how to leave it */
export async function serveBoard(
  demo: Demo,
  port: number,
): Promise<{ port: number; close: (graceMs: number) => Promise<void> }> {
  const app = new Hono();
  app.get('/', async (c) => c.html(await readFile(join(BUILT, 'board', 'index.html'), 'utf8')));
  app.get('/assets/:file{[\\w.-]+}', async (c) => {
    const file = c.req.param('file');
    const content = await readFile(join(BUILT, 'assets', file)).catch(() => null);
    const type = TYPES[file.split('.').at(-1) ?? ''];
    if (content === null || type === undefined) return c.notFound();
    return c.body(new Uint8Array(content), 200, { 'content-type': type });
  });
  app.get('/api/board', (c) => c.json(demo.board()));
  app.get('/console', async (c) => c.redirect(await demo.consoleUrl()));
  // Another site's page cannot make a browser send this header without asking first.
  app.use('/api/*', async (c, next) =>
    c.req.method === 'POST' && c.req.header('x-demo') !== 'yes' ? c.json({ done: false }, 403) : next(),
  );
  app.post('/api/kill/:name', (c) => {
    const done = demo.kill(c.req.param('name'));
    return c.json({ done }, done ? 200 : 404);
  });
  app.post('/api/chaos/:name', async (c) => {
    const name = CHAOS.find((one) => one === c.req.param('name'));
    const done = name !== undefined && (await demo.press(name));
    return c.json({ done }, done ? 200 : 404);
  });
  return listen(app, { host: '127.0.0.1', port });
}
