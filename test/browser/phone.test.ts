// The phone page in a real browser: what a person sees, types, taps and hears.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { Stage } from './browser.ts';
import { openStage } from './browser.ts';

let stage: Stage;
let page: Page;
const OPENING_MS = 60_000;

beforeAll(async () => {
  stage = await openStage();
}, OPENING_MS);
afterAll(() => stage.close());
beforeEach(async () => {
  await page?.context().close();
  stage.transcript.length = 0;
  stage.complaints.length = 0;
  stage.says();
  stage.refuses(false);
  page = await stage.open();
}, OPENING_MS);

const box = () => page.getByLabel('Text to Marty from (201) 555-0123');
const bubbles = () => page.locator('.bubble');
const type = async (text: string) => {
  await box().fill(text);
  await box().press('Enter');
};

describe('the phone page', () => {
  test('invites to text while nothing was said, and a tap on a way to begin sends it', async () => {
    await page.getByText('text him, he’s up').waitFor();
    await page.getByRole('button', { name: 'what are your hours?' }).click();
    await bubbles().getByText('what are your hours?').waitFor();
    expect(await page.locator('.invitation').count()).toBe(0);
  });

  test('shows dots while Marty composes, then his bubbles in order, each once', async () => {
    await type('got any dune?');
    await page.locator('.typing:not([hidden])').waitFor();
    stage.says('one copy, $10.99', 'want it?');
    await bubbles().getByText('want it?').waitFor();
    await page.locator('.typing[hidden]').waitFor({ state: 'attached' });
    expect(await bubbles().allTextContents()).toEqual([
      'You: got any dune?',
      'Marty: one copy, $10.99',
      'Marty: want it?',
    ]);
  });

  test('ticks a text as delivered, then as read once Marty has answered', async () => {
    await type('hello');
    await page.locator('.row[data-delivery="read"]').waitFor();
    expect(await page.locator('.row[data-from="me"] .meta').innerText()).toMatch(/\d\d?:\d\d.*Read/s);
  });

  test('a payment link is a card to tap that opens the till in a tab of its own', async () => {
    const till = `${stage.url}/till/0190a000-0000-7000-8000-000000000001`;
    stage.says(till);
    const card = page.getByRole('link', { name: 'Pay Dungeon Books' });
    await card.waitFor();
    expect([await card.getAttribute('href'), await card.getAttribute('rel')]).toEqual([till, 'noopener noreferrer']);
  });

  test('what a customer or Marty writes is never markup', async () => {
    stage.says('<img src=x onerror=alert(1)> & <b>bold</b>');
    await bubbles().getByText('<b>bold</b>').waitFor();
    expect(await page.locator('.bubble img, .bubble b').count()).toBe(0);
  });

  test('a text that could not be sent says so and goes out at the second try, once', async () => {
    stage.refuses(true);
    await type('are you there?');
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    stage.refuses(false);
    await retry.click();
    await page.locator('.row[data-delivery="read"]').waitFor();
    expect(await bubbles().allTextContents()).toEqual(['You: are you there?']);
  });

  test('is a log that screen readers follow, and can be used by keyboard alone', async () => {
    const log = page.getByRole('log', { name: 'Texts of (201) 555-0123' });
    expect(await log.getAttribute('aria-live')).toBe('polite');
    await box().focus();
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await bubbles().waitFor();
    expect(await bubbles().allTextContents()).toEqual(['You: first line\nsecond']);
  });

  test('answers to tap are there until something is said, by mouse and by keyboard', async () => {
    stage.says('want it?');
    Object.assign(stage.transcript.at(-1) ?? {}, { suggestions: ['yes', 'no'] });
    const answers = page.getByRole('list', { name: 'Answers to tap' });
    await answers.getByRole('button', { name: 'yes' }).focus();
    await page.keyboard.press('Enter');
    await bubbles().getByText('yes').waitFor();
    await answers.waitFor({ state: 'hidden' });
    expect(await bubbles().allTextContents()).toEqual(['Marty: want it?', 'You: yes']);
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('TEXTAREA');
  });

  test('a book that is shown is a card, and its answer says which book', async () => {
    stage.says('try these');
    const take = (title: string) => ({ label: "i'll take it", reply: `i'll take ${title}` });
    const cards = ['Dune', 'Ubik'].map((title) => ({ isbn13: title, title, subtitle: '$9.99', take: take(title) }));
    Object.assign(stage.transcript.at(-1) ?? {}, { cards });
    await page.getByRole('button', { name: "i'll take it: Ubik" }).click();
    await bubbles().getByText("i'll take Ubik").waitFor();
    expect(await page.locator('.card-title').allTextContents()).toEqual(['Dune', 'Ubik']);
    expect(stage.complaints).toEqual([]);
  });

  test('several phones stand side by side, are remembered, and can be put away', async () => {
    await page.getByRole('button', { name: 'Add a phone' }).click();
    await page.locator('.phone').nth(1).waitFor();
    await page.goto(`${stage.url}/phone`);
    const names = await page.locator('.phone h2').allInnerTexts();
    expect(names).toEqual(['(201) 555-0123', expect.stringMatching(/^\(201\) 555-01\d\d$/)]);
    await page.getByRole('button', { name: 'Put the phone (201) 555-0123 away' }).click();
    expect(await page.locator('.phone h2').allInnerTexts()).toEqual([names[1]]);
  });

  test('fits displays of 320 to 1440 pixels without sideways scrolling', async () => {
    stage.says('a', `https://dungeonbooks.example/${'long/'.repeat(40)}`, 'x'.repeat(300));
    await bubbles().nth(2).waitFor();
    for (const width of [320, 375, 768, 1440]) {
      await page.setViewportSize({ width, height: 640 });
      const content = await page.evaluate<number>('document.documentElement.scrollWidth');
      const send = await page.locator('.send').boundingBox();
      const fits = [content <= width, (send?.x ?? width) + (send?.width ?? 0) <= width];
      expect([width, ...fits]).toEqual([width, true, true]);
    }
  });

  test('runs under a policy that forbids inline script and style, without a complaint', async () => {
    await type('hello');
    stage.says('hey', `${stage.url}/till/x`);
    await page.getByRole('link', { name: 'Pay Dungeon Books' }).waitFor();
    expect(stage.complaints).toEqual([]);
  });
});
