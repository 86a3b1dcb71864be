// Every page of the console in light, dark and phone width: nothing serious for a screen reader, nothing wider than the display.
// With PICTURES=<folder> what a person sees is kept there; `PICTURES=docs/images` renews those that the documents show, and no others.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { useShop } from '../shop/kit.ts';
import { launch, openPage } from './browser.ts';
import { makeBusy } from './busy-shop.ts';
import type { BusyShop } from './busy-shop.ts';
import { logIn } from './staff-page.ts';

const looks: Array<[name: string, options: BrowserContextOptions]> = [
  ['light', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
  [
    'phone',
    {
      viewport: { width: 390, height: 780 },
      colorScheme: 'light',
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
    },
  ],
];
const folder = process.env['PICTURES'];

const shop = useShop('quick', false);
let browser: Browser;
let axe: string;
let busy: BusyShop;
beforeAll(async () => {
  await ensureBuilt();
  [browser, axe] = await Promise.all([launch(), readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8')]);
  busy = await makeBusy(shop());
}, 180_000);
afterAll(() => browser?.close());

type Visit = { name: string; go: (page: Page) => Promise<void> };
const visits: Visit[] = [
  { name: 'inbox', go: async (page) => open(page, '/console/inbox?filter=all', page.locator('.inbox-row').first()) },
  {
    name: 'conversation',
    go: async (page) => open(page, await addressOf('stuck'), page.locator('.chart-state').first()),
  },
  {
    name: 'time-travel',
    go: async (page) => {
      await open(page, await addressOf('stuck'), page.locator('.chart-state').first());
      const view = page.getByRole('button', { name: 'Statechart' });
      if (await view.isVisible()) await view.click(); // on a phone it is a view of its own
      await page.getByRole('slider', { name: 'Turn' }).fill('3');
      await page.getByText(/^This is how it stood/).waitFor({ state: 'attached' });
    },
  },
  {
    name: 'order',
    go: async (page) => {
      const { id } = await shop().order(busy.buyer);
      await open(page, `/console/orders/${id}`, page.locator('.chart-state').first());
    },
  },
  { name: 'orders', go: async (page) => open(page, '/console/orders', page.locator('.order-card').first()) },
  { name: 'pick-list', go: async (page) => open(page, '/console/orders/pick-list', page.locator('table')) },
  { name: 'stock', go: async (page) => open(page, '/console/stock', page.locator('.book-row').first()) },
  { name: 'machines', go: async (page) => open(page, '/console/machines', page.locator('.card').first()) },
  {
    name: 'machine',
    go: async (page) => open(page, '/console/machines/customer', page.locator('.chart-count').first()),
  },
  { name: 'trouble', go: async (page) => open(page, '/console/trouble', page.locator('.trouble-row').first()) },
  { name: 'numbers', go: async (page) => open(page, '/console/numbers', page.locator('.plot').first()) },
  { name: 'audit', go: async (page) => open(page, '/console/audit', page.locator('.audit-row').first()) },
];

async function open(page: Page, path: string, first: ReturnType<Page['locator']>): Promise<void> {
  await page.goto(`${shop().url}${path}`);
  await first.waitFor({ state: 'attached' });
}

async function addressOf(who: keyof BusyShop): Promise<string> {
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: busy[who].number });
  return `/console/conversations/${key}`;
}

describe.each(looks)('the console, %s', (look, options) => {
  const complaints: string[] = [];
  let page: Page;
  beforeAll(async () => {
    page = await logIn(browser, shop().url, options, complaints);
  });
  afterAll(() => page?.context().close());

  test('login', async () => {
    const door = await openPage(browser, `${shop().url}/console`, options, []);
    await door.getByLabel('E-mail').waitFor();
    await picture(door, `console-login-${look}`);
    expect(await findings(door)).toEqual([]);
    await door.context().close();
  });

  test.each(visits.map((visit) => [visit.name, visit] as const))('%s', async (name, { go }) => {
    complaints.length = 0;
    await go(page);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await picture(page, `console-${name}-${look}`);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
  });
});

async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  const path = join(folder, `${name}.png`);
  if (folder === 'docs/images' && !existsSync(path)) return;
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect.getTiming().iterations < 9).map((one) => one.finished))',
  );
  await page.screenshot({ path });
}

/** What axe finds serious or worse: the rule and where. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<
    string[]
  >(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`);
  return found;
}
