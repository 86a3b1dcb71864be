// Customers who buy a book each, by text, and what must be true of every one of them whatever happened meanwhile.
import { deepEqual, equal } from 'node:assert/strict';
import { METHOD, PAID, PAY_HOW, SURE } from '../shop/lines.ts';
import { Phone } from '../shop/phone.ts';
import type { Book } from '../shop/journeys.ts';
import type { Ask } from '../shop/rules.ts';
import { until } from '../harness/until.ts';

/** A text, its answer and whatever happens to the shop between them (ms). */
export const PATIENCE_MS = 180_000;
const LINK = /^http\S+\/till\/[0-9a-f-]{36}$/;
/** What a customer says on the way to one sale, and what answers it. */
const ANSWERS = [SURE, METHOD, PAY_HOW, LINK, PAID];
/** Texts that each customer sends. */
export const TEXTS_A_SALE = 5;

/**
 * Buys one copy to pick up, pays by link, and has heard each answer once in the end. All texts say more than a pattern
 * could be sure of, so that each of them is a call to the model.
 */
export async function buy(phone: Phone, { named, title }: Book): Promise<void> {
  await asks(phone, `do you have ${named}?`, new RegExp(title));
  await asks(phone, "i'll take it, thank you, that is just the one that she wanted", SURE);
  await asks(phone, 'yes, that is right, one copy of it is what i am after', METHOD);
  await asks(phone, 'i would like to pick it up at the shop when i am in town', PAY_HOW);
  const link = await asks(phone, 'i would like to pay now, by link, and be done with it', LINK);
  await insist(() => phone.pays(link));
  await phone.hears(PAID);
  const bubbles = await insist(() => phone.bubbles());
  const heard = ANSWERS.map((answer) => bubbles.filter((text) => answer.test(text)).length);
  deepEqual(heard, [1, 1, 1, 1, 1], `each answer once: ${JSON.stringify(bubbles)}`);
}

// A provider calls its webhook until it gets a 2xx, with the same id. The number tells the model's calls apart.
async function asks(phone: Phone, text: string, answer: RegExp): Promise<string> {
  const message = { text: `${text} (${phone.number.slice(-4)})`, messageId: crypto.randomUUID() };
  await insist(async () => equal((await phone.sends(message)).status, 202));
  return phone.hears(answer);
}

/** As a provider or a person does: again and again, until it works or patience ends. */
export function insist<T>(attempt: () => Promise<T>): Promise<T> {
  return until(attempt, PATIENCE_MS, 200);
}

/** A number of customers, each at a sale of their own. */
export class Crowd {
  /** Of all customers so far. */
  sales = 0;
  #numbers = 0;

  constructor(
    private readonly url: string,
    private readonly book: Book,
  ) {}

  /** So many new customers, a moment between them, buy one copy each; resolves when all of them have. */
  async buy(customers: number): Promise<void> {
    await this.#all(customers, () => this.#sale());
  }

  /** So many customers at a time go on buying until told to stop; resolves when the last of them has. */
  async buyUntil(customers: number, isOver: () => boolean): Promise<void> {
    await this.#all(customers, async () => {
      do await this.#sale();
      while (!isOver());
    });
  }

  async #sale(): Promise<void> {
    const number = `+1201555${1000 + this.#numbers++}`;
    await buy(new Phone(this.url, number, PATIENCE_MS), this.book);
    this.sales += 1;
  }

  #all(customers: number, shopping: () => Promise<void>): Promise<unknown> {
    return Promise.all(Array.from({ length: customers }, shopping));
  }
}

/** What is still under way; empty once the shop has come to rest. */
export async function unsettled(ask: Ask): Promise<string[]> {
  const rows = await ask(`
    SELECT 'command ' || name AS what FROM commands WHERE status IN ('pending', 'running')
    UNION ALL SELECT 'event ' || type FROM inbox
    UNION ALL SELECT 'bubble' FROM messages WHERE status IN ('queued', 'sending')
    UNION ALL SELECT 'callback' FROM till_events WHERE delivered_at IS NULL`);
  return rows.map(({ what }) => String(what));
}

/** Conversations in which a text was taken in twice, or never. */
export function miscounted(ask: Ask): Promise<unknown[]> {
  return ask(
    `SELECT thread_id, count(*) FROM messages WHERE direction = 'inbound' GROUP BY thread_id HAVING count(*) <> ${TEXTS_A_SALE}`,
  );
}

export async function paidOrders(ask: Ask): Promise<number> {
  const [row] = await ask(`SELECT count(*)::int AS count FROM orders WHERE payment_status = 'paid'`);
  return Number(row?.['count']);
}
