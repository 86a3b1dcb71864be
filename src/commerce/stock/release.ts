// Gives promised copies back to the shelf. Giving back twice, or what was never taken, changes nothing.
import type { StockLine } from '../../../schema/commerce.ts';
import type { Db, Tx } from '../db.ts';
import { GOING_STATES, KEPT_STATES, REFUND_STATES, SOLD_STATES } from '../order-states.ts';
import { GIVE_BACK, lockCounts, mergeLines, moveCounts, readCounts, shortOf, TAKE_BACK } from './counts.ts';
import { noteForgone, noteMoves } from './moves.ts';
import { insertReservation, lockReservations, setState, standsAt } from './reservations.ts';
import type { OrderRef, Reservation } from './reservations.ts';
import type { ReserveRequest } from './stock.ts';

/** Not of an order that was paid meanwhile: what it holds then was promised after the release was asked for. */
export function release(db: Db, order: OrderRef): Promise<void> {
  return db.transaction(async (tx) => {
    const known = await lockReservations(tx, order);
    if (await standsAt(tx, order, KEPT_STATES)) return;
    const held = known.find((reservation) => reservation.state === 'held');
    if (held) await giveBack(tx, held);
  });
}

/** A reservation that has not been made yet is written down as released, so that a late attempt makes none. */
export function withdraw(db: Db, request: ReserveRequest): Promise<void> {
  return db.transaction(async (tx) => {
    const same = (await lockReservations(tx, request)).find((reservation) => reservation.key === request.key);
    if (!same) return insertReservation(tx, request, 'released');
    if (same.state === 'held') await giveBack(tx, same);
  });
}

/** The order's own row says whether it still wants them: a copy that came in for one that has ended is for the shelf. */
export function undoArrival(db: Db, order: OrderRef): Promise<void> {
  return db.transaction(async (tx) => {
    const held = (await lockReservations(tx, order)).find((reservation) => reservation.state === 'held');
    if (held && !(await standsAt(tx, order, GOING_STATES))) await giveBack(tx, held);
  });
}

/** What was sold comes back on the shelf, once; what is only promised is given back, and not sold any more. */
export function takeBack(db: Db, order: OrderRef): Promise<void> {
  return db.transaction(async (tx) => putBack(tx, await lockReservations(tx, order)));
}

/** The order's own row says whether it was taken on again: it is written with the turn that asks for the next sale. */
export function undoSale(db: Db, order: OrderRef): Promise<void> {
  return db.transaction(async (tx) => {
    const known = await lockReservations(tx, order);
    if (!(await standsAt(tx, order, SOLD_STATES))) await putBack(tx, known);
  });
}

/** The money of a given-up order goes back: a copy that its link sold at Square and that never left the shop is told back. */
export function forgo(db: Db, order: OrderRef): Promise<void> {
  return db.transaction(async (tx) => {
    const known = await lockReservations(tx, order);
    if (await standsAt(tx, order, REFUND_STATES)) await callOff(tx, known);
  });
}

async function putBack(tx: Tx, known: readonly Reservation[]): Promise<void> {
  await callOff(tx, known);
  const sold = known.find((reservation) => reservation.state === 'sold');
  if (!sold) return;
  await lockCounts(
    tx,
    sold.storeId,
    sold.lines.map((line) => line.isbn13),
  );
  await moveCounts(tx, sold.storeId, sold.lines, TAKE_BACK);
  await setState(tx, sold, 'returned');
  await noteMoves(tx, sold.storeId, sold.lines, { kind: 'adjustment', reason: 'returned' });
}

/** Of an order that was never sold nothing will be: a sale that is still under way comes too late. */
async function callOff(tx: Tx, known: readonly Reservation[]): Promise<void> {
  const held = known.find((reservation) => reservation.state === 'held');
  if (held) await giveBack(tx, held);
  const latest = held ?? known[0];
  if (!latest || known.some(({ state }) => state === 'sold' || state === 'returned')) return;
  await setState(tx, latest, 'returned');
  await noteForgone(tx, latest, latest.lines);
}

/** Needs the order's lock (see `lockReservations`). */
export async function giveBack(tx: Tx, held: Reservation): Promise<void> {
  await lockCounts(
    tx,
    held.storeId,
    held.lines.map((line) => line.isbn13),
  );
  await moveCounts(tx, held.storeId, held.lines, GIVE_BACK);
  await setState(tx, held, 'released');
}

export function covers(db: Db, order: OrderRef & { lines: StockLine[] }): Promise<boolean> {
  return db.transaction(async (tx) => {
    const wanted = mergeLines(order.lines);
    const held = (await lockReservations(tx, order)).find((reservation) => reservation.state === 'held');
    const missing = wanted.flatMap(({ isbn13, copies }) => {
      const promised = held?.lines.find((line) => line.isbn13 === isbn13)?.copies ?? 0;
      return copies > promised ? [{ isbn13, copies: copies - promised }] : [];
    });
    const counts = await readCounts(
      tx,
      order.storeId,
      missing.map((line) => line.isbn13),
    );
    return shortOf(missing, counts).length === 0;
  });
}
