// Copies that were ordered in for somebody: they come into the shop and are promised in one transaction, so that
// nobody else can buy them in between. Once per key.
import { inventory } from '../../../schema/commerce.ts';
import type { Db } from '../db.ts';
import { COME_IN, lockCounts, mergeLines, moveCounts } from './counts.ts';
import { insertReservation, lockReservations } from './reservations.ts';
import { answerAgain } from './reserve.ts';
import type { ReserveRequest } from './stock.ts';

export function receive(
  db: Db,
  request: ReserveRequest,
): Promise<{ reservationId: string } | { refused: 'withdrawn' }> {
  const { storeId, id } = request;
  const lines = mergeLines(request.lines);
  return db.transaction(async (tx) => {
    const known = (await lockReservations(tx, request)).find(({ key }) => key === request.key);
    if (known) return answerAgain(known);
    const isbn13s = lines.map(({ isbn13 }) => isbn13);
    const empty = isbn13s.map((isbn13) => ({ storeId, isbn13, onHand: 0 }));
    await tx.insert(inventory).values(empty).onConflictDoNothing();
    await lockCounts(tx, storeId, isbn13s);
    await moveCounts(tx, storeId, lines, COME_IN);
    await insertReservation(tx, request, 'held');
    return { reservationId: id };
  });
}
