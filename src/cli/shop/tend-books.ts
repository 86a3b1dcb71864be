// The housekeeping of books that are not on the shelf: who waits is called, what sources said long ago is forgotten,
// covers and descriptions are fetched bit by bit, and a key that is about to expire is spoken of in time.
import { COAST_TO_COAST, wakesAt } from '../../../schema/quiet-hours.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { describeBooks } from '../../catalogue/sources/describe-books.ts';
import { callWaiting } from '../../commerce/waitlist/call-waiting.ts';
import type { WaitEntry } from '../../commerce/waitlist/waitlist.ts';
import { every } from '../../runtime/clock.ts';
import type { Shop } from './open-shop.ts';
import { errorName } from '../../runtime/errors.ts';

const HOUR_MS = 60 * 60 * 1000;
/** How long a copy waits for whoever was called, from when they are awake. */
const ASIDE_MS = 24 * HOUR_MS;
const PER_ROUND_MAX = 100;
/** Books to look up in a round of a minute: the sources' budgets are for customers first. */
const DESCRIBED_PER_ROUND = 10;
/** A key is spoken of so long before it ends. */
export const EXPIRY_NEAR_MS = 14 * 24 * HOUR_MS;

/** One round along all lines. Several processes may be at it at once. */
export async function callWhoWaits(shop: Shop): Promise<void> {
  const { db, services } = shop;
  await callWaiting({
    db,
    stock: services.stock,
    now: shop.clock.now,
    untilMs: (nowMs) => wakesAt(COAST_TO_COAST, nowMs) + ASIDE_MS,
    tellBack: ({ entry, untilMs }) => tellBack(shop, entry, untilMs),
    tellGone: (entry) => tellGone(shop, entry),
    onError: warned(shop, 'an entry of the waiting list could not be served'),
    limit: PER_ROUND_MAX,
  });
}

/** A few books get their covers and descriptions. Several processes may be at it at once. */
export async function describeSome(shop: Shop): Promise<void> {
  const { db, books, clock } = shop;
  const onError = warned(shop, 'a book could not be described');
  await describeBooks({ db, sources: books.sources, now: clock.now, limit: DESCRIBED_PER_ROUND, onError });
}

function warned({ log }: Shop, message: string): (error: unknown) => void {
  return (error) => log.warn({ error: errorName(error) }, message);
}

async function tellBack({ runtime, services }: Shop, entry: WaitEntry, until: number): Promise<void> {
  const { storeId, actorKey, isbn13, id } = entry;
  const [book] = await services.catalogue.get(storeId, [isbn13]);
  if (!book) throw new Error('a book is in stock that the shop does not list');
  const event = { type: 'book.back', book: shownBook({ ...book, onHand: 1 }), until };
  await runtime.send({ storeId, key: actorKey }, event, { dedupeKey: `waitlist:${id}`, source: 'waitlist' });
}

async function tellGone({ runtime }: Shop, { storeId, actorKey, isbn13, id }: WaitEntry): Promise<void> {
  const event = { type: 'book.gone', isbn13 };
  await runtime.send({ storeId, key: actorKey }, event, { dedupeKey: `waitlist-gone:${id}`, source: 'waitlist' });
}

/** Says once a day, and at once, which source's key is about to expire or has; the returned function stops it. */
export function watchExpiry(shop: Shop): () => Promise<void> {
  const look = async () => warnOfExpiry(shop, shop.clock.now());
  void look();
  return every(shop.clock, 24 * HOUR_MS, look, () => undefined);
}

function warnOfExpiry({ books, log }: Shop, nowMs: number): void {
  for (const { name, expiresAt } of books.sources) {
    if (expiresAt === null || expiresAt.getTime() - nowMs > EXPIRY_NEAR_MS) continue;
    const message =
      expiresAt.getTime() <= nowMs
        ? 'the key of a book source has expired: titles cannot be looked up there until it has a new one'
        : 'the key of a book source expires soon: have a new one made';
    log.warn({ source: name, expiresAt: expiresAt.toISOString() }, message);
  }
}
