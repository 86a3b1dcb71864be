// What ALLOW_DEMO promises: whichever page somebody opens, it says that it is a demo; a real shop says it nowhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/web/app.ts';
import { goRoutes } from '../../src/web/routes/go.ts';
import { openShop } from './shop.ts';

const consoleDir = mkdtempSync(join(tmpdir(), 'marty-demo-'));
beforeAll(() => {
  for (const name of ['phone', 'staff']) {
    mkdirSync(join(consoleDir, name));
    writeFileSync(
      join(consoleDir, name, 'index.html'),
      '<!doctype html><html lang="en"><head><title>Marty</title></head><body class="x"><main></main></body></html>',
    );
  }
});
afterAll(() => rmSync(consoleDir, { recursive: true }));

function shopThat(isDemo: boolean) {
  const { deps } = openShop({ mounts: [goRoutes(() => Promise.resolve(null))] });
  return createApp({ ...deps, config: { ...deps.config, isDemo, consoleDir } });
}

const PAGES = ['/phone', '/console', '/console/login', '/docs', '/go/lost'];

describe('a demo', () => {
  test.each(PAGES)('says so on %s, to the eye and in its title', async (path) => {
    const page = await (await shopThat(true).request(path)).text();
    expect(page).toMatch(/<body[^>]*><p class="demo-mark" role="note"><strong>DEMO<\/strong>/);
    expect(page).toContain('<title>DEMO · ');
    expect(page).toContain('<link rel="stylesheet" href="/demo.css" /></head>');
  });

  test('brings the style of its mark along, from its own origin', async () => {
    const sheet = await shopThat(true).request('/demo.css');
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });

  test('leaves what is no page as it is', async () => {
    expect(await (await shopThat(true).request('/openapi.json')).text()).toBe(
      await (await shopThat(false).request('/openapi.json')).text(),
    );
  });
});

test.each(PAGES)('a real shop does not call itself a demo on %s', async (path) => {
  const page = await (await shopThat(false).request(path)).text();
  expect(page).toContain('<body');
  expect(page).not.toMatch(/demo/i);
});
