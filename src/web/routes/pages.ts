// The pages that Vite built: files by name out of one folder, never a path outside of it. What carries a hash in its name is kept for a year.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';

const types = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  png: 'image/png',
} as const;

const ASSET = /^[\w-]+(?:\.[\w-]+)*\.(js|css|svg|woff2|png)$/;

export function pageRoutes({ config }: WebDeps) {
  const app = routes();
  app.get('/', (c) => c.redirect(config.simulator ? '/phone' : '/docs'));
  app.get('/phone', async (c) => {
    if (!config.simulator) throw new Problem('not-found', 'the phone simulator is off');
    const page = await readBuilt(config.consoleDir, 'phone/index.html');
    return c.body(page, 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  });
  // One page that finds its way by its own address; whether somebody is logged in is for the API to say.
  for (const path of ['/console', '/console/*'])
    app.get(path, async (c) => {
      const page = await readBuilt(config.consoleDir, 'staff/index.html');
      return c.body(page, 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    });
  app.get('/assets/:file', async (c) => {
    const file = c.req.param('file');
    const extension = ASSET.exec(file)?.[1];
    if (!isServed(extension)) throw new Problem('not-found', 'there is no such file');
    const content = await readBuilt(config.consoleDir, join('assets', file));
    const cache = 'public, max-age=31536000, immutable';
    return c.body(content, 200, { 'content-type': types[extension], 'cache-control': cache });
  });
  return app;
}

async function readBuilt(folder: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(join(folder, file)));
  } catch (cause) {
    throw new Problem('not-found', 'this build has no such file; run npm run build', { cause });
  }
}

function isServed(extension: string | undefined): extension is keyof typeof types {
  return extension !== undefined && Object.hasOwn(types, extension);
}
