// A person at the phone page of the real shop: types, reads, taps the link, presses the till's button.
import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** Who texts more than ten times a minute is answered when the minute is over. */
const WAIT_MS = 75_000;

export class Person {
  /** Marty's bubbles up to here were read. */
  #read = 0;

  constructor(readonly page: Page) {}

  /** Types a text, sends it and waits for the bubble that answers. */
  async texts(text: string, answer: RegExp): Promise<void> {
    const box = this.page.getByRole('textbox');
    await box.fill(text);
    await box.press('Enter');
    await this.reads(answer);
  }

  async reads(answer: RegExp): Promise<void> {
    await expect.poll(() => this.#unread(), { timeout: WAIT_MS, interval: 100 }).toMatch(answer);
    this.#read = await this.#bubbles().count();
  }

  async #unread(): Promise<string> {
    return (await this.#bubbles().allTextContents()).slice(this.#read).join('\n');
  }

  #bubbles() {
    return this.page.locator('.row[data-from="marty"] .bubble');
  }

  /** Taps the newest link and pays in the tab that it opens; answers that tab. */
  async pays(): Promise<Page> {
    const opened = this.page.context().waitForEvent('page');
    await this.page.getByRole('link', { name: /Pay/ }).last().click();
    const till = await opened;
    await till.getByRole('button', { name: /^Pay \$/ }).click();
    await till.getByText('Paid. Thank you.').waitFor();
    return till;
  }
}
