// Staff count the shelf: an absolute figure or a difference, never under what is already promised.
import { and, eq, sql } from 'drizzle-orm';
import { inventory } from '../../../schema/commerce.ts';
import { stockAdjustments } from '../../../schema/desk.ts';
import { uuidAt } from '../../runtime/ids.ts';
import type { Db } from '../db.ts';
import { lockCounts } from './counts.ts';
import { noteMoves } from './moves.ts';
import type { AdjustAnswer, AdjustRequest } from './stock.ts';

const COUNTED = { kind: 'count', reason: 'counted' } as const;
const ADJUSTED = { kind: 'adjustment', reason: 'adjusted' } as const;

export function adjust(db: Db, request: AdjustRequest): Promise<AdjustAnswer> {
  const { storeId, isbn13 } = request;
  return db.transaction(async (tx) => {
    const row = { storeId, isbn13, onHand: 0 };
    if (wish(request, 0) >= 0) await tx.insert(inventory).values(row).onConflictDoNothing();
    const [counts = { isbn13, onHand: 0, reserved: 0 }] = await lockCounts(tx, storeId, [isbn13]);
    const onHand = wish(request, counts.onHand);
    if (onHand < counts.reserved) return { refused: 'under_reserved', counts };
    await tx
      .update(inventory)
      .set({ onHand, updatedAt: sql`now()` })
      .where(and(eq(inventory.storeId, storeId), eq(inventory.isbn13, isbn13)));
    if (request.by && onHand !== counts.onHand) {
      const change = { onHandBefore: counts.onHand, onHandAfter: onHand, at: new Date() };
      await tx
        .insert(stockAdjustments)
        .values({ storeId, isbn13, id: uuidAt(change.at.getTime()), ...request.by, ...change });
    }
    const isCount = 'onHand' in request;
    const copies = isCount ? onHand : onHand - counts.onHand;
    const told = isCount ? COUNTED : ADJUSTED;
    await noteMoves(tx, storeId, [{ isbn13, copies }], told);
    return { ...counts, onHand };
  });
}

function wish(request: AdjustRequest, onHandNow: number): number {
  return 'onHand' in request ? request.onHand : onHandNow + request.delta;
}
