// The whole shop with Square behind its counter, both real to each other over HTTP, and a hand on what lies between them:
// requests that fail the first time that they are made, and webhooks that come twice and backwards.
import { expect, vi } from 'vitest';
import { keepShelves, reconcile } from '../../src/cli/shop/keep-shelves.ts';
import { keepHouse, lookForRefunds } from '../../src/cli/shop/work.ts';
import { SQUARE_SIGNATURE } from '../../src/commerce/square/webhook.ts';
import type { FakeSquare } from '../fakes/square.ts';
import type { Variation } from '../fakes/square/books.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import type { SquareEvent } from '../fakes/square/webhooks.ts';
import type { Book } from '../shop/journeys.ts';
import type { ShopKit } from '../shop/kit.ts';
import type { Phone } from '../shop/phone.ts';
import type { Copies } from './outcome.ts';
import type { Weather } from './playing.ts';

/** Waits for what a busy machine still owes, and does not keep it busy by looking: nine play at once (ms). */
const PATIENT = { timeout: 300_000, interval: 200 };
const STORE = 1;

export class Stage {
  #webhooks: Weather['webhooks'];
  #round: Promise<void> | null = null;

  constructor(
    readonly kit: ShopKit,
    readonly fake: FakeSquare,
  ) {}

  /** So many copies stand at Square, and we know it; from then on the weather is this. */
  async begin({ fault, webhooks }: Weather, shelf: ReadonlyArray<[book: Book, copies: number]>): Promise<void> {
    this.fake.plague = null;
    this.fake.isDown = null;
    for (const [book, count] of shelf) {
      const id = variationIdOf(book);
      this.fake.books.variations.set(id, {
        id,
        upc: book.isbn13,
        name: book.title,
        priceCents: book.priceCents,
        count,
      });
      this.kit.comesIn(book.isbn13, count - (await this.copies(book)).ours);
    }
    const [store] = this.kit.shop.stores();
    if (!store) throw new Error('the shop has a store');
    await reconcile(this.kit.shop, store, Date.now);
    this.fake.outbox.length = 0;
    this.#webhooks = webhooks;
    this.fake.plague = fault ?? null;
  }

  phone(): Phone {
    return this.kit.phone(PATIENT);
  }

  async until<T>(condition: () => Promise<T> | T): Promise<T> {
    return vi.waitFor(condition, PATIENT);
  }

  async keyOf({ number: id }: Phone): Promise<string> {
    const key = await this.kit.shop.runtime.find({ storeId: STORE, machine: 'customer', id });
    if (key === null) throw new Error('they never texted');
    return key;
  }

  /** Staff do something to the newest order of a phone, and press again while the shop says that it could not take it. */
  async staff(reader: Phone, action: string, body?: unknown): Promise<void> {
    const { id } = await this.kit.order(reader);
    const { status } = await this.until(async () => {
      const answer = await this.kit.staff('POST', `/api/orders/${id}/${action}`, body);
      if (answer.status === 503) throw new Error('the shop is too busy');
      return answer;
    });
    expect(status).toBe(202);
  }

  hearsLink(reader: Phone): Promise<string> {
    return reader.hears(/^http\S+\/l\/link-\S+$/);
  }

  /** Pays on the hosted page, as somebody whom Square knows by another number; then Square calls. */
  async pays(link: string): Promise<void> {
    this.fake.pay(link.slice(link.lastIndexOf('/') + 1));
    await this.squareCalls();
  }

  /** Square tells all that it has to tell, and again what was not taken. */
  async squareCalls(): Promise<void> {
    await this.until(async () => {
      const events = this.fake.outbox.splice(0);
      if (this.#webhooks === undefined) for (const event of events) await this.#call(event);
      else await Promise.all([...events.toReversed(), ...events].map((event) => this.#call(event)));
      if (events.some((event) => this.fake.outbox.includes(event))) throw new Error('a webhook was not taken');
    });
  }

  async #call(event: SquareEvent): Promise<void> {
    const url = `${this.kit.url}/webhook/square`;
    const { body } = event;
    const signature = signSquareEvent({ url, body, key: this.fake.signatureKey });
    const answer = fetch(url, { method: 'POST', body, headers: { [SQUARE_SIGNATURE]: signature } });
    const isTaken = await answer.then(
      ({ ok }) => ok,
      () => false, // a busy machine cuts a connection now and then
    );
    if (!isTaken) this.fake.outbox.push(event);
  }

  /** One round of everything that the shop does by itself, for all who wait for one. */
  rounds(): Promise<void> {
    return (this.#round ??= this.#goRound().finally(() => (this.#round = null)));
  }

  /** What waits to be tried again need not wait. */
  async #goRound(): Promise<void> {
    await this.kit.pool.query(`UPDATE stock_moves SET due_at = now() WHERE sent_at IS NULL`);
    await this.kit.pool.query(`UPDATE stock_checks SET due_at = now()`);
    await keepShelves(this.kit.shop, Date.now);
    await keepHouse(this.kit.shop);
    await lookForRefunds(this.kit.shop);
  }

  /** So many minutes less to wait for whatever waits. */
  async passes(minutes: number): Promise<void> {
    const less = `SET due_at = due_at - $1 * interval '1 minute'`;
    await this.kit.pool.query(`UPDATE commands ${less} WHERE status = 'pending'`, [minutes]);
    await this.kit.pool.query(`UPDATE timers ${less}`, [minutes]);
  }

  variation(book: Book): Variation {
    const variation = this.fake.books.variations.get(variationIdOf(book));
    if (!variation) throw new Error('Square does not have this book');
    return variation;
  }

  /** On our shelf and on Square's. */
  async copies(book: Book): Promise<Copies> {
    const [ours] = await this.kit.shop.services.stock.counts(STORE, [book.isbn13]);
    return { ours: ours?.onHand ?? 0, promised: ours?.reserved ?? 0, atSquare: this.variation(book).count };
  }
}

function variationIdOf({ isbn13 }: Book): string {
  return `v-${isbn13}`;
}
