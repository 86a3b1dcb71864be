// Tells Square what happened to copies outside of it, book by book in the order in which it happened, until it was heard.
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { squareVariations, stockMoves } from '../../../schema/square.ts';
import type { Square } from 'square';
import type { Db } from '../db.ts';
import { takenAlready } from '../taken-already.ts';
import { TillRefused } from '../till.ts';
import type { SquarePlace, SquareShop } from './square-shop.ts';

export type ShelfDesk = {
  db: Db;
  square: (storeId: number) => Promise<SquareShop | null>;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** One book that fails does not stop the others. */
  onError: (error: unknown) => void;
};
type Move = typeof stockMoves.$inferSelect & { variationId: string };

const ChangeAnswer = z.object({});
/** Square takes no news that is a day old: an older move is told as of now. */
const OLDEST_MS = 23 * 60 * 60_000;
const BACKOFF_MS = 15_000;
const BACKOFF_MAX_MS = 10 * 60_000;

/** @returns how many moves Square has heard of now. @param limit at most so many in one call */
export async function sendMoves(desk: ShelfDesk, limit: number): Promise<number> {
  let heard = 0;
  for (;;) {
    const moves = await nextMoves(desk, limit - heard);
    const told = [];
    for (const move of moves) told.push(await send(desk, move));
    heard += told.filter(Boolean).length;
    if (moves.length === 0 || !told.includes(true) || heard >= limit) return heard;
  }
}

/** The oldest move of each book that still has one, where it is due. */
async function nextMoves({ db, now }: ShelfDesk, limit: number): Promise<Move[]> {
  const rows = await db
    .select({ move: stockMoves, variationId: squareVariations.variationId })
    .from(stockMoves)
    .innerJoin(
      squareVariations,
      and(eq(squareVariations.storeId, stockMoves.storeId), eq(squareVariations.isbn13, stockMoves.isbn13)),
    )
    .where(
      and(
        isNull(stockMoves.sentAt),
        isNull(stockMoves.refused),
        lte(stockMoves.dueAt, new Date(now())),
        sql`not exists (select from stock_moves earlier where earlier.store_id = ${stockMoves.storeId}
          and earlier.isbn13 = ${stockMoves.isbn13} and earlier.position < ${stockMoves.position}
          and earlier.sent_at is null and earlier.refused is null)`,
      ),
    )
    .orderBy(asc(stockMoves.position))
    .limit(limit);
  return rows.map(({ move, variationId }) => ({ ...move, variationId }));
}

async function send(desk: ShelfDesk, move: Move): Promise<boolean> {
  const { now, onError } = desk;
  try {
    const shop = await desk.square(move.storeId);
    if (!shop) return await mark(desk, move, later(move, now()));
    await ask(shop.place, await asSquareCounts(desk, shop, move), now());
    return await mark(desk, move, { sentAt: new Date(now()) });
  } catch (error) {
    // The key was used before with another time of the same move: it was heard.
    if (isRefused(error, 'key_reused')) return mark(desk, move, { sentAt: new Date(now()) });
    onError(error);
    if (error instanceof TillRefused && error.code !== 'unauthorised') return mark(desk, move, { refused: error.code });
    return mark(desk, move, later(move, now()));
  }
}

function isRefused(error: unknown, code: TillRefused['code']): boolean {
  return error instanceof TillRefused && error.code === code;
}

function later({ attempts }: Move, nowMs: number) {
  const waitMs = Math.min(BACKOFF_MS * 2 ** attempts, BACKOFF_MAX_MS);
  return { attempts: attempts + 1, dueAt: new Date(nowMs + waitMs) };
}

async function mark({ db }: ShelfDesk, { storeId, id }: Move, set: Partial<typeof stockMoves.$inferInsert>) {
  await db
    .update(stockMoves)
    .set(set)
    .where(and(eq(stockMoves.storeId, storeId), eq(stockMoves.id, id)));
  return set.sentAt !== undefined;
}

/** Staff count what stands there, also a copy that Square has sold and we still hold: that one is off Square's count for good. */
async function asSquareCounts({ db }: ShelfDesk, { till }: SquareShop, move: Move): Promise<Move> {
  if (move.kind !== 'count') return move;
  const taken = await takenAlready({ db, till }, move);
  return { ...move, copies: Math.max(move.copies - taken, 0) };
}

function ask({ square, locationId }: SquarePlace, move: Move, nowMs: number): Promise<unknown> {
  const changes = [move.kind === 'count' ? counted(move, locationId, nowMs) : adjusted(move, locationId, nowMs)];
  return square.ask(ChangeAnswer, (api, call) =>
    api.inventory.batchCreateChanges({ idempotencyKey: move.id, changes }, call),
  );
}

function about({ id: referenceId, variationId, copies, occurredAt }: Move, nowMs: number) {
  const at = Math.max(occurredAt.getTime(), nowMs - OLDEST_MS);
  return {
    referenceId,
    catalogObjectId: variationId,
    catalogObjectType: 'ITEM_VARIATION',
    quantity: String(Math.abs(copies)),
    occurredAt: new Date(at).toISOString(),
  };
}

function counted(move: Move, locationId: string, nowMs: number): Square.InventoryChange {
  return { type: 'PHYSICAL_COUNT', physicalCount: { ...about(move, nowMs), state: 'IN_STOCK', locationId } };
}

/** Square has no word for "fewer, nobody says why" but waste. */
function adjusted(move: Move, locationId: string, nowMs: number): Square.InventoryChange {
  const gone = move.reason === 'sold' ? 'SOLD' : 'WASTE';
  const [fromState, toState] = move.copies > 0 ? (['NONE', 'IN_STOCK'] as const) : (['IN_STOCK', gone] as const);
  const places = { fromLocationId: locationId, toLocationId: locationId };
  return { type: 'ADJUSTMENT', adjustment: { ...about(move, nowMs), fromState, toState, ...places } };
}

/** Those of the books of which Square has not heard every move yet. */
export async function booksUnheard(db: Db, storeId: number, isbn13s: string[]): Promise<string[]> {
  const rows = await db
    .selectDistinct({ isbn13: stockMoves.isbn13 })
    .from(stockMoves)
    .where(
      and(
        eq(stockMoves.storeId, storeId),
        inArray(stockMoves.isbn13, isbn13s),
        isNull(stockMoves.sentAt),
        isNull(stockMoves.refused),
      ),
    );
  return rows.map(({ isbn13 }) => isbn13);
}
