// The line for a book that is out. Whoever is first gets a copy set aside when one comes: an ordinary reservation under
// the entry's id, so that nobody else can be sold it, and nobody is promised what another one holds.
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { orders } from '../../../schema/commerce.ts';
import { waitlist, waitlistJoins } from '../../../schema/elsewhere.ts';
import type { WaitState } from '../../../schema/elsewhere.ts';
import type { Db, Tx } from '../db.ts';

/** One who waits, or a copy that is set aside for them `until` then. `id` is also its reservation's order id. */
export type WaitEntry = typeof waitlist.$inferSelect;
/** `commandId`, a UUID, is the intent: joining twice under it is joining once. It is also the id of an entry that it makes. */
export type JoinRequest = { storeId: number; commandId: string; actorKey: string; isbn13: string; title: string };

export type Waitlist = {
  /** Puts a customer at the end of a book's line; who stands in it already keeps their place. `withdrawn`: it was undone before. */
  join(request: JoinRequest): Promise<'joined' | 'withdrawn'>;
  /** Undoes one `join`, also one that has not happened yet; an entry stays that was called meanwhile, or that another joined. */
  leave(command: { storeId: number; commandId: string }): Promise<void>;
  /** Copies that are set aside for a customer now. */
  asideFor(storeId: number, actorKey: string): Promise<WaitEntry[]>;
  /** The entries whose copies an order of the same customer may use, by id. */
  usableBy(order: { storeId: number; orderId: string; isbn13s: string[] }): Promise<string[]>;
  /** Everything of one customer, oldest first. */
  of(storeId: number, actorKey: string): Promise<WaitEntry[]>;
};

export const SET_ASIDE: WaitState[] = ['called', 'told'];

/** @param now milliseconds since 1970 (UTC) */
export function createWaitlist(db: Db, now: () => number): Waitlist {
  return {
    join: (request) => db.transaction((tx) => join(tx, request, new Date(now()))),
    leave: (command) => db.transaction((tx) => leave(tx, command, new Date(now()))),
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
    of(storeId, actorKey) {
      const theirs = and(eq(waitlist.storeId, storeId), eq(waitlist.actorKey, actorKey));
      return db.select().from(waitlist).where(theirs).orderBy(asc(waitlist.joinedAt));
    },
  };
}

/** Their copies go into an order, in the transaction that promises them to it. */
export async function takeEntries(tx: Tx, storeId: number, ids: readonly string[]): Promise<void> {
  const aside = and(inArray(waitlist.id, [...ids]), inArray(waitlist.state, SET_ASIDE));
  await tx
    .update(waitlist)
    .set({ state: 'taken', updatedAt: sql`now()` })
    .where(and(eq(waitlist.storeId, storeId), aside));
}

type Command = { storeId: number; commandId: string };

async function join(tx: Tx, request: JoinRequest, at: Date): Promise<'joined' | 'withdrawn'> {
  const before = await lockJoin(tx, request);
  if (before) return before.entryId === null ? 'withdrawn' : 'joined';
  const { storeId, commandId: id, actorKey, isbn13, title } = request;
  const entry = { storeId, id, actorKey, isbn13, title, state: 'waiting' as const, joinedAt: at, updatedAt: at };
  const [open] = await tx
    .insert(waitlist)
    .values(entry)
    .onConflictDoUpdate({
      target: [waitlist.storeId, waitlist.actorKey, waitlist.isbn13],
      targetWhere: sql`state in ('waiting', 'called', 'told')`,
      set: { updatedAt: at },
    })
    .returning({ id: waitlist.id });
  if (!open) throw new Error('an upsert answered no row');
  await tx.update(waitlistJoins).set({ entryId: open.id }).where(ofCommand(request));
  return 'joined';
}

async function leave(tx: Tx, command: Command, at: Date): Promise<void> {
  const before = await lockJoin(tx, command);
  const entryId = before ? before.entryId : command.commandId; // an older build joins without a row of its own
  if (entryId === null) return;
  const entry = and(eq(waitlist.storeId, command.storeId), eq(waitlist.id, entryId));
  await tx.select({ id: waitlist.id }).from(waitlist).where(entry).for('update'); // commands of one entry leave one by one
  await tx.update(waitlistJoins).set({ entryId: null }).where(ofCommand(command));
  const others = and(eq(waitlistJoins.storeId, command.storeId), eq(waitlistJoins.entryId, entryId));
  if ((await tx.$count(waitlistJoins, others)) > 0) return;
  await tx
    .update(waitlist)
    .set({ state: 'lapsed', updatedAt: at })
    .where(and(entry, eq(waitlist.state, 'waiting')));
}

/** The command's row, locked until the transaction ends; undefined where this call has made it. */
async function lockJoin(tx: Tx, command: Command): Promise<{ entryId: string | null } | undefined> {
  const { storeId, commandId } = command;
  const made = await tx.insert(waitlistJoins).values({ storeId, commandId }).onConflictDoNothing();
  if (made.rowCount === 1) return undefined;
  const [row] = await tx
    .select({ entryId: waitlistJoins.entryId })
    .from(waitlistJoins)
    .where(ofCommand(command))
    .for('update');
  return row;
}

function ofCommand({ storeId, commandId }: Command) {
  return and(eq(waitlistJoins.storeId, storeId), eq(waitlistJoins.commandId, commandId));
}
