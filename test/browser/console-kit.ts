// A browser with the console of a busy shop, logged in, for a test file. A page that complains fails the test in which it did.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { useShop } from '../shop/kit.ts';
import { launch } from './browser.ts';
import { makeBusy } from './busy-shop.ts';
import type { BusyShop } from './busy-shop.ts';
import { logIn } from './staff-page.ts';

/** What is not there after this will not come, also on a machine with much else to do. */
const WAIT_MS = 60_000;
const TEST_MS = 300_000;

type Open = { browser: Browser; page: Page; busy: BusyShop };

export const eventually = <Value>(look: () => Value | Promise<Value>) => expect.poll(look, { timeout: WAIT_MS });
export const spoken = (number: string) => `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`;

/** Call at the top level. The page is the same for all tests of the file, which follow each other. */
export function useConsole() {
  const shop = useShop('quick', false);
  vi.setConfig({ testTimeout: TEST_MS });
  const complaints: string[] = [];
  let open: Open | null = null;
  const opened = (): Open => {
    if (open === null) throw new Error('the console opens before the first test');
    return open;
  };
  beforeAll(async () => {
    await ensureBuilt();
    const [browser, busy] = await Promise.all([launch(), makeBusy(shop())]);
    const page = await logIn(browser, shop().url, {}, complaints);
    page.setDefaultTimeout(WAIT_MS);
    open = { browser, page, busy };
  }, TEST_MS);
  afterAll(() => open?.browser.close());
  afterEach(() => expect(complaints.splice(0)).toEqual([]));
  return {
    shop,
    complaints,
    get browser() {
      return opened().browser;
    },
    get page() {
      return opened().page;
    },
    get busy() {
      return opened().busy;
    },
    go: (path: string) => opened().page.goto(`${shop().url}/console/${path}`),
    press: (name: string | RegExp) => opened().page.getByRole('button', { name }).click(),
    told: (text: string | RegExp) => opened().page.locator('.notices').getByText(text).waitFor(),
  };
}
