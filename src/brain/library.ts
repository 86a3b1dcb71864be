// The books that a customer has from the shop, whether bought by text or at the counter: never recommended to them again,
// and each asked about at most once.
import { and, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { bookMentions } from '../../schema/books.ts';
import { orderLines, orders } from '../../schema/commerce.ts';
import type { OrderState } from '../../schema/order.ts';
import { SOLD_STATES } from '../commerce/order-states.ts';
import { readPurchases } from '../commerce/purchases.ts';
import type { Purchase } from '../commerce/purchases.ts';
import type { Vault } from '../runtime/vault.ts';
import { saysTitle } from './house/draft.ts';
import type { Library, Whose } from './situation.ts';

/** Nobody has read a book on the day on which they got it. */
const READING_MS = 2 * 24 * 60 * 60 * 1000;
const OWN_MAX = 200;
const IN_HAND: readonly OrderState[] = ['pickedUp', 'delivered'];

/** @param beforeMs when the text came that is being answered: a second run of the same reply sees what the first one saw */
export async function readLibrary(
  db: NodePgDatabase,
  vault: Pick<Vault, 'open'>,
  whose: Whose,
  beforeMs: number,
): Promise<Library> {
  const [byText, atCounter] = await Promise.all([boughtByText(db, whose), readPurchases(db, vault, whose)]);
  const all = [...byText, ...atCounter].sort((a, b) => b.atMs - a.atMs);
  const newest = all.find(({ isInHand }) => isInHand);
  const lastBought = newest ? { isbn13: newest.isbn13, title: newest.title } : null;
  const isToAsk = newest !== undefined && (await isToAskAbout(db, whose, newest, beforeMs));
  return { owned: [...new Set(all.map(({ isbn13 }) => isbn13))], lastBought, askAbout: isToAsk ? lastBought : null };
}

/** Whether a reply asks about the book, or otherwise speaks of it. */
export function speaksOf(bubbles: readonly string[], book: NonNullable<Library['askAbout']>): boolean {
  return saysTitle(bubbles.join('\n'), book.title);
}

async function boughtByText(db: NodePgDatabase, { storeId, actorKey }: Whose): Promise<Purchase[]> {
  const rows = await db
    .select({ isbn13: orderLines.isbn13, title: orderLines.title, state: orders.state, at: orders.updatedAt })
    .from(orderLines)
    .innerJoin(orders, and(eq(orders.storeId, orderLines.storeId), eq(orders.id, orderLines.orderId)))
    .where(and(eq(orders.storeId, storeId), eq(orders.customerKey, actorKey), inArray(orders.state, [...SOLD_STATES])))
    .orderBy(desc(orders.createdAt))
    .limit(OWN_MAX);
  return rows.map(({ at, state, ...book }) => ({ ...book, atMs: at.getTime(), isInHand: IN_HAND.includes(state) }));
}

// Once it was spoken of since they have it, whoever began, there is nothing left to ask.
async function isToAskAbout(
  db: NodePgDatabase,
  { storeId, actorKey }: Whose,
  { isbn13, atMs }: Purchase,
  beforeMs: number,
): Promise<boolean> {
  if (beforeMs - atMs < READING_MS) return false;
  const since = and(
    eq(bookMentions.storeId, storeId),
    eq(bookMentions.actorKey, actorKey),
    eq(bookMentions.isbn13, isbn13),
    gt(bookMentions.lastAt, new Date(atMs)),
    lt(bookMentions.lastAt, new Date(beforeMs)),
  );
  return (await db.$count(bookMentions, since)) === 0;
}
