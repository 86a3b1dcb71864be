// Answers to customers of a shop whose services fail it: in time, and in words that are Marty's own.
import { expect } from 'vitest';
import { until } from '../harness/until.ts';
import { BOOK } from './degraded-shop.ts';
import type { SmobiPhone } from './smobi-phone.ts';

/** How long a customer waits for a word at most (ms). */
const ANSWERED_WITHIN_MS = 40_000;
/** So long takes an answer of a shop that is well, on a machine that is not busy (ms). */
const HEALTHY_MS = 5_000;

/** What no customer should ever read. */
const NOT_MARTY = /error|undefined|\bnull\b|NaN|exception|stack|\b50\d\b/i;

/** Texts, and waits for the first bubble that comes then. */
export async function said(phone: SmobiPhone, text: string): Promise<string> {
  return (await texted(phone, text)).answer;
}

/** Texts, and is done once the text is accepted; the first bubble that comes then is still waited for. */
export async function texted(phone: SmobiPhone, text: string): Promise<{ answer: Promise<string> }> {
  const before = (await phone.bubbles()).length;
  await phone.texts(text);
  const answer = until(
    async () => {
      const bubble = (await phone.bubbles())[before];
      if (bubble === undefined) throw new Error(`no answer to "${text}"`);
      return bubble;
    },
    200_000,
    50,
  );
  return { answer };
}

/** @param began by `performance.now()` @param slackMs what this machine is slower than a quiet one */
export async function expectMarty(answers: Promise<string>[], began: number, slackMs: number): Promise<void> {
  for (const answer of await Promise.all(answers)) expect(answer).not.toMatch(NOT_MARTY);
  expect(performance.now()).toBeLessThan(began + ANSWERED_WITHIN_MS + slackMs);
}

/** How much longer than on a quiet machine a healthy answer takes on this one (ms). */
export async function overTime(phone: SmobiPhone): Promise<number> {
  const began = performance.now();
  await said(phone, `do you have ${BOOK.named}?`);
  return Math.max(0, performance.now() - began - HEALTHY_MS);
}
