// The rows of `reservations`. Whoever touches those of an order holds the order's lock until its transaction ends.
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { orders, reservations } from '../../../schema/commerce.ts';
import type { ReservationState } from '../../../schema/commerce.ts';
import type { OrderState } from '../../../schema/order.ts';
import type { Tx } from '../db.ts';
import { mergeLines } from './counts.ts';
import type { ReserveRequest } from './stock.ts';

export type Reservation = typeof reservations.$inferSelect;
export type OrderRef = { storeId: number; orderId: string };

/** Takes the order's lock, then answers its reservations, newest first. */
export async function lockReservations(tx: Tx, { storeId, orderId }: OrderRef): Promise<Reservation[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(${storeId}::int, hashtext(${orderId}))`);
  return tx
    .select()
    .from(reservations)
    .where(and(eq(reservations.storeId, storeId), eq(reservations.orderId, orderId)))
    .orderBy(desc(reservations.createdAt), desc(reservations.id));
}

/** Whether the order's own row stands at one of these states: it is written with the turn that asks for work on its copies. */
export async function standsAt(
  tx: Tx,
  { storeId, orderId }: OrderRef,
  states: readonly OrderState[],
): Promise<boolean> {
  const there = and(eq(orders.storeId, storeId), eq(orders.id, orderId), inArray(orders.state, [...states]));
  return (await tx.$count(orders, there)) > 0;
}

export async function setState(tx: Tx, { storeId, id }: Reservation, state: ReservationState): Promise<void> {
  await tx
    .update(reservations)
    .set({ state, updatedAt: sql`now()` })
    .where(and(eq(reservations.storeId, storeId), eq(reservations.id, id)));
}

export async function insertReservation(tx: Tx, request: ReserveRequest, state: ReservationState): Promise<void> {
  const { storeId, id, orderId, key, expiresAt } = request;
  await tx
    .insert(reservations)
    .values({ storeId, id, orderId, key, expiresAt, state, lines: mergeLines(request.lines) });
}
