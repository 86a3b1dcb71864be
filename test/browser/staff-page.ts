// A member of staff at the console in a real browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from './browser.ts';
import { MERLIN } from './busy-shop.ts';

/** Logs in through the login page; answers the page where that leads. */
export async function logIn(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  complaints: string[],
): Promise<Page> {
  const page = await openPage(browser, `${url}/console`, { locale: 'en-US', ...options }, complaints);
  await page.getByLabel('E-mail').fill(MERLIN.email);
  await page.getByLabel('Password').fill(MERLIN.password);
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  // The page asks who is there before anybody is: the browser calls that answer an error.
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes('401')));
  return page;
}
