// The console in a real browser before the real shop: on each page the thing that it is for. The first of them: console-work.long.test.ts. The pages
// in every light and width are console.long.test.ts.
import type { BrowserContext } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { MERLIN, setAside } from './busy-shop.ts';
import { eventually, spoken, useConsole } from './console-kit.ts';

const desk = useConsole();
/** How much of the transcript lies below what is seen of it, in pixels. */
const underneath = () =>
  desk.page.locator('.transcript').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);

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
  test('Marty’s draft is edited before it is sent, and a ready answer is kept for the next time', async () => {
    const key = await desk.shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: desk.busy.stuck.number });
    await desk.go(`conversations/${key}`);
    await desk.press('Take over');
    await desk.page.getByText(/^yours/).waitFor();
    await desk.busy.stuck.texts('are you open on sunday?');
    await desk.page.locator('.draft').getByRole('button', { name: 'Edit' }).waitFor();
    await eventually(() => underneath()).toBeLessThan(2);
    await desk.page.locator('.draft').getByRole('button', { name: 'Edit' }).click();
    const box = desk.page.getByLabel('Answer the customer');
    expect(await box.inputValue()).toMatch(/sun/i);
    await desk.page.keyboard.type(' ask for ana');
    await desk.page.keyboard.press('Enter');
    expect(await desk.busy.stuck.hears(/ask for ana$/)).toMatch(/sun/i);
    await box.fill('hi {name}, shall we order it?');
    await desk.press('Ready answers');
    await desk.press('Keep what I wrote');
    await desk.page.getByLabel('A short name for it').fill('order it');
    await desk.press('Keep it');
    await desk.told('Kept for everybody.');
    await box.fill('');
    await desk.press('Ready answers');
    await desk.press(/^order it/);
    expect(await box.inputValue()).toBe('hi there, shall we order it?');
    await desk.page.keyboard.press('Enter');
    await desk.busy.stuck.hears(/^hi there, shall we order it\?$/);
    await desk.press('Hand back to Marty');
    await desk.page.getByRole('button', { name: 'Take over' }).waitFor();
  });

  test('a draft that two windows send at once reaches the customer once', async () => {
    await desk.press('Take over');
    await desk.page.getByText(/^yours/).waitFor();
    await desk.busy.stuck.texts('what are your opening hours?');
    const other = await desk.page.context().newPage();
    await other.goto(desk.page.url());
    const sends = [desk.page, other].map((window) =>
      window.locator('.draft').getByRole('button', { name: 'Send as it is' }),
    );
    await Promise.all(sends.map((send) => send.waitFor()));
    const said = desk.page.locator('.bubble-row[data-by="staff"]');
    const before = await said.count();
    const written = await holdWrites(desk.page.context(), '**/messages', sends.length);
    await Promise.all(sends.map((send) => send.click()));
    await Promise.any([desk.page, other].map((window) => window.getByText('nothing was sent twice').waitFor()));
    await eventually(() => said.count()).toBe(before + 1);
    expect(written()).toBe(2);
    await desk.page.context().unroute('**/messages');
    await other.close();
    await desk.press('Hand back to Marty');
    await desk.page.getByRole('button', { name: 'Take over' }).waitFor();
  });

  test('whoever reads earlier texts is left there when the customer writes again', async () => {
    await desk.page.setViewportSize({ width: 1280, height: 560 });
    await desk.page.locator('.transcript').evaluate((log) => log.scrollTo({ top: 0 }));
    expect(await underneath()).toBeGreaterThan(300);
    await desk.busy.stuck.asks('are you there?', /./);
    await desk.page.locator('.bubble', { hasText: 'are you there?' }).waitFor();
    await desk.page.locator('.slider-what').getByText('reply done').waitFor();
    expect(await desk.page.locator('.transcript').evaluate((log) => log.scrollTop)).toBe(0);
    await desk.page.setViewportSize({ width: 1280, height: 860 });
  });

  test('while somebody else has a conversation, the line to write in says from whom it would be taken', async () => {
    const path = `/api/conversations/${encodeURIComponent(desk.busy.stuck.number)}`;
    await desk.page.getByText('Marty is answering. What you send takes over.').waitFor();
    expect((await desk.shop().staff('POST', `${path}/takeover`)).status).toBe(202);
    await desk.page.getByText('api-token is answering. What you send takes over.').waitFor();
    expect(await desk.page.getByLabel('Answer the customer').getAttribute('placeholder')).toContain('api-token');
    expect((await desk.shop().staff('POST', `${path}/handback`)).status).toBe(202);
    await desk.page.getByText('Marty is answering. What you send takes over.').waitFor();
  });

  test('a conversation is found by the customer’s name, a note, a book and its state; the search is still there on the way back', async () => {
    const notes = `/api/conversations/${encodeURIComponent(desk.busy.stuck.number)}/notes`;
    expect((await desk.shop().staff('POST', notes, { text: 'prefers hardcovers' })).status).toBe(201);
    await desk.go('inbox');
    const names = () => desk.page.locator('.inbox-name').allInnerTexts();
    const finds = async (q: string, ...whom: string[]) => {
      await desk.page.getByRole('searchbox').fill(q);
      await eventually(async () => (await names()).sort()).toEqual(whom.sort());
    };
    await finds('lovel', 'Ada Lovelace');
    await finds('neuromancer', spoken(desk.busy.unsure.number), spoken(desk.busy.gone.number));
    await finds('hardcovers', spoken(desk.busy.stuck.number));
    await desk.page.locator('.row-link').click();
    await desk.page.getByRole('heading', { name: spoken(desk.busy.stuck.number) }).waitFor();
    await desk.page.keyboard.press('u');
    await eventually(names).toEqual([spoken(desk.busy.stuck.number)]);
    expect(await desk.page.getByRole('searchbox').inputValue()).toBe('hardcovers');
    expect(desk.page.url()).not.toContain('hardcovers');
    await desk.page.getByRole('searchbox').fill('');
    await desk.page.getByRole('button', { name: 'All' }).click();
    await desk.page.getByLabel('Where the conversation stands').selectOption('payment · awaiting');
    await eventually(names).toEqual([spoken(desk.busy.waiting.number)]);
  });

  test('every page is a key away, and the keys are written down', async () => {
    await desk.page.keyboard.press('?');
    await desk.page.getByRole('dialog').getByText('Row before').waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.keyboard.press('2');
    await desk.page.getByRole('heading', { name: 'Orders' }).waitFor();
    await desk.page.keyboard.press('1');
    await desk.page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });

  test('time travel moves chart, transcript and context together, and comes back to now', async () => {
    const key = await desk.shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: desk.busy.waiting.number });
    await desk.go(`conversations/${key}`);
    const lit = () =>
      desk.page.evaluate<string[]>(
        `[...document.querySelectorAll('.chart-atomic.is-active')].map((one) => one.dataset.path)`,
      );
    await eventually(lit).toContain('conversation.payment.awaiting');
    const bubbles = desk.page.locator('.bubble-row:not([hidden])');
    const all = (await desk.busy.waiting.screen()).length;
    await eventually(() => bubbles.count()).toBe(all); // the transcript comes by a way of its own
    await desk.page.getByRole('slider', { name: 'Turn' }).fill('2');
    await desk.page.getByText(/^This is how it stood/).waitFor();
    await eventually(lit).toContain('conversation.browsing');
    expect(await bubbles.count()).toBeLessThan(all);
    await desk.page.getByRole('tab', { name: 'Context' }).click();
    await desk.page.getByText('As it stood after turn 2.').waitFor();
    await desk.page.locator('.json-row', { hasText: 'wanted' }).getByText('null').waitFor();
    await desk.page.getByRole('button', { name: 'Back to now' }).first().click();
    await eventually(lit).toContain('conversation.payment.awaiting');
    await eventually(() => bubbles.count()).toBe(all);
  });

  test('who has thousands of turns is followed back to the first of them, a piece at a time', async () => {
    const key = await desk.shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: desk.busy.gone.number });
    await desk.shop().pool.query(
      `INSERT INTO events (store_id, actor_key, seq, at, version, payload, source, correlation_id, value, commands, type)
       SELECT store_id, actor_key, seq + turns * again, at, version, payload, source, correlation_id, value, commands, type
       FROM events, (SELECT max(seq) - 1 AS turns FROM events WHERE actor_key = $1) a, generate_series(1, 2400 / turns) again
       WHERE actor_key = $1 AND seq > 1`,
      [key],
    );
    await desk
      .shop()
      .pool.query('UPDATE actors SET seq = (SELECT max(seq) FROM events WHERE actor_key = $1) WHERE key = $1', [key]);
    await desk.go(`conversations/${key}`);
    const slider = desk.page.getByRole('slider', { name: 'Turn' });
    const first = async () => Number(await slider.getAttribute('min'));
    await eventually(first).toBeGreaterThan(1);
    const earlier = desk.page.getByRole('button', { name: 'Earlier turns' });
    await earlier.click();
    await eventually(first).toBe(1);
    await earlier.waitFor({ state: 'hidden' });
    const stood = desk.page.waitForResponse((response) => response.url().endsWith('/snapshots/1'));
    await slider.fill('1');
    await desk.page.getByText(/^begins turn 1 of/).waitFor();
    await desk.page.getByText(/^This is how it stood/).waitFor();
    expect((await stood).status()).toBe(200);
  });

  test('machines: a state on the chart says how many stand there, and a press says who', async () => {
    await desk.go('machines/customer');
    const state = desk.page.locator('[data-path="conversation.payment.awaiting"]');
    await state.locator('.chart-count').getByText('1').waitFor();
    await state.locator('.chart-name').click();
    await desk.page
      .locator('.actor-row')
      .getByRole('link', { name: spoken(desk.busy.waiting.number) })
      .waitFor();
    await desk.page
      .getByRole('table')
      .getByRole('row', { name: /^payment · awaiting/ })
      .waitFor();
  });

  test('orders: money is asked about before it moves', async () => {
    await desk.go('orders');
    const card = desk.page.locator('.order-card', { hasText: spoken(desk.busy.waiting.number) });
    await card.getByRole('button', { name: 'Cancel' }).click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
    await desk.page
      .locator('.column[data-state="awaitingPayment"]', { hasText: spoken(desk.busy.waiting.number) })
      .waitFor();
  });

  test('the pick list says what to take off which shelf, for whom', async () => {
    await desk.page.getByRole('link', { name: 'Pick list' }).click();
    await desk.page
      .getByRole('row', { name: /The Dispossessed/ })
      .getByText('on hold')
      .waitFor();
  });

  test('stock: a CSV is taken in, and a bad row is named with its line', async () => {
    await desk.go('stock');
    const csv =
      'isbn13,title,authors,year,price,on_hand\n9780441478125,The Left Hand of Darkness,Ursula K. Le Guin,1969,12.99,2\nnot-an-isbn,Nothing,Nobody,,1.00,1\n';
    await desk.press('Take in a CSV');
    await desk.page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'books.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await desk.page.getByText(/^Line 3: /).waitFor();
    await desk.page.getByText(/1 not taken/).waitFor();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  test('trouble: what is tried again is done, and what fails again comes back with its reason', async () => {
    await desk.go('trouble');
    const sending = desk.page.locator('.trouble-row', { hasText: 'Send a text' });
    await sending.getByRole('button', { name: 'Try again' }).click();
    await desk.told('deliver is tried again.');
    await sending.waitFor({ state: 'detached' });
    await desk.press('Try all again');
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Try all again' }).click();
    await desk.told(/^1 is tried again/);
    await desk.page.locator('.trouble-row', { hasText: 'order.reminder' }).getByText('breaks its schema').waitFor();
  });

  test('trouble: what failed is named, and nothing leaves the list before a person decides', async () => {
    const row = desk.page.locator('.trouble-row', { hasText: 'order.reminder' });
    await row.getByRole('button', { name: 'Skip it' }).click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Skip it' }).click();
    await desk.told('order.reminder was skipped.');
    await row.waitFor({ state: 'detached' });
    await desk.page.locator('.trouble-row', { hasText: 'quote' }).waitFor();
  });

  test('trouble: what is set aside comes up by itself, though no turn tells of it', async () => {
    const key = await desk.shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: desk.busy.waiting.number });
    await setAside(desk.shop(), key, 'order.linkReady');
    await desk.page.locator('.trouble-row', { hasText: 'order.linkReady' }).waitFor();
  });

  test('numbers: today’s figures as pictures and, for those who cannot see them, as tables', async () => {
    await desk.go('numbers');
    const card = desk.page.locator('.plot-card', { hasText: 'Conversations' }).first();
    await card.locator('.plot-bar').first().waitFor();
    await card.getByText('As a table').click();
    expect(await card.getByRole('table').locator('tbody tr').count()).toBe(14);
  });

  test('the audit names who did it', async () => {
    await desk.go('audit');
    await desk.page.locator('.audit-row', { hasText: MERLIN.name }).first().waitFor();
  });

  test('while the shop is out of reach the page says so and keeps what it shows; then it catches up by itself', async () => {
    const key = await desk.shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: desk.busy.unsure.number });
    await desk.go(`conversations/${key}`);
    const box = desk.page.getByLabel('Answer the customer');
    await box.fill('just a moment');
    await desk.page.evaluate('window.wasHereBefore = true');
    await desk.shop().close();
    const banner = desk.page.getByText('The shop is out of reach.');
    await banner.waitFor();
    await desk.shop().open();
    await desk.busy.unsure.texts('is anybody there?');
    await desk.page.locator('.bubble', { hasText: 'is anybody there?' }).waitFor();
    await banner.waitFor({ state: 'hidden' });
    expect(await box.inputValue()).toBe('just a moment');
    expect(await desk.page.evaluate<boolean>('window.wasHereBefore')).toBe(true);
    desk.complaints.length = 0; // the browser says of each try that nobody answered
  });
});
