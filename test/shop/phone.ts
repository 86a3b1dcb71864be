// A customer's phone: what its owner does, over HTTP and nothing else.
import { equal } from 'node:assert/strict';
import { z } from 'zod';
import { until } from '../harness/until.ts';

const Item = z.object({
  id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  text: z.string(),
  by: z.string(),
  status: z.string(),
});
const Page = z.object({ items: z.array(Item), nextCursor: z.string().nullable(), composing: z.boolean() });
export type Item = z.infer<typeof Item>;

const WAIT_MS = 45_000;
const LOOK_MS = 100;
const ARRIVED = ['sent', 'delivered', 'read'];

export class Phone {
  /** Bubbles up to here were heard already. */
  #heard = 0;

  constructor(
    private readonly url: string,
    readonly number: string,
    /** How long it waits for a bubble (ms). */
    private readonly patienceMs = WAIT_MS,
    /** How often it looks meanwhile (ms). */
    private readonly lookMs = LOOK_MS,
  ) {}

  /** Sends texts one after the other; each is accepted. */
  async texts(...texts: string[]): Promise<void> {
    for (const text of texts) equal((await this.sends({ text })).status, 202);
  }

  /** Sends one text; the message's id is its own where none is given. */
  sends(message: { text: string; messageId?: string }): Promise<Response> {
    return fetch(`${this.url}/api/simulator/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: this.number, ...message }),
    });
  }

  async screen(): Promise<Item[]> {
    const response = await fetch(
      `${this.url}/api/simulator/messages?limit=500&phone=${encodeURIComponent(this.number)}`,
    );
    return Page.parse(await response.json()).items;
  }

  /** All bubbles that reached the phone, oldest first. */
  async bubbles(): Promise<string[]> {
    const items = await this.screen();
    return items
      .filter(({ direction, status }) => direction === 'outbound' && ARRIVED.includes(status))
      .map(({ text }) => text);
  }

  /** Waits for a bubble that was not heard yet, and answers it; what came before it counts as heard too. */
  async hears(pattern: RegExp): Promise<string> {
    return until(
      async () => {
        const bubbles = await this.bubbles();
        const at = bubbles.findIndex((text, index) => index >= this.#heard && pattern.test(text));
        const text = bubbles[at];
        if (text === undefined)
          throw new Error(`waited for ${pattern} after ${JSON.stringify(bubbles.slice(this.#heard))}`);
        this.#heard = at + 1;
        return text;
      },
      this.patienceMs,
      this.lookMs,
    );
  }

  /** Texts and waits for the answer. */
  async asks(text: string, answer: RegExp): Promise<string> {
    await this.texts(text);
    return this.hears(answer);
  }

  /** What came since the last bubble that was heard. */
  async news(): Promise<string[]> {
    return (await this.bubbles()).slice(this.#heard);
  }

  /** Waits for a payment link. */
  hearsLink(): Promise<string> {
    return this.hears(/^http\S+\/till\/[0-9a-f-]{36}$/);
  }

  /** Opens a link and presses its button; answers where the till leads next. */
  async pays(link: string): Promise<string> {
    const page = await (await fetch(link)).text();
    const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error('the pay page has no button');
    const { status, headers } = await fetch(new URL(action, link), { method: 'POST', redirect: 'manual' });
    equal(status, 303);
    return headers.get('location') ?? '';
  }
}
