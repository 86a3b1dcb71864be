// Takes the copies of a paid order out of the shop, once per order.
import type { Db, Tx } from '../db.ts';
import { SOLD_STATES } from '../order-states.ts';
import { HAND_OVER, HAND_OVER_FREE, lockCounts, moveCounts, shortOf } from './counts.ts';
import { noteSale } from './moves.ts';
import { lockReservations, setState, standsAt } from './reservations.ts';
import type { OrderRef, Reservation } from './reservations.ts';

export function sell(db: Db, order: OrderRef): Promise<'sold' | 'sold_out'> {
  return db.transaction(async (tx) => {
    const known = await lockReservations(tx, order);
    if (known.some((reservation) => reservation.state === 'sold')) return 'sold';
    const held = known.find((reservation) => reservation.state === 'held');
    const isAgain = known.some((reservation) => reservation.state === 'returned');
    if (!held && isAgain && !(await standsAt(tx, order, SOLD_STATES))) return 'sold_out'; // given up: this one comes too late
    const latest = held ?? known[0];
    return latest ? handOver(tx, latest, isAgain) : 'sold_out';
  });
}

/** @param isAgain a sale of this order was given up before, of which Square has heard */
async function handOver(tx: Tx, reservation: Reservation, isAgain: boolean): Promise<'sold' | 'sold_out'> {
  const { storeId, lines, state } = reservation;
  const isbn13s = lines.map((line) => line.isbn13);
  const counts = await lockCounts(tx, storeId, isbn13s);
  if (state !== 'held' && shortOf(lines, counts).length > 0) return 'sold_out';
  await moveCounts(tx, storeId, lines, state === 'held' ? HAND_OVER : HAND_OVER_FREE);
  await setState(tx, reservation, 'sold');
  await noteSale(tx, reservation, lines, isAgain);
  return 'sold';
}
