// The net under every reservation: what an order's own timer should have given back and did not. It never takes
// copies from an order that was paid, and it leaves one that still waits twice as much time as it asked for.
import { and, asc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { orders, reservations } from '../../../schema/commerce.ts';
import type { Db, Tx } from '../db.ts';
import { PAID_STATES, WAITING_STATES } from '../order-states.ts';
import { giveBack } from './release.ts';
import { lockReservations } from './reservations.ts';
import type { OrderRef } from './reservations.ts';
import type { SweepRequest } from './stock.ts';

export async function sweepExpired(db: Db, request: SweepRequest): Promise<number> {
  let released = 0;
  for (const order of await findAbandoned(db, request)) {
    const isReleased = await releaseAbandoned(db, order, request).catch((error: unknown) => {
      request.onError(error);
      return false;
    });
    if (isReleased) released += 1;
  }
  return released;
}

function findAbandoned(db: Db, request: SweepRequest): Promise<OrderRef[]> {
  return heldInVain(db, request).orderBy(asc(reservations.expiresAt)).limit(request.limit);
}

/** Looks again under the order's lock: meanwhile it may have been paid, or have asked for more time. */
function releaseAbandoned(db: Db, order: OrderRef, request: SweepRequest): Promise<boolean> {
  return db.transaction(async (tx) => {
    const held = (await lockReservations(tx, order)).find((reservation) => reservation.state === 'held');
    if (!held || (await heldInVain(tx, request, eq(reservations.id, held.id))).length === 0) return false;
    await giveBack(tx, held);
    return true;
  });
}

/** What is held for orders that will not come for it. @param which of those alone */
function heldInVain(db: Db | Tx, { now, graceMs, stuckMs }: SweepRequest, which?: SQL) {
  const past = (ms: number) => lt(reservations.expiresAt, new Date(now.getTime() - ms));
  return db
    .select({ storeId: reservations.storeId, orderId: reservations.orderId })
    .from(reservations)
    .leftJoin(orders, and(eq(orders.storeId, reservations.storeId), eq(orders.id, reservations.orderId)))
    .where(
      and(
        which,
        eq(reservations.state, 'held'),
        past(graceMs),
        sql`coalesce(${orders.state}, '') <> all (${sql.param([...PAID_STATES])}::text[])`,
        or(past(stuckMs), sql`${orders.state} is null`, sql`not ${inArray(orders.state, [...WAITING_STATES])}`),
      ),
    );
}
