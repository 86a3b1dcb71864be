// Whatever customers, staff and the sweep do to the shelf at the same time: nothing is promised twice or lost.
import fc from 'fast-check';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { inventory, reservations } from '../../schema/commerce.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { ReserveRequest, Stock } from '../../src/commerce/stock/stock.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNE, EMMA, HOUR_MS, NOON, openShop, shelve, wish } from './shop.ts';

const database = useDatabase();

const copies = fc.integer({ min: 0, max: 2 });
const basket = fc.record({ dune: copies, emma: copies }).filter(({ dune, emma }) => dune + emma > 0);
const order = fc.integer({ min: 0, max: 3 });
const step = fc.oneof(
  fc.record({ does: fc.constant('reserve' as const), order, basket }),
  fc.record({ does: fc.constantFrom('release' as const, 'sell' as const, 'withdraw' as const), order }),
  fc.record({ does: fc.constant('sweep' as const), hours: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ does: fc.constant('adjust' as const), delta: fc.integer({ min: -2, max: 2 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test('G9 what is promised is what is held, after any steps taken at once', async () => {
  const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(turns, async (rounds) => {
      const storeId = await openShop(database.db);
      await shelve(database.db, storeId, DUNE, 3);
      await shelve(database.db, storeId, EMMA, 2);
      const stock = createStock(database.db);
      const orders = Array.from({ length: 4 }, () => wish(storeId, []));
      for (const steps of rounds) {
        await Promise.all(steps.map((each) => take(stock, storeId, orders, each)));
        expect(await promised(storeId)).toEqual(await held(storeId));
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);

const onError = (error: unknown) => expect(error).toBeNull();

async function take(stock: Stock, storeId: number, orders: ReserveRequest[], given: Step): Promise<unknown> {
  if (given.does === 'adjust') return stock.adjust({ storeId, isbn13: DUNE, delta: given.delta });
  if (given.does === 'sweep') {
    const now = new Date(NOON.getTime() + given.hours * HOUR_MS);
    return stock.sweepExpired({ now, graceMs: HOUR_MS, stuckMs: HOUR_MS, limit: 2, onError });
  }
  const { orderId } = orders[given.order] ?? wish(storeId, []);
  if (given.does === 'reserve') return stock.reserve(wish(storeId, linesOf(given.basket), { orderId }));
  if (given.does === 'release') return stock.release({ storeId, orderId });
  if (given.does === 'sell') return stock.sell({ storeId, orderId });
  return stock.withdraw(wish(storeId, linesOf({ dune: 1, emma: 1 }), { orderId }));
}

function linesOf({ dune, emma }: { dune: number; emma: number }) {
  return [
    { isbn13: EMMA, copies: emma },
    { isbn13: DUNE, copies: dune },
  ].filter((line) => line.copies > 0);
}

async function promised(storeId: number): Promise<Record<string, number>> {
  const rows = await database.db.select().from(inventory).where(eq(inventory.storeId, storeId));
  return Object.fromEntries(rows.filter((row) => row.reserved > 0).map((row) => [row.isbn13, row.reserved]));
}

async function held(storeId: number): Promise<Record<string, number>> {
  const rows = await database.db
    .select()
    .from(reservations)
    .where(and(eq(reservations.storeId, storeId), eq(reservations.state, 'held')));
  const sums: Record<string, number> = {};
  for (const line of rows.flatMap((row) => row.lines)) sums[line.isbn13] = (sums[line.isbn13] ?? 0) + line.copies;
  return sums;
}
