// The console in a real browser before the real shop: on each page the thing that it is for. The pages in every light and
// width are console.long.test.ts.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { useShop } from '../shop/kit.ts';
import { launch, openPage } from './browser.ts';
import { makeBusy, MERLIN, setAside } from './busy-shop.ts';
import type { BusyShop } from './busy-shop.ts';
import { logIn } from './staff-page.ts';

/** What is not there after this will not come, also on a machine with much else to do. */
const WAIT_MS = 60_000;
const TEST_MS = 300_000;
const shop = useShop('quick', false);
vi.setConfig({ testTimeout: TEST_MS });
const complaints: string[] = [];
let browser: Browser;
let page: Page;
let busy: BusyShop;

beforeAll(async () => {
  await ensureBuilt();
  [browser, busy] = await Promise.all([launch(), makeBusy(shop())]);
  page = await logIn(browser, shop().url, {}, complaints);
  page.setDefaultTimeout(WAIT_MS);
}, TEST_MS);
afterAll(() => browser?.close());
afterEach(() => expect(complaints.splice(0)).toEqual([]));

const eventually = <Value>(look: () => Value | Promise<Value>) => expect.poll(look, { timeout: WAIT_MS });
const go = (path: string) => page.goto(`${shop().url}/console/${path}`);
const spoken = (number: string) => `(${number.slice(2, 5)}) ${number.slice(5, 8)}-${number.slice(8)}`;
const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
/** How much of the transcript lies below what is seen of it, in pixels. */
const underneath = () =>
  page.locator('.transcript').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
const told = (text: string | RegExp) => page.locator('.notices').getByText(text).waitFor();

/** Keeps what these pages write there until so many have written: then all of it goes at once. */
async function holdWrites(context: BrowserContext, path: string, count: number): Promise<() => number> {
  let written = 0;
  let release = () => {};
  const all = new Promise<void>((resolve) => (release = resolve));
  await context.route(path, async (route) => {
    if (route.request().method() === 'POST') {
      if (++written === count) release();
      await all;
    }
    await route.continue();
  });
  return () => written;
}

describe('the console', () => {
  test('lets nobody in without a password that fits, and says so', async () => {
    const stranger = await openPage(browser, `${shop().url}/console/orders`, {}, []);
    await stranger.getByLabel('E-mail').fill(MERLIN.email);
    await stranger.getByLabel('Password').fill('not the password');
    await stranger.getByRole('button', { name: 'Come in' }).click();
    await stranger.getByText('That is not an e-mail and password we know.').waitFor();
    expect(new URL(stranger.url()).pathname).toBe('/console/login');
    await stranger.goto(`${shop().url}/console/login?token=nobodys`);
    await stranger.getByText('That link was used, or is too old.').waitFor();
    await stranger.context().close();
  });

  test('shows who waits for a person and why, and leads to them by keyboard alone', async () => {
    await go('inbox');
    const row = page.locator('.inbox-row', { hasText: spoken(busy.stuck.number) });
    await row.getByText('asked for a person').waitFor();
    expect(await page.locator('.inbox-row', { hasText: spoken(busy.buyer.number) }).count()).toBe(0);
    await page.keyboard.press('/');
    const found = page.waitForResponse(
      (response) => new URL(response.url()).searchParams.get('q') === busy.stuck.number,
    );
    await page.keyboard.type(busy.stuck.number);
    await found;
    await eventually(() => page.locator('.inbox-row').count()).toBe(1);
    await page.keyboard.press('Escape');
    const focused = async () => {
      await page.keyboard.press('j');
      return page.locator('.row-link:focus').count();
    };
    await eventually(focused).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: spoken(busy.stuck.number) }).waitFor();
    expect(page.url()).not.toContain(busy.stuck.number.slice(1));
  });

  test('a person takes a conversation over, reads what Marty would say, answers, and hands back', async () => {
    await page.locator('.bubble', { hasText: 'real person' }).waitFor();
    await press('Take over');
    await page.getByText(/^yours/).waitFor();
    await page.locator('.draft').getByRole('button', { name: 'Another draft' }).waitFor();
    await page.getByLabel('Answer the customer').fill('merlin here. what can i do for you?');
    await page.keyboard.press('Enter');
    expect(await busy.stuck.hears(/merlin here/)).toBe('merlin here. what can i do for you?');
    await page.locator('.bubble-row[data-by="staff"]').getByText('delivered').waitFor();
    await press('Internal note');
    await page.getByLabel('A note for the shop').fill('prefers hardcovers');
    await page.keyboard.press('Enter');
    await told('Note kept.');
    await press('Hand back to Marty');
    await page.getByRole('button', { name: 'Take over' }).waitFor();
    await page.getByRole('tab', { name: 'Notes' }).click();
    await page.locator('.note-row', { hasText: 'prefers hardcovers' }).getByText(MERLIN.name).waitFor();
  });

  test('Marty’s draft is edited before it is sent, and a ready answer is kept for the next time', async () => {
    await press('Take over');
    await page.getByText(/^yours/).waitFor();
    await busy.stuck.texts('are you open on sunday?');
    await page.locator('.draft').getByRole('button', { name: 'Edit' }).waitFor();
    await eventually(() => underneath()).toBeLessThan(2);
    await page.locator('.draft').getByRole('button', { name: 'Edit' }).click();
    const box = page.getByLabel('Answer the customer');
    expect(await box.inputValue()).toMatch(/sun/i);
    await page.keyboard.type(' ask for ana');
    await page.keyboard.press('Enter');
    expect(await busy.stuck.hears(/ask for ana$/)).toMatch(/sun/i);
    await box.fill('hi {name}, shall we order it?');
    await press('Ready answers');
    await press('Keep what I wrote');
    await page.getByLabel('A short name for it').fill('order it');
    await press('Keep it');
    await told('Kept for everybody.');
    await box.fill('');
    await press('Ready answers');
    await press(/^order it/);
    expect(await box.inputValue()).toBe('hi there, shall we order it?');
    await page.keyboard.press('Enter');
    await busy.stuck.hears(/^hi there, shall we order it\?$/);
    await press('Hand back to Marty');
    await page.getByRole('button', { name: 'Take over' }).waitFor();
  });

  test('a draft that two windows send at once reaches the customer once', async () => {
    await press('Take over');
    await page.getByText(/^yours/).waitFor();
    await busy.stuck.texts('what are your opening hours?');
    const other = await page.context().newPage();
    await other.goto(page.url());
    const sends = [page, other].map((window) =>
      window.locator('.draft').getByRole('button', { name: 'Send as it is' }),
    );
    await Promise.all(sends.map((send) => send.waitFor()));
    const said = page.locator('.bubble-row[data-by="staff"]');
    const before = await said.count();
    const written = await holdWrites(page.context(), '**/messages', sends.length);
    await Promise.all(sends.map((send) => send.click()));
    await Promise.any([page, other].map((window) => window.getByText('nothing was sent twice').waitFor()));
    await eventually(() => said.count()).toBe(before + 1);
    expect(written()).toBe(2);
    await page.context().unroute('**/messages');
    await other.close();
    await press('Hand back to Marty');
    await page.getByRole('button', { name: 'Take over' }).waitFor();
  });

  test('whoever reads earlier texts is left there when the customer writes again', async () => {
    await page.setViewportSize({ width: 1280, height: 560 });
    await page.locator('.transcript').evaluate((log) => log.scrollTo({ top: 0 }));
    expect(await underneath()).toBeGreaterThan(300);
    await busy.stuck.asks('are you there?', /./);
    await page.locator('.bubble', { hasText: 'are you there?' }).waitFor();
    await page.locator('.slider-what').getByText('reply done').waitFor();
    expect(await page.locator('.transcript').evaluate((log) => log.scrollTop)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test('while somebody else has a conversation, the line to write in says from whom it would be taken', async () => {
    const path = `/api/conversations/${encodeURIComponent(busy.stuck.number)}`;
    await page.getByText('Marty is answering. What you send takes over.').waitFor();
    expect((await shop().staff('POST', `${path}/takeover`)).status).toBe(202);
    await page.getByText('api-token is answering. What you send takes over.').waitFor();
    expect(await page.getByLabel('Answer the customer').getAttribute('placeholder')).toContain('api-token');
    expect((await shop().staff('POST', `${path}/handback`)).status).toBe(202);
    await page.getByText('Marty is answering. What you send takes over.').waitFor();
  });

  test('a conversation is found by the customer’s name, a note, a book and its state; the search is still there on the way back', async () => {
    await go('inbox');
    const names = () => page.locator('.inbox-name').allInnerTexts();
    const finds = async (q: string, ...whom: string[]) => {
      await page.getByRole('searchbox').fill(q);
      await eventually(async () => (await names()).sort()).toEqual(whom.sort());
    };
    await finds('lovel', 'Ada Lovelace');
    await finds('neuromancer', spoken(busy.unsure.number), spoken(busy.gone.number));
    await finds('hardcovers', spoken(busy.stuck.number));
    await page.locator('.row-link').click();
    await page.getByRole('heading', { name: spoken(busy.stuck.number) }).waitFor();
    await page.keyboard.press('u');
    await eventually(names).toEqual([spoken(busy.stuck.number)]);
    expect(await page.getByRole('searchbox').inputValue()).toBe('hardcovers');
    expect(page.url()).not.toContain('hardcovers');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'All' }).click();
    await page.getByLabel('Where the conversation stands').selectOption('payment · awaiting');
    await eventually(names).toEqual([spoken(busy.waiting.number)]);
  });

  test('every page is a key away, and the keys are written down', async () => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Row before').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    await page.keyboard.press('1');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });

  test('time travel moves chart, transcript and context together, and comes back to now', async () => {
    const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: busy.waiting.number });
    await go(`conversations/${key}`);
    const lit = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('.chart-atomic.is-active')].map((one) => one.dataset.path)`,
      );
    await eventually(lit).toContain('conversation.payment.awaiting');
    const bubbles = page.locator('.bubble-row:not([hidden])');
    const all = (await busy.waiting.screen()).length;
    await eventually(() => bubbles.count()).toBe(all); // the transcript comes by a way of its own
    await page.getByRole('slider', { name: 'Turn' }).fill('2');
    await page.getByText(/^This is how it stood/).waitFor();
    await eventually(lit).toContain('conversation.browsing');
    expect(await bubbles.count()).toBeLessThan(all);
    await page.getByRole('tab', { name: 'Context' }).click();
    await page.getByText('As it stood after turn 2.').waitFor();
    await page.locator('.json-row', { hasText: 'wanted' }).getByText('null').waitFor();
    await page.getByRole('button', { name: 'Back to now' }).first().click();
    await eventually(lit).toContain('conversation.payment.awaiting');
    await eventually(() => bubbles.count()).toBe(all);
  });

  test('who has thousands of turns is followed back to the first of them, a piece at a time', async () => {
    const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: busy.gone.number });
    await shop().pool.query(
      `INSERT INTO events (store_id, actor_key, seq, at, version, payload, source, correlation_id, value, commands, type)
       SELECT store_id, actor_key, seq + turns * again, at, version, payload, source, correlation_id, value, commands, type
       FROM events, (SELECT max(seq) - 1 AS turns FROM events WHERE actor_key = $1) a, generate_series(1, 2400 / turns) again
       WHERE actor_key = $1 AND seq > 1`,
      [key],
    );
    await shop().pool.query(
      'UPDATE actors SET seq = (SELECT max(seq) FROM events WHERE actor_key = $1) WHERE key = $1',
      [key],
    );
    await go(`conversations/${key}`);
    const slider = page.getByRole('slider', { name: 'Turn' });
    const first = async () => Number(await slider.getAttribute('min'));
    await eventually(first).toBeGreaterThan(1);
    const earlier = page.getByRole('button', { name: 'Earlier turns' });
    await earlier.click();
    await eventually(first).toBe(1);
    await earlier.waitFor({ state: 'hidden' });
    const stood = page.waitForResponse((response) => response.url().endsWith('/snapshots/1'));
    await slider.fill('1');
    await page.getByText(/^begins turn 1 of/).waitFor();
    await page.getByText(/^This is how it stood/).waitFor();
    expect((await stood).status()).toBe(200);
  });

  test('machines: a state on the chart says how many stand there, and a press says who', async () => {
    await go('machines/customer');
    const state = page.locator('[data-path="conversation.payment.awaiting"]');
    await state.locator('.chart-count').getByText('1').waitFor();
    await state.locator('.chart-name').click();
    await page
      .locator('.actor-row')
      .getByRole('link', { name: spoken(busy.waiting.number) })
      .waitFor();
    await page
      .getByRole('table')
      .getByRole('row', { name: /^payment · awaiting/ })
      .waitFor();
  });

  test('orders: a card has the buttons that its order allows, and one of them tells the customer', async () => {
    await go('orders');
    const card = page.locator('.order-card', { hasText: spoken(busy.buyer.number) });
    await card.waitFor();
    const names = await card.getByRole('button').allInnerTexts();
    expect(names).toEqual(['Start packing', 'It is ready', 'Picked up', 'Cancel', 'Refund']);
    await card.getByRole('button', { name: 'It is ready' }).click();
    await told('Ready; the customer is told.');
    await busy.buyer.hears(/ready|waiting for you|counter/);
    await page.locator('.column[data-state="ready"]', { hasText: spoken(busy.buyer.number) }).waitFor();
  });

  test('orders: money is asked about before it moves', async () => {
    const card = page.locator('.order-card', { hasText: spoken(busy.waiting.number) });
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
    await page.locator('.column[data-state="awaitingPayment"]', { hasText: spoken(busy.waiting.number) }).waitFor();
  });

  test('the pick list says what to take off which shelf, for whom', async () => {
    await page.getByRole('link', { name: 'Pick list' }).click();
    await page
      .getByRole('row', { name: /The Dispossessed/ })
      .getByText('on hold')
      .waitFor();
  });

  test('stock: a count is corrected with its reason, which is kept', async () => {
    await go('stock');
    await page.getByRole('searchbox').fill('dune');
    const row = page.locator('.book-row', { hasText: '9780340839935' });
    await row.getByRole('button', { name: 'Correct the count' }).click();
    await page.getByLabel('Copies in the shop').fill('7');
    await page.getByLabel('Why').fill('counted again');
    await press('Keep this count');
    await told(/7 in the shop/);
    await row.getByRole('button', { name: 'Changes' }).click();
    await page
      .getByRole('dialog')
      .getByText(/counted again/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  test('stock: a CSV is taken in, and a bad row is named with its line', async () => {
    const csv =
      'isbn13,title,authors,year,price,on_hand\n9780441478125,The Left Hand of Darkness,Ursula K. Le Guin,1969,12.99,2\nnot-an-isbn,Nothing,Nobody,,1.00,1\n';
    await press('Take in a CSV');
    await page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'books.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText(/^Line 3: /).waitFor();
    await page.getByText(/1 not taken/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  test('trouble: what is tried again is done, and what fails again comes back with its reason', async () => {
    await go('trouble');
    const sending = page.locator('.trouble-row', { hasText: 'Send a text' });
    await sending.getByRole('button', { name: 'Try again' }).click();
    await told('deliver is tried again.');
    await sending.waitFor({ state: 'detached' });
    await press('Try all again');
    await page.getByRole('dialog').getByRole('button', { name: 'Try all again' }).click();
    await told(/^1 is tried again/);
    await page.locator('.trouble-row', { hasText: 'order.reminder' }).getByText('breaks its schema').waitFor();
  });

  test('trouble: what failed is named, and nothing leaves the list before a person decides', async () => {
    const row = page.locator('.trouble-row', { hasText: 'order.reminder' });
    await row.getByRole('button', { name: 'Skip it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Skip it' }).click();
    await told('order.reminder was skipped.');
    await row.waitFor({ state: 'detached' });
    await page.locator('.trouble-row', { hasText: 'quote' }).waitFor();
  });

  test('trouble: what is set aside comes up by itself, though no turn tells of it', async () => {
    const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: busy.waiting.number });
    await setAside(shop(), key, 'order.linkReady');
    await page.locator('.trouble-row', { hasText: 'order.linkReady' }).waitFor();
  });

  test('numbers: today’s figures as pictures and, for those who cannot see them, as tables', async () => {
    await go('numbers');
    const card = page.locator('.plot-card', { hasText: 'Conversations' }).first();
    await card.locator('.plot-bar').first().waitFor();
    await card.getByText('As a table').click();
    expect(await card.getByRole('table').locator('tbody tr').count()).toBe(14);
  });

  test('the audit names who did it', async () => {
    await go('audit');
    await page.locator('.audit-row', { hasText: MERLIN.name }).first().waitFor();
  });

  test('the inbox moves by itself when a customer does', async () => {
    await go('inbox?filter=all');
    const row = page.locator('.inbox-row', { hasText: spoken(busy.unsure.number) });
    await row.getByText('confirming · sure').waitFor();
    await busy.unsure.texts('yes');
    await row.getByText('fulfillment · method').waitFor();
  });

  test('while the shop is out of reach the page says so and keeps what it shows; then it catches up by itself', async () => {
    const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: busy.unsure.number });
    await go(`conversations/${key}`);
    const box = page.getByLabel('Answer the customer');
    await box.fill('just a moment');
    await page.evaluate('window.wasHereBefore = true');
    await shop().close();
    const banner = page.getByText('The shop is out of reach.');
    await banner.waitFor();
    await shop().open();
    await busy.unsure.texts('is anybody there?');
    await page.locator('.bubble', { hasText: 'is anybody there?' }).waitFor();
    await banner.waitFor({ state: 'hidden' });
    expect(await box.inputValue()).toBe('just a moment');
    expect(await page.evaluate<boolean>('window.wasHereBefore')).toBe(true);
    complaints.length = 0; // the browser says of each try that nobody answered
  });

  test('logging out ends the session', async () => {
    await press('Log out');
    await page.getByLabel('E-mail').waitFor();
    await go('inbox');
    await page.getByLabel('Password').waitFor();
    complaints.length = 0;
  });
});
