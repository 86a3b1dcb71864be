// Two books in under three minutes at Marty's own pace: one picked up, one shipped, both paid with real clicks.
// With PICTURES=<folder> what a person sees on the way is kept there; `PICTURES=docs/images` renews the README's.
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { useShop } from '../shop/kit.ts';
import { ADDRESS, METHOD, PAID, PAY_HOW, READ_BACK, SURE } from '../shop/lines.ts';
import { launch, openPage } from './browser.ts';
import { Person } from './purchase.ts';

const PATIENCE_MS = 3 * 60_000;
const shop = useShop('real');
vi.setConfig({ testTimeout: 2 * PATIENCE_MS });
const folder = process.env['PICTURES'];
const desk: BrowserContextOptions = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 2, locale: 'en-US' };
const pocket: BrowserContextOptions = {
  viewport: { width: 375, height: 720 },
  deviceScaleFactor: 2,
  locale: 'en-US',
  isMobile: true,
  hasTouch: true,
};

let browser: Browser;
beforeAll(async () => {
  await ensureBuilt();
  browser = await launch();
});
afterAll(() => browser?.close());

async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

test('two books in under three minutes, one picked up and one shipped, both paid at the till', async () => {
  const startedAt = Date.now();
  const complaints: string[] = [];
  const address = `${shop().url}/phone?phone=${shop().phone().number}`;
  const page = await openPage(browser, address, { ...desk, colorScheme: 'dark' }, complaints);
  const person = new Person(page);
  await person.texts('got something like earthsea, but darker?', /\$\d/);
  await person.texts('do you have the hobbit?', /The Hobbit/);
  await person.texts("i'll take it", SURE);
  await person.texts('yes', METHOD);
  await person.texts('pick it up', PAY_HOW);
  await person.texts('pay now', /Pay /);
  await picture(page, 'phone');
  const till = await person.pays();
  await picture(till, 'till-dark');
  await till.close();
  await person.reads(PAID);

  await page.emulateMedia({ colorScheme: 'light' });
  await person.texts('and the dispossessed?', /Dispossessed/);
  await person.texts("i'll take it", SURE);
  await person.texts('yes', METHOD);
  await person.texts('ship it', ADDRESS);
  await person.texts('Ada Lovelace, 12 Main St, Jersey City, NJ 07302', READ_BACK);
  await person.texts('yes', /Pay /);
  await picture(page, 'phone-light');
  const second = await person.pays();
  await second.emulateMedia({ colorScheme: 'light' });
  await picture(second, 'till-light');
  await second.close();
  await person.reads(PAID);
  expect(Date.now() - startedAt).toBeLessThan(PATIENCE_MS);

  const small = await openPage(browser, address, { ...pocket, colorScheme: 'light' }, complaints);
  await small.getByText(PAID).first().waitFor();
  await picture(small, 'phone-small');
  expect(complaints).toEqual([]);
});
