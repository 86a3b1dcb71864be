// The console in a real browser before the real shop: staff come in, help a customer, hand over an order and count a shelf. What else each
// page is for is console-pages.long.test.ts; the pages in every light and width are console.long.test.ts.
import { describe, expect, test } from 'vitest';
import { openPage } from './browser.ts';
import { MERLIN } from './busy-shop.ts';
import { eventually, spoken, useConsole } from './console-kit.ts';

const desk = useConsole();

describe('the console', () => {
  test('lets nobody in without a password that fits, and says so', async () => {
    const stranger = await openPage(desk.browser, `${desk.shop().url}/console/orders`, {}, []);
    await stranger.getByLabel('E-mail').fill(MERLIN.email);
    await stranger.getByLabel('Password').fill('not the password');
    await stranger.getByRole('button', { name: 'Come in' }).click();
    await stranger.getByText('That is not an e-mail and password we know.').waitFor();
    expect(new URL(stranger.url()).pathname).toBe('/console/login');
    await stranger.goto(`${desk.shop().url}/console/login?token=nobodys`);
    await stranger.getByText('That link was used, or is too old.').waitFor();
    await stranger.context().close();
  });

  test('shows who waits for a person and why, and leads to them by keyboard alone', async () => {
    await desk.go('inbox');
    const row = desk.page.locator('.inbox-row', { hasText: spoken(desk.busy.stuck.number) });
    await row.getByText('asked for a person').waitFor();
    expect(await desk.page.locator('.inbox-row', { hasText: spoken(desk.busy.buyer.number) }).count()).toBe(0);
    await desk.page.keyboard.press('/');
    const found = desk.page.waitForResponse(
      (response) => new URL(response.url()).searchParams.get('q') === desk.busy.stuck.number,
    );
    await desk.page.keyboard.type(desk.busy.stuck.number);
    await found;
    await eventually(() => desk.page.locator('.inbox-row').count()).toBe(1);
    await desk.page.keyboard.press('Escape');
    const focused = async () => {
      await desk.page.keyboard.press('j');
      return desk.page.locator('.row-link:focus').count();
    };
    await eventually(focused).toBe(1);
    await desk.page.keyboard.press('Enter');
    await desk.page.getByRole('heading', { name: spoken(desk.busy.stuck.number) }).waitFor();
    expect(desk.page.url()).not.toContain(desk.busy.stuck.number.slice(1));
  });

  test('a person takes a conversation over, reads what Marty would say, answers, and hands back', async () => {
    await desk.page.locator('.bubble', { hasText: 'real person' }).waitFor();
    await desk.press('Take over');
    await desk.page.getByText(/^yours/).waitFor();
    await desk.page.locator('.draft').getByRole('button', { name: 'Another draft' }).waitFor();
    await desk.page.getByLabel('Answer the customer').fill('merlin here. what can i do for you?');
    await desk.page.keyboard.press('Enter');
    expect(await desk.busy.stuck.hears(/merlin here/)).toBe('merlin here. what can i do for you?');
    await desk.page.locator('.bubble-row[data-by="staff"]').getByText('delivered').waitFor();
    await desk.press('Internal note');
    await desk.page.getByLabel('A note for the shop').fill('prefers hardcovers');
    await desk.page.keyboard.press('Enter');
    await desk.told('Note kept.');
    await desk.press('Hand back to Marty');
    await desk.page.getByRole('button', { name: 'Take over' }).waitFor();
    await desk.page.getByRole('tab', { name: 'Notes' }).click();
    await desk.page.locator('.note-row', { hasText: 'prefers hardcovers' }).getByText(MERLIN.name).waitFor();
  });

  test('orders: a card has the buttons that its order allows, and one of them tells the customer', async () => {
    await desk.go('orders');
    const card = desk.page.locator('.order-card', { hasText: spoken(desk.busy.buyer.number) });
    await card.waitFor();
    const names = await card.getByRole('button').allInnerTexts();
    expect(names).toEqual(['Start packing', 'It is ready', 'Picked up', 'Cancel', 'Refund']);
    await card.getByRole('button', { name: 'It is ready' }).click();
    await desk.told('Ready; the customer is told.');
    await desk.busy.buyer.hears(/ready|waiting for you|counter/);
    await desk.page.locator('.column[data-state="ready"]', { hasText: spoken(desk.busy.buyer.number) }).waitFor();
  });

  test('stock: a count is corrected with its reason, which is kept', async () => {
    await desk.go('stock');
    await desk.page.getByRole('searchbox').fill('dune');
    const row = desk.page.locator('.book-row', { hasText: '9780340839935' });
    await row.getByRole('button', { name: 'Correct the count' }).click();
    await desk.page.getByLabel('Copies in the shop').fill('7');
    await desk.page.getByLabel('Why').fill('counted again');
    await desk.press('Keep this count');
    await desk.told(/7 in the shop/);
    await row.getByRole('button', { name: 'Changes' }).click();
    await desk.page
      .getByRole('dialog')
      .getByText(/counted again/)
      .waitFor();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  });

  test('the inbox moves by itself when a customer does', async () => {
    await desk.go('inbox?filter=all');
    const row = desk.page.locator('.inbox-row', { hasText: spoken(desk.busy.unsure.number) });
    await row.getByText('confirming · sure').waitFor();
    await desk.busy.unsure.texts('yes');
    await row.getByText('fulfillment · method').waitFor();
  });

  test('logging out ends the session', async () => {
    await desk.press('Log out');
    await desk.page.getByLabel('E-mail').waitFor();
    await desk.go('inbox');
    await desk.page.getByLabel('Password').waitFor();
    desk.complaints.length = 0;
  });
});
