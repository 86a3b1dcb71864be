// Promises copies to an order: all of its lines or none, once per key.
import type { Db, Tx } from '../db.ts';
import { takeEntries } from '../waitlist/waitlist.ts';
import { GIVE_BACK, lockCounts, mergeLines, moveCounts, PROMISE, shortOf } from './counts.ts';
import { insertReservation, lockReservations, setState } from './reservations.ts';
import type { Reservation } from './reservations.ts';
import type { Counts, ReserveAnswer, ReserveRequest } from './stock.ts';

export async function reserve(db: Db, request: ReserveRequest): Promise<ReserveAnswer> {
  try {
    return await db.transaction((tx) => attempt(tx, request));
  } catch (error) {
    if (error instanceof SoldOut) return { refused: 'sold_out', short: error.short };
    throw error;
  }
}

async function attempt(tx: Tx, request: ReserveRequest): Promise<ReserveAnswer> {
  const earlier = await lockReservations(tx, request);
  const same = earlier.find((reservation) => reservation.key === request.key);
  if (same) return answerAgain(same);
  const sold = earlier.find((reservation) => reservation.state === 'sold');
  if (sold) return answerAgain(sold); // a sale that was under way has got its copies: more would be nobody's
  const { storeId, insteadOf = [] } = request;
  const aside: Reservation[] = [];
  for (const orderId of [...insteadOf].sort()) aside.push(...(await lockReservations(tx, { storeId, orderId })));
  const held = [...earlier, ...aside].filter((reservation) => reservation.state === 'held');
  await exchange(tx, held, request);
  const used = held.filter((reservation) => aside.includes(reservation));
  if (used.length > 0)
    await takeEntries(
      tx,
      storeId,
      used.map(({ orderId }) => orderId),
    );
  return { reservationId: request.id };
}

export function answerAgain({ id, state }: Reservation): { reservationId: string } | { refused: 'withdrawn' } {
  return state === 'held' || state === 'sold' ? { reservationId: id } : { refused: 'withdrawn' };
}

/** All baskets are locked at once, and what is given back counts as free for what is promised. */
async function exchange(tx: Tx, held: readonly Reservation[], request: ReserveRequest): Promise<void> {
  const { storeId } = request;
  const wanted = mergeLines(request.lines);
  const given = mergeLines(held.flatMap(({ lines }) => lines));
  const touched = mergeLines([...given, ...wanted]).map((line) => line.isbn13);
  await lockCounts(tx, storeId, touched);
  if (given.length > 0) await moveCounts(tx, storeId, given, GIVE_BACK);
  for (const reservation of held) await setState(tx, reservation, 'released');
  const short = shortOf(wanted, await lockCounts(tx, storeId, touched));
  if (short.length > 0) throw new SoldOut(short);
  await moveCounts(tx, storeId, wanted, PROMISE);
  await insertReservation(tx, request, 'held');
}

/** Rolls the transaction back, so that an earlier reservation stands as it stood. */
class SoldOut extends Error {
  constructor(readonly short: Counts[]) {
    super('sold out');
  }
}
