// A Claude that does as the customer says, slowly enough to be killed in the middle of it.
import { z } from 'zod';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic, FakeRequest } from '../fakes/anthropic.ts';
import { HOME } from '../shop/journeys.ts';
import type { Book } from '../shop/journeys.ts';

const Now = z.object({ unread_texts: z.array(z.string()) });

/** How long it thinks about each reply (ms). */
export const THINK_MS = 600;

export type Call = { texts: string; at: number };

/** `calls` holds every request that it obeyed, oldest first. After other answers `obey` makes it obedient again. */
export type ObedientClaude = FakeAnthropic & { calls: Call[]; obey: () => void };

/** It knows one book and one address. */
export async function startObedientClaude(book: Book): Promise<ObedientClaude> {
  const fake = await startFakeAnthropic(THINK_MS);
  const calls: Call[] = [];
  const obey = () =>
    fake.answer((request) => {
      const texts = unreadOf(request);
      calls.push({ texts, at: Date.now() });
      return proposing(proposalTo(texts, book));
    });
  obey();
  return { ...fake, calls, obey };
}

/** An answer of the model that proposes this act, with all that the act does not say left empty. */
export function proposing(act: object): { text: string } {
  return { text: JSON.stringify({ ...NOTHING, ...act }) };
}

/** HOME, as it is read. */
const ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 Main St',
  line2: null,
  city: 'Jersey City',
  state: 'NJ',
  zip: '07302',
};
const NOTHING = { isbn13: null, copies: null, isbn13s: [], address: null, bubbles: [], books: [], confidence: 1 };

function proposalTo(texts: string, { isbn13, title, named }: Book): object {
  if (/pay now/.test(texts)) return { act: 'customer.paysNow' };
  if (texts.includes(HOME)) return { act: 'customer.gaveAddress', address: ADDRESS };
  if (/ship it/.test(texts)) return { act: 'customer.wantsShipping' };
  if (/pick it up/.test(texts)) return { act: 'customer.wantsPickup' };
  if (/^yes|take it/.test(texts)) return { act: 'customer.agreed' };
  if (texts.includes(named)) return { act: 'customer.asked', bubbles: [`"${title}" is here.`], books: [isbn13] };
  return { act: 'customer.asked', bubbles: ['hm.'] };
}

function unreadOf({ messages }: FakeRequest): string {
  const last = messages.at(-1)?.content;
  return Now.parse(JSON.parse(typeof last === 'string' ? last : JSON.stringify(last))).unread_texts.join('\n');
}
