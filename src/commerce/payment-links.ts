// One payment link per order and revision. Right before it is asked for, price and stock are read once more;
// from then on the request is frozen, and every attempt sends the same one.
import type { OrderLine } from '../../schema/order.ts';
import type { Db } from './db.ts';
import { answerIntent, findIntent, forestallIntent, freezeIntent, giveUpIntent, intentsOf } from './intents.ts';
import type { Intent } from './intents.ts';
import { recheck } from './recheck.ts';
import type { Unfit } from './recheck.ts';
import type { Stock } from './stock/stock.ts';
import { getStore } from './stores.ts';
import { goodsOf, Link, LinkRequest, TillRefused } from './till.ts';
import type { OrderCustomers, SealedCustomer, ShelfFact, Till } from './till.ts';

/** `now`: milliseconds since 1970 (UTC). */
export type Counter = {
  db: Db;
  stock: Stock;
  till: Till;
  customers: Pick<OrderCustomers, 'forOrder'>;
  now: () => number;
};
export type LinkWish = {
  storeId: number;
  orderId: string;
  revision: number;
  lines: OrderLine[];
  fulfillment: 'pickup' | 'shipping';
  addressId: string | null;
  /** Where the provider's record of the customer cannot be had just now, the order goes without; default false. */
  mayBeAnonymous?: boolean;
};
/** A refusal is the last word on this revision. `withdrawn`: the order gave it up. There is no link then, and will be none. */
export type LinkAnswer = { link: Link } | { refused: 'withdrawn' } | Unfit;

/** The intent's key, at most 44 characters: a UUID, a revision of up to five digits, and what is meant. */
export function linkKey(orderId: string, revision: number): string {
  return `${orderId}-${revision}-l`;
}

export async function openLink(counter: Counter, wish: LinkWish, signal?: AbortSignal): Promise<LinkAnswer> {
  const ref = { storeId: wish.storeId, key: linkKey(wish.orderId, wish.revision) };
  const known = await findIntent(counter.db, ref);
  if (known !== null && known.request !== null) return attempt(counter, known, signal);
  const fit = await recheck(counter, wish, signal);
  if ('refused' in fit) return refuse(counter, wish, fit, signal);
  if (known !== null) return { refused: 'withdrawn' };
  const customer = await customerOf(counter, wish, signal);
  const request = await price(counter.db, wish, { ...fit, customer });
  return attempt(counter, await freezeIntent(counter.db, draftOf(counter, wish, request)), signal);
}

/** From now on no other attempt opens this link; one that has asked for it meanwhile is right. */
async function refuse(counter: Counter, wish: LinkWish, unfit: Unfit, signal?: AbortSignal): Promise<LinkAnswer> {
  const ended = await forestallIntent(counter.db, draftOf(counter, wish, null));
  return ended.request === null ? unfit : attempt(counter, ended, signal);
}

async function customerOf(
  { customers }: Counter,
  wish: LinkWish,
  signal?: AbortSignal,
): Promise<SealedCustomer | null> {
  try {
    return await customers.forOrder(wish, signal);
  } catch (error) {
    if (wish.mayBeAnonymous !== true) throw error;
    signal?.throwIfAborted();
    return null;
  }
}

/** Undoes `openLink`, also one that has not happened yet or is on its way. */
export async function withdrawLink(counter: Counter, wish: LinkWish, signal?: AbortSignal): Promise<void> {
  const intent = await giveUpIntent(counter.db, draftOf(counter, wish, null));
  try {
    await attempt(counter, intent, signal);
  } catch (error) {
    // The till closed the link itself before it said so.
    if (!(error instanceof TillRefused) || error.code !== 'price_moved') throw error;
  }
}

/** Closes a link of this order; throws `TillRefused` for one that is not its own. `paid`: money came first. */
export async function closeLink(
  { db, till }: Pick<Counter, 'db' | 'till'>,
  { storeId, orderId, linkId }: OwnLink,
  signal?: AbortSignal,
): Promise<'cancelled' | 'paid'> {
  const link = await linkOf(db, { storeId, orderId, linkId });
  return till.cancelLink({ storeId, ...link }, signal);
}

type OwnLink = { storeId: number; orderId: string; linkId: string };

/** What the till answered when it made a link of this order; throws `TillRefused` for one that is not its own. */
export async function linkOf(db: Db, { storeId, orderId, linkId }: OwnLink): Promise<Link> {
  const intents = await intentsOf(db, { storeId, orderId }, 'link');
  const link = intents.map(({ response }) => Link.safeParse(response).data).find((one) => one?.linkId === linkId);
  if (!link) throw new TillRefused('unknown_link');
  return link;
}

function draftOf({ now, till }: Counter, { storeId, orderId, revision }: LinkWish, request: LinkRequest | null) {
  const key = linkKey(orderId, revision);
  const intent = { operation: 'link' as const, provider: till.provider, createdAt: new Date(now()) };
  return { storeId, orderId, key, request, ...intent };
}

// A request that was frozen is always asked to its end: the till may have heard it although we never got its answer.
async function attempt({ db, till }: Counter, intent: Intent, signal?: AbortSignal): Promise<LinkAnswer> {
  if (intent.request === null) return { refused: 'withdrawn' };
  const link =
    intent.response === null
      ? await till.createLink(LinkRequest.parse(intent.request), signal)
      : Link.parse(intent.response);
  const answered = await answerIntent(db, intent, { response: link, reference: link.reference });
  if (answered.cancelledAt === null) return { link };
  await till.cancelLink({ storeId: intent.storeId, ...link }, signal);
  return { refused: 'withdrawn' };
}

type Looked = { shelf: ShelfFact[]; customer: SealedCustomer | null };

async function price(db: Db, wish: LinkWish, { shelf, customer }: Looked): Promise<LinkRequest> {
  const store = await getStore(db, wish.storeId);
  const known = new Map(shelf.map(({ isbn13, catalogId }) => [isbn13, catalogId]));
  return LinkRequest.parse({
    ...wish,
    lines: wish.lines.map((line) => ({ ...line, catalogId: known.get(line.isbn13) ?? null })),
    intentKey: linkKey(wish.orderId, wish.revision),
    customer,
    currency: store.currency,
    taxCents: taxOn(goodsOf(wish.lines), store.taxRatePpm),
    taxRatePpm: store.taxRatePpm,
    shippingCents: wish.fulfillment === 'shipping' ? store.shippingCents : 0,
  });
}

/** Rounded to the nearest cent, half a cent up. */
export function taxOn(goodsCents: number, taxRatePpm: number): number {
  return Math.floor((goodsCents * taxRatePpm + 500_000) / 1_000_000);
}
