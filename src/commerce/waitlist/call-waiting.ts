// One round along all lines: what was not fetched in time goes back, free copies are set aside for whoever is first,
// and each of them is told once. It looks at what is on the shelf now, so it does not matter how a copy came there.
// Several processes may be at it at once: a reservation's key is its entry, and so is the key of the notice.
import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import { inventory } from '../../../schema/commerce.ts';
import { waitlist } from '../../../schema/elsewhere.ts';
import type { WaitState } from '../../../schema/elsewhere.ts';
import { threads } from '../../../schema/messages.ts';
import type { Db } from '../db.ts';
import type { Stock } from '../stock/stock.ts';
import { SET_ASIDE } from './waitlist.ts';
import type { WaitEntry } from './waitlist.ts';

export type WaitNews = { entry: WaitEntry; untilMs: number };

export type WaitDesk = {
  db: Db;
  stock: Stock;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Until when a copy is set aside that is called now: long enough after they can have read of it (ms since 1970). */
  untilMs: (nowMs: number) => number;
  /** Resolves once their statechart has it; telling it twice under one entry changes nothing. */
  tellBack: (news: WaitNews) => Promise<void>;
  /** The copy is not set aside for them any more. */
  tellGone: (entry: WaitEntry) => Promise<void>;
  onError: (error: unknown) => void;
  /** At most so many entries of each kind in a round. */
  limit: number;
};

/** Who has waited so long has forgotten it, or has another number by now. */
const WAIT_MAX_MS = 180 * 24 * 60 * 60 * 1000;

/** @returns how many were called */
export async function callWaiting(desk: WaitDesk): Promise<number> {
  await dropOld(desk);
  for (const entry of await overdue(desk)) await guarded(desk, () => giveUp(desk, entry));
  const soldOut = new Set<string>();
  let called = 0;
  for (const entry of await firstInLine(desk)) {
    const line = `${entry.storeId}/${entry.isbn13}`;
    if (soldOut.has(line)) continue;
    await guarded(desk, async () => {
      const answer = await call(desk, entry);
      if (answer === 'called') called += 1;
      if (answer === 'sold_out') soldOut.add(line);
    });
  }
  for (const entry of await untold(desk)) await guarded(desk, () => tell(desk, entry));
  return called;
}

// One entry that cannot be served must not hold up the others.
async function guarded({ onError }: WaitDesk, work: () => Promise<void>): Promise<void> {
  await work().catch(onError);
}

async function dropOld({ db, now }: WaitDesk): Promise<void> {
  const old = and(eq(waitlist.state, 'waiting'), lt(waitlist.joinedAt, new Date(now() - WAIT_MAX_MS)));
  await db
    .update(waitlist)
    .set({ state: 'lapsed', updatedAt: new Date(now()) })
    .where(old);
}

function overdue({ db, now, limit }: WaitDesk): Promise<WaitEntry[]> {
  const late = and(inArray(waitlist.state, SET_ASIDE), lt(waitlist.until, new Date(now())));
  return db.select().from(waitlist).where(late).orderBy(asc(waitlist.until)).limit(limit);
}

async function giveUp(desk: WaitDesk, entry: WaitEntry): Promise<void> {
  if (!(await move(desk, entry, 'lapsed'))) return;
  await desk.stock.release({ storeId: entry.storeId, orderId: entry.id });
  await desk.tellGone(entry);
}

/** Those for whom a copy is free, in the order of the line; who has opted out is passed over and keeps their place. */
async function firstInLine({ db, limit }: WaitDesk): Promise<WaitEntry[]> {
  const copies = and(eq(inventory.storeId, waitlist.storeId), eq(inventory.isbn13, waitlist.isbn13));
  const theirs = and(eq(threads.storeId, waitlist.storeId), eq(threads.actorKey, waitlist.actorKey));
  const rows = await db
    .select({ entry: waitlist })
    .from(waitlist)
    .innerJoin(inventory, copies)
    .leftJoin(threads, theirs)
    .where(
      and(
        eq(waitlist.state, 'waiting'),
        sql`${inventory.onHand} > ${inventory.reserved}`,
        sql`coalesce(${threads.optedOut}, false) = false`,
      ),
    )
    .orderBy(asc(waitlist.joinedAt), asc(waitlist.id))
    .limit(limit);
  return rows.map(({ entry }) => entry);
}

async function call(desk: WaitDesk, entry: WaitEntry): Promise<'called' | 'sold_out' | 'late'> {
  const { storeId, id, isbn13 } = entry;
  const untilMs = desk.untilMs(desk.now());
  const reserved = await desk.stock.reserve({
    storeId,
    id,
    orderId: id,
    key: `waitlist/${id}`,
    lines: [{ isbn13, copies: 1 }],
    expiresAt: new Date(untilMs),
  });
  if ('refused' in reserved) return reserved.refused === 'sold_out' ? 'sold_out' : 'late';
  if (await move(desk, entry, 'called', new Date(untilMs))) return 'called';
  // Another process was faster: the reservation is one and the same, unless they have left the line meanwhile.
  const [now] = await desk.db.select().from(waitlist).where(which(entry));
  if (now?.state === 'lapsed' || now === undefined) await desk.stock.release({ storeId, orderId: id });
  return 'late';
}

function untold({ db, limit }: WaitDesk): Promise<WaitEntry[]> {
  return db.select().from(waitlist).where(eq(waitlist.state, 'called')).orderBy(asc(waitlist.until)).limit(limit);
}

async function tell(desk: WaitDesk, entry: WaitEntry): Promise<void> {
  if (entry.until === null) throw new Error(`entry ${entry.id} of the waiting list was called without a term`);
  await desk.tellBack({ entry, untilMs: entry.until.getTime() });
  await move(desk, entry, 'told');
}

/** False where the entry has moved on meanwhile. */
async function move({ db, now }: WaitDesk, entry: WaitEntry, state: WaitState, until?: Date): Promise<boolean> {
  const { rowCount } = await db
    .update(waitlist)
    .set({ state, updatedAt: new Date(now()), ...(until && { until }) })
    .where(and(which(entry), eq(waitlist.state, entry.state)));
  return rowCount === 1;
}

function which({ storeId, id }: WaitEntry) {
  return and(eq(waitlist.storeId, storeId), eq(waitlist.id, id));
}
