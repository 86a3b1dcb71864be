// The whole shop with Square behind its counter, both real to each other over HTTP, and a hand on what lies between them:
// requests that fail the first time that they are made, and webhooks that come twice and backwards.
import { expect, vi } from 'vitest';
import { keepShelves, reconcile } from '../../src/cli/shop/keep-shelves.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { SQUARE_SIGNATURE } from '../../src/commerce/square/webhook.ts';
import type { FakeSquare, SquareFault } from '../fakes/square.ts';
import type { Order, Variation } from '../fakes/square/books.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import type { Book } from '../shop/journeys.ts';
import type { ShopKit } from '../shop/kit.ts';
import type { Phone } from '../shop/phone.ts';
import { transcriptOf } from './transcript.ts';

/** What goes wrong between the two. */
export type Weather = { fault: SquareFault | null; webhooks: 'in order' | 'twice and backwards' };
/** Waits for what a busy machine still owes, and does not keep it busy by looking: eight play at once (ms). */
const PATIENT = { timeout: 120_000, interval: 200 };
/** News that a slow day brings and a quick one does not: they are no part of a sale. */
const SLOW = /^marty: (?:order\.linkDelayed|payment\.slow)/;

/** What a sale came to, on both sides. */
export type Outcome = {
  /** Orders at Square that were made for this customer, and how many links still lead to one that can be paid. */
  square: Array<{ state: string; handedOver: string; isNamed: boolean }>;
  links: number;
  refunds: string[];
  /** States of our orders, newest first. */
  orders: string[];
  stock: { ours: number; promised: number; atSquare: number | null };
  told: string[];
};

export class Stage {
  #weather: Weather = { fault: null, webhooks: 'in order' };
  #round: Promise<void> | null = null;

  constructor(
    readonly kit: ShopKit,
    readonly fake: FakeSquare,
  ) {}

  /** So many copies stand at Square, and we know it; from then on the weather is this. */
  async begin(weather: Weather, shelf: ReadonlyArray<[book: Book, copies: number]>): Promise<void> {
    this.fake.plague = null;
    for (const [{ isbn13, title, priceCents }, count] of shelf) {
      const id = idOf(isbn13);
      this.fake.books.variations.set(id, { id, upc: isbn13, name: title, priceCents, count });
    }
    const [store] = this.kit.shop.stores();
    if (!store) throw new Error('the shop has a store');
    await reconcile(this.kit.shop, store, Date.now);
    this.fake.outbox.length = 0;
    this.#weather = weather;
    this.fake.plague = weather.fault;
  }

  phone(): Phone {
    return this.kit.phone(PATIENT);
  }

  variation({ isbn13 }: Book): Variation {
    const variation = this.fake.books.variations.get(idOf(isbn13));
    if (!variation) throw new Error('Square does not have this book');
    return variation;
  }

  /** Pays on the hosted page, as somebody whom Square knows by another number; then Square calls. */
  async pays(link: string): Promise<void> {
    this.fake.pay(link.slice(link.lastIndexOf('/') + 1));
    await this.squareCalls();
  }

  /** Square tells all that it has to tell. */
  async squareCalls(): Promise<void> {
    const events = this.fake.outbox.splice(0);
    if (this.#weather.webhooks === 'in order') for (const { body } of events) await this.#call(body);
    else await Promise.all([...events.toReversed(), ...events].map(({ body }) => this.#call(body)));
  }

  async #call(body: string): Promise<void> {
    const url = `${this.kit.url}/webhook/square`;
    const signature = signSquareEvent({ url, body, key: this.fake.signatureKey });
    const { status } = await fetch(url, { method: 'POST', body, headers: { [SQUARE_SIGNATURE]: signature } });
    expect(status).toBe(200);
  }

  /** One round of everything that the shop does by itself, for all who wait for one. */
  rounds(): Promise<void> {
    return (this.#round ??= this.#goRound().finally(() => (this.#round = null)));
  }

  /** What waits to be tried again need not wait. */
  async #goRound(): Promise<void> {
    await this.kit.pool.query(`UPDATE stock_moves SET due_at = now() WHERE sent_at IS NULL`);
    await this.kit.pool.query(`UPDATE stock_checks SET due_at = now()`);
    await keepShelves(this.kit.shop);
    await keepHouse(this.kit.shop);
  }

  /** Staff do something to the newest order of a phone. */
  async staff(reader: Phone, action: string, body?: unknown): Promise<void> {
    const { id } = await this.kit.order(reader);
    expect((await this.kit.staff('POST', `/api/orders/${id}/${action}`, body)).status).toBe(202);
  }

  async until(condition: () => Promise<void> | void): Promise<void> {
    await vi.waitFor(condition, PATIENT);
  }

  hearsLink(reader: Phone): Promise<string> {
    return reader.hears(/^http\S+\/l\/link-\S+$/);
  }

  /** What the sale of a book to a phone came to, once both shelves agree. */
  async outcome(reader: Phone, sold: Book): Promise<Outcome> {
    await this.until(async () => {
      await this.squareCalls();
      await this.rounds();
      const { ours, promised, atSquare } = await this.#stock(sold);
      expect(ours - promised).toBe(atSquare);
      expect(await this.#waiting(reader)).toBe(0);
    });
    const mine = await this.kit.orders(reader);
    const square = this.#ordersOf(mine.map(({ id }) => id));
    const ids = new Set(square.map(({ id }) => id));
    const { links, refunds, payments } = this.fake.books;
    const isMine = ({ payment_id }: { payment_id: string }) => ids.has(payments.get(payment_id)?.order_id ?? '');
    return {
      square: square.map(({ state, fulfillments: [first], customer_id }) => {
        return { state, handedOver: first?.state ?? '', isNamed: customer_id !== undefined };
      }),
      links: [...links.values()].filter(({ order_id }) => ids.has(order_id)).length,
      refunds: [...refunds.values()].filter(isMine).map(({ status }) => status),
      orders: mine.map(({ state }) => state),
      stock: await this.#stock(sold),
      told: await this.told(reader),
    };
  }

  async told(reader: Phone): Promise<string[]> {
    return transcriptOf(await reader.screen()).filter((line) => !SLOW.test(line));
  }

  #ordersOf(ids: readonly string[]): Order[] {
    return [...this.fake.books.orders.values()].filter(({ reference_id: id }) => id !== undefined && ids.includes(id));
  }

  async #stock(sold: Book): Promise<Outcome['stock']> {
    const [ours] = await this.kit.shop.services.stock.counts(1, [sold.isbn13]);
    return { ours: ours?.onHand ?? 0, promised: ours?.reserved ?? 0, atSquare: this.variation(sold).count };
  }

  /** Bubbles and commands of this customer, and of their orders, that are under way. */
  async #waiting(reader: Phone): Promise<number> {
    const key = await this.kit.shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
    const { rows } = await this.kit.pool.query<{ n: number }>(
      `WITH mine AS (SELECT $1::uuid AS key UNION ALL SELECT id FROM orders WHERE customer_key = $1)
       SELECT ((SELECT count(*) FROM commands WHERE actor_key IN (SELECT key FROM mine) AND status IN ('pending', 'running'))
         + (SELECT count(*) FROM messages WHERE actor_key = $1 AND status IN ('queued', 'sending'))
         + (SELECT count(*) FROM inbox WHERE actor_key IN (SELECT key FROM mine)))::int AS n`,
      [key],
    );
    return rows[0]?.n ?? 0;
  }
}

function idOf(isbn13: string): string {
  return `v-${isbn13}`;
}
