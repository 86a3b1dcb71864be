// A till of Marty's own, for shops without a payment provider and for demonstrations: it takes no card and moves no
// money, but keeps every promise that a real one keeps (one link, one charge, one refund per key).
import { and, eq, sql } from 'drizzle-orm';
import { tillLinks, tillRefunds } from '../../../schema/commerce.ts';
import type { Db, Tx } from '../db.ts';
import { LinkRequest, TillRefused, totalOf } from '../till.ts';
import type { BookedRefund, Link, LinkRef, LinkState, Payment, Refund, RefundRequest, Till } from '../till.ts';

export type LocalTillOptions = {
  db: Db;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Makes unguessable UUIDs: whoever has a link's id can pay it. */
  newId: () => string;
};
export type LinkRow = typeof tillLinks.$inferSelect;

export function createLocalTill(options: LocalTillOptions): Till {
  const { db, now } = options;
  return {
    provider: 'local',
    lookUp: () => Promise.resolve([]),
    ping: () => Promise.resolve(),
    createLink: (request) => createLink(options, request),
    cancelLink: (link) => cancelLink(db, link),
    getLink: (link) => getLink(db, link),
    getPayment: (payment) => getPayment(db, payment),
    getRefund: (refund) => getRefund(db, refund),
    refundsSince: () => Promise.resolve([]), // nobody but us can make one
    getTracking: () => Promise.resolve(null),
    handOver: () => Promise.resolve(), // it keeps no orders of its own
    refund: (request) => db.transaction((tx) => refund(tx, request, new Date(now()))),
  };
}

async function createLink({ db, publicUrl, now, newId }: LocalTillOptions, request: LinkRequest): Promise<Link> {
  const { storeId, intentKey, orderId, currency } = request;
  const row = { storeId, id: newId(), intentKey, orderId, currency, request, totalCents: totalOf(request) };
  await db
    .insert(tillLinks)
    .values({ ...row, state: 'open', createdAt: new Date(now()) })
    .onConflictDoNothing({ target: [tillLinks.storeId, tillLinks.intentKey] });
  const [link] = await db
    .select()
    .from(tillLinks)
    .where(and(eq(tillLinks.storeId, storeId), eq(tillLinks.intentKey, intentKey)));
  if (!link) throw new Error(`the link of intent ${intentKey} was just written and is gone`);
  return describeLink(link, publicUrl, request);
}

function describeLink(link: LinkRow, publicUrl: string, asked: LinkRequest): Link {
  const { taxCents, shippingCents, orderId } = LinkRequest.parse(link.request);
  if (link.totalCents !== totalOf(asked) || orderId !== asked.orderId) throw new TillRefused('key_reused');
  const { id, totalCents } = link;
  return { linkId: id, url: `${publicUrl}/till/${id}`, reference: id, totalCents, taxCents, shippingCents };
}

/** Who locks the row first, wins: a payment or the cancellation. */
async function cancelLink(db: Db, { storeId, linkId }: LinkRef): Promise<'cancelled' | 'paid'> {
  const [link] = await db
    .update(tillLinks)
    .set({ state: sql`case ${tillLinks.state} when 'paid' then 'paid' else 'cancelled' end` })
    .where(and(eq(tillLinks.storeId, storeId), eq(tillLinks.id, linkId)))
    .returning({ state: tillLinks.state });
  if (!link) throw new TillRefused('unknown_link');
  return link.state === 'paid' ? 'paid' : 'cancelled';
}

async function getLink(db: Db, { storeId, linkId }: LinkRef): Promise<LinkState> {
  const [link] = await db
    .select()
    .from(tillLinks)
    .where(and(eq(tillLinks.storeId, storeId), eq(tillLinks.id, linkId)));
  if (!link) throw new TillRefused('unknown_link');
  return { state: link.state, payment: paymentOf(link) };
}

async function getPayment(
  db: Db,
  { storeId, paymentId }: { storeId: number; paymentId: string },
): Promise<Payment | null> {
  const [link] = await db.select().from(tillLinks).where(hasPayment(storeId, paymentId));
  return link ? paymentOf(link) : null;
}

async function refund(tx: Tx, request: RefundRequest, createdAt: Date): Promise<Refund> {
  const { storeId, intentKey, paymentId, amountCents } = request;
  const [link] = await tx.select().from(tillLinks).where(hasPayment(storeId, paymentId)).for('update');
  if (!link || link.orderId !== request.orderId) throw new TillRefused('unknown_payment');
  const done: Refund = { refundId: REFUND_ID + intentKey, status: 'completed' };
  const fresh = await tx
    .insert(tillRefunds)
    .values({ storeId, intentKey, paymentId, amountCents, createdAt })
    .onConflictDoNothing()
    .returning();
  if (fresh.length === 0) return done;
  const refundedCents = link.refundedCents + amountCents;
  if (refundedCents > link.totalCents) throw new TillRefused('not_refundable');
  await tx.update(tillLinks).set({ refundedCents }).where(hasPayment(storeId, paymentId));
  return done;
}

const REFUND_ID = 'refund-';

async function getRefund(
  db: Db,
  { storeId, refundId }: { storeId: number; refundId: string },
): Promise<BookedRefund | null> {
  const [made] = await db
    .select({ paymentId: tillRefunds.paymentId, amountCents: tillRefunds.amountCents })
    .from(tillRefunds)
    .where(and(eq(tillRefunds.storeId, storeId), eq(tillRefunds.intentKey, refundId.slice(REFUND_ID.length))));
  return made ? { refundId, status: 'completed', isOurs: true, ...made } : null;
}

function hasPayment(storeId: number, paymentId: string) {
  return and(eq(tillLinks.storeId, storeId), eq(tillLinks.paymentId, paymentId));
}

function paymentOf({ id: reference, paymentId, totalCents, currency, refundedCents }: LinkRow): Payment | null {
  if (paymentId === null) return null;
  const money = { amountCents: totalCents, currency, refundedCents };
  return { paymentId, reference, status: 'completed', ...money, refundIds: [] };
}
