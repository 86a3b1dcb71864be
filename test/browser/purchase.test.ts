// The smoke test of everything: the real shop, a real browser, one book.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { PAID, PAY_HOW, SURE, METHOD } from '../shop/lines.ts';
import { useShop } from '../shop/kit.ts';
import { launch, openPage } from './browser.ts';
import { Person } from './purchase.ts';

const shop = useShop();
let browser: Browser;
beforeAll(async () => {
  await ensureBuilt();
  browser = await launch();
});
afterAll(() => browser?.close());

test('a book is bought on the phone page and paid at the till with real clicks', async () => {
  const complaints: string[] = [];
  const { number } = shop().phone();
  const person = new Person(await openPage(browser, `${shop().url}/phone?phone=${number}`, {}, complaints));
  await person.texts('do you have the hobbit?', /The Hobbit/);
  await person.texts("i'll take it", SURE);
  await person.texts('yes', METHOD);
  await person.texts('pick it up', PAY_HOW);
  await person.texts('pay now', /Pay /);
  await person.pays();
  await person.reads(PAID);
  expect(complaints).toEqual([]);
});
