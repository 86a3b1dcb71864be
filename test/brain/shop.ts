// The demo shop with a customer in it, on a real database: texts go in, a reply comes out, and what a chart would
// remember (offers, chosen) is remembered.
import { randomUUID } from 'node:crypto';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FoundBook, ReplyOutput, ShownBook, Stage } from '../../schema/acts.ts';
import { customers } from '../../schema/commerce.ts';
import { messages } from '../../schema/messages.ts';
import { stores } from '../../schema/stores.ts';
import { createBrain } from '../../src/brain/brain.ts';
import type { Brain, BrainOptions } from '../../src/brain/brain.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { seedBooks } from '../../src/catalogue/seed-books.ts';
import { sealPurchases } from '../../src/commerce/purchases.ts';
import { createWaitlist } from '../../src/commerce/waitlist/waitlist.ts';
import { uuidAt } from '../../src/runtime/ids.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { STORE, WEDNESDAY_ONE_PM } from './situations.ts';

const vault = createVault(Buffer.alloc(32, 3));
const OFFERS_MAX = 6;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Moves on by a second with every message. */
let clockMs = WEDNESDAY_ONE_PM;

/** Opens a store and fills it with the demo books; returns its id. */
export async function openShop(db: NodePgDatabase, slug: string): Promise<number> {
  const { name, timezone, hours, place, shippingCents, taxRatePpm } = STORE;
  const [store] = await db
    .insert(stores)
    .values({ slug, name, timezone, hours, place, shippingCents, taxRatePpm, currency: 'USD' })
    .returning();
  if (store === undefined) throw new Error('the store was not opened');
  await seedBooks(db, store.id);
  return store.id;
}

/** A brain on the real catalogue. */
export function brainOf(
  db: NodePgDatabase,
  claude: BrainOptions['config']['claude'] = null,
  onFallback?: BrainOptions['onFallback'],
  finder: BrainOptions['finder'] = { find: async () => ({ kind: 'none' }) },
): Brain {
  const options = {
    db,
    vault,
    catalogue: createCatalogue({ db }),
    finder,
    waitlist: createWaitlist(db, () => clockMs),
    now: () => clockMs,
    config: { claude },
  };
  return createBrain(onFallback === undefined ? options : { ...options, onFallback });
}

/** One customer of a store. `stage` and `chosen` are the test's to set, as the chart would. */
export class Customer {
  stage: Stage = 'browsing';
  chosen: ShownBook | null = null;
  offers: ShownBook[] = [];
  found: FoundBook[] = [];
  readonly threadId = randomUUID();
  readonly actorKey = randomUUID();
  readonly dataKey = vault.createDataKey();
  readonly #db: NodePgDatabase;
  readonly #storeId: number;
  #seq = 0;
  #sinceMs: number | null = null;

  constructor(db: NodePgDatabase, storeId: number) {
    this.#db = db;
    this.#storeId = storeId;
  }

  get whose() {
    return { storeId: this.#storeId, actorKey: this.actorKey, dataKey: this.dataKey };
  }

  /** Texts, and hears the answer; the talk is put into the transcript. */
  async texts(brain: Brain, ...texts: string[]): Promise<ReplyOutput> {
    for (const text of texts) await this.keep('customer', text);
    const reply = await this.answeredBy(brain);
    for (const bubble of reply.bubbles) await this.keep('marty', bubble);
    if (reply.bubbles.length === 0) await this.keep('marty', '(the chart speaks)');
    this.found = [...(reply.found ?? []), ...this.found];
    const shown = new Set(reply.shown.map((book) => book.isbn13));
    this.offers = [...reply.shown, ...this.offers.filter((book) => !shown.has(book.isbn13))].slice(0, OFFERS_MAX);
    if (this.stage === 'browsing' && this.offers.length > 0) this.stage = 'recommending';
    return reply;
  }

  answeredBy(brain: Brain, signal: AbortSignal = new AbortController().signal): Promise<ReplyOutput> {
    const { stage, offers, chosen, found, threadId } = this;
    return brain.reply(
      {
        ...this.whose,
        stage,
        offers,
        chosen,
        found,
        elsewhere: null,
        threadId,
        orderId: null,
        sinceMs: this.#sinceMs ?? clockMs + 1,
        awaySinceMs: null,
        begun: null,
      },
      signal,
    );
  }

  /** What Square told of them: books from the counter, so many days ago. */
  async hasBought(...books: Array<{ isbn13: string; title: string; daysAgo: number }>): Promise<void> {
    const purchases = books.map(({ daysAgo, ...book }) => ({
      ...book,
      atMs: clockMs - daysAgo * DAY_MS,
      isInHand: true,
    }));
    const { storeId, actorKey, dataKey } = this.whose;
    const pastOrdersSealed = sealPurchases(vault, dataKey, purchases);
    await this.#db.insert(customers).values({ storeId, actorKey, pastOrdersSealed });
  }

  async keep(by: 'customer' | 'marty', text: string, kind: 'talk' | 'fact' = 'talk'): Promise<void> {
    this.#seq += 1;
    clockMs += 1000;
    if (by === 'customer') this.#sinceMs ??= clockMs;
    else if (kind === 'talk') this.#sinceMs = null;
    const at = new Date(clockMs);
    await this.#db.insert(messages).values({
      storeId: this.#storeId,
      id: uuidAt(at.getTime()),
      actorKey: this.actorKey,
      direction: by === 'customer' ? 'inbound' : 'outbound',
      by,
      kind,
      bodySealed: vault.seal(this.dataKey, text),
      status: by === 'customer' ? 'received' : 'sent',
      seq: this.#seq,
      at,
      updatedAt: at,
    });
  }
}
