// How far Square's count of a book may be from the truth for now: its own count lags, and a book that a customer takes at the
// counter is rung up there some time around when staff hand it over.
import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import { reservations, tillIntents } from '../../../schema/commerce.ts';
import { stockMoves } from '../../../schema/square.ts';
import type { Db } from '../db.ts';
import { COUNTER_MS } from '../stock/moves.ts';
import type { SquareCount } from './counts.ts';

/** In truth there may be so many copies fewer than Square says, or more. */
export type Doubt = { fewer: number; more: number };
type BookRef = { storeId: number; isbn13: string };

/** Square's own count may lag behind a sale that it has told us of, and behind what we told it. */
const LAG_MS = 2 * 60_000;

/** @param readAtMs when Square was asked, by our clock (milliseconds since 1970, UTC) */
export async function doubtOf(db: Db, book: BookRef, { atMs }: SquareCount, readAtMs: number): Promise<Doubt> {
  const since = new Date(Math.max(atMs, readAtMs - LAG_MS));
  const sold = await soldLately(db, book, since, new Date(readAtMs - COUNTER_MS));
  const told = await toldLately(db, book, since);
  return { fewer: sold + told.fewer, more: told.more };
}

/** Copies that Square is to count off by itself: those of its links, and those of its counter. */
async function soldLately(db: Db, { storeId, isbn13 }: BookRef, since: Date, counterSince: Date): Promise<number> {
  const isLinked = sql<boolean>`exists (select from ${tillIntents} where ${tillIntents.storeId} = ${reservations.storeId}
    and ${tillIntents.orderId} = ${reservations.orderId} and ${tillIntents.operation} = 'link')`;
  const { lines, state, updatedAt } = reservations;
  const lately = await db
    .select({ lines, state, updatedAt, isLinked })
    .from(reservations)
    .where(
      and(
        eq(reservations.storeId, storeId),
        inArray(state, ['sold', 'returned']),
        gt(updatedAt, since < counterSince ? since : counterSince),
        sql`${lines} @> ${JSON.stringify([{ isbn13 }])}::jsonb`,
      ),
    );
  return lately
    .filter((one) => (one.isLinked ? one.updatedAt > since : one.state === 'sold'))
    .flatMap((one) => one.lines.filter((line) => line.isbn13 === isbn13))
    .reduce((sum, { copies }) => sum + copies, 0);
}

/** A count that staff made leaves nothing to go by until Square shows it. */
async function toldLately(db: Db, { storeId, isbn13 }: BookRef, since: Date): Promise<Doubt> {
  const told = await db
    .select({ kind: stockMoves.kind, copies: stockMoves.copies })
    .from(stockMoves)
    .where(and(eq(stockMoves.storeId, storeId), eq(stockMoves.isbn13, isbn13), gt(stockMoves.sentAt, since)));
  if (told.some(({ kind }) => kind === 'count')) return { fewer: Infinity, more: Infinity };
  const sum = (sign: 1 | -1) => told.reduce((copies, move) => copies + Math.max(sign * move.copies, 0), 0);
  return { fewer: sum(-1), more: sum(1) };
}
