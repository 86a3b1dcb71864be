// The line for a book that is out. Whoever is first gets a copy set aside when one comes: an ordinary reservation under
// the entry's id, so that nobody else can be sold it, and nobody is promised what another one holds.
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { orders } from '../../../schema/commerce.ts';
import { waitlist } from '../../../schema/elsewhere.ts';
import type { WaitState } from '../../../schema/elsewhere.ts';
import type { Db } from '../db.ts';

/** One who waits, or a copy that is set aside for them `until` then. `id` is also its reservation's order id. */
export type WaitEntry = typeof waitlist.$inferSelect;
export type JoinRequest = { storeId: number; id: string; actorKey: string; isbn13: string; title: string };

export type Waitlist = {
  /** Puts a customer at the end of a book's line; who stands in it already keeps their place. */
  join(request: JoinRequest): Promise<void>;
  /** Undoes one `join`; an entry that was called meanwhile stays. */
  leave(entry: { storeId: number; id: string }): Promise<void>;
  /** Copies that are set aside for a customer now. */
  asideFor(storeId: number, actorKey: string): Promise<WaitEntry[]>;
  /** The entries whose copies an order of the same customer may use, by id. */
  usableBy(order: { storeId: number; orderId: string; isbn13s: string[] }): Promise<string[]>;
  /** Their copies went into an order. */
  take(storeId: number, ids: readonly string[]): Promise<void>;
  /** Everything of one customer, oldest first. */
  of(storeId: number, actorKey: string): Promise<WaitEntry[]>;
};

export const SET_ASIDE: WaitState[] = ['called', 'told'];

/** @param now milliseconds since 1970 (UTC) */
export function createWaitlist(db: Db, now: () => number): Waitlist {
  const move = async (storeId: number, ids: readonly string[], from: WaitState[], state: WaitState) => {
    const which = and(eq(waitlist.storeId, storeId), inArray(waitlist.id, [...ids]), inArray(waitlist.state, from));
    await db
      .update(waitlist)
      .set({ state, updatedAt: new Date(now()) })
      .where(which);
  };
  return {
    async join(request) {
      const at = new Date(now());
      const row = { ...request, state: 'waiting' as const, joinedAt: at, updatedAt: at };
      await db.insert(waitlist).values(row).onConflictDoNothing();
    },
    leave: ({ storeId, id }) => move(storeId, [id], ['waiting'], 'lapsed'),
    asideFor(storeId, actorKey) {
      const theirs = and(eq(waitlist.storeId, storeId), eq(waitlist.actorKey, actorKey));
      return db
        .select()
        .from(waitlist)
        .where(and(theirs, inArray(waitlist.state, SET_ASIDE), sql`${waitlist.until} > ${new Date(now())}`))
        .orderBy(asc(waitlist.joinedAt));
    },
    async usableBy({ storeId, orderId, isbn13s }) {
      const owner = and(eq(orders.storeId, waitlist.storeId), eq(orders.customerKey, waitlist.actorKey));
      const rows = await db
        .select({ id: waitlist.id })
        .from(waitlist)
        .innerJoin(orders, owner)
        .where(
          and(
            eq(waitlist.storeId, storeId),
            eq(orders.id, orderId),
            inArray(waitlist.isbn13, isbn13s),
            inArray(waitlist.state, SET_ASIDE),
          ),
        );
      return rows.map(({ id }) => id);
    },
    take: (storeId, ids) => move(storeId, ids, SET_ASIDE, 'taken'),
    of(storeId, actorKey) {
      const theirs = and(eq(waitlist.storeId, storeId), eq(waitlist.actorKey, actorKey));
      return db.select().from(waitlist).where(theirs).orderBy(asc(waitlist.joinedAt));
    },
  };
}
