// Promises copies to an order: all of its lines or none, once per key.
import type { Db, Tx } from '../db.ts';
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
  const held = earlier.find((reservation) => reservation.state === 'held');
  await exchange(tx, held, request);
  return { reservationId: request.id };
}

function answerAgain({ id, state }: Reservation): ReserveAnswer {
  return state === 'released' ? { refused: 'withdrawn' } : { reservationId: id };
}

/** Both baskets are locked at once, and what is given back counts as free for what is promised. */
async function exchange(tx: Tx, held: Reservation | undefined, request: ReserveRequest): Promise<void> {
  const { storeId } = request;
  const wanted = mergeLines(request.lines);
  const touched = mergeLines([...(held?.lines ?? []), ...wanted]).map((line) => line.isbn13);
  await lockCounts(tx, storeId, touched);
  if (held) {
    await moveCounts(tx, storeId, held.lines, GIVE_BACK);
    await setState(tx, held, 'released');
  }
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
