// The shelf of the proofs against the real one: whatever is asked of both, both answer the same and hold the same.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { ReserveRequest, Stock } from '../../src/commerce/stock/stock.ts';
import { DUNE, openShop, shelve, wish } from '../commerce/shop.ts';
import { useDatabase } from '../harness/database.ts';
import { freeCopies, receive, release, reserve, sell, takeBack, withdraw } from './shelf.ts';
import type { Shelf } from './shelf.ts';

const database = useDatabase();

const step = fc.record({
  does: fc.constantFrom('reserve', 'receive', 'withdraw', 'release', 'sell', 'takeBack'),
  order: fc.constantFrom(0, 1),
  key: fc.constantFrom('a', 'b'),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test('does and answers what the real one does, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const storeId = await openShop(database.db);
      await shelve(database.db, storeId, DUNE, 1);
      const stock = createStock(database.db);
      const orders = [randomUUID(), randomUUID()];
      let shelf: Shelf = { onHand: 1, rows: [] };
      for (const given of steps) {
        const orderId = orders[given.order] ?? '';
        const key = `${orderId}-${given.key}`;
        const request = { ...wish(storeId, [{ isbn13: DUNE, copies: 1 }], { orderId }), key };
        const real = await askReal(stock, given, request);
        const small = askSmall(shelf, given, orderId, key);
        expect([given, small.answer]).toEqual([given, real]);
        shelf = small.shelf;
        const counts = [{ isbn13: DUNE, onHand: shelf.onHand, reserved: shelf.onHand - freeCopies(shelf) }];
        expect(await stock.counts(storeId, [DUNE])).toEqual(counts);
      }
    }),
    { numRuns: 25, seed: 1 },
  );
}, 60_000);

async function askReal(stock: Stock, { does }: Step, request: ReserveRequest): Promise<string> {
  switch (does) {
    case 'reserve':
      return answerOf(await stock.reserve(request));
    case 'receive':
      return stock.receive(request).then(answerOf, () => 'rejected'); // one held reservation an order: the row is refused
    case 'withdraw':
      return stock.withdraw(request).then(() => 'done');
    case 'release':
      return stock.release(request).then(() => 'done');
    case 'sell':
      return stock.sell(request).then((outcome) => (outcome === 'sold' ? 'done' : outcome));
    default:
      return stock.takeBack(request).then(() => 'done');
  }
}

function answerOf(answer: { reservationId: string } | { refused: string }): string {
  if ('reservationId' in answer) return 'done';
  return answer.refused === 'withdrawn' ? 'rejected' : answer.refused;
}

function askSmall(shelf: Shelf, { does }: Step, order: string, key: string): { shelf: Shelf; answer: string } {
  switch (does) {
    case 'reserve':
      return reserve(shelf, order, key);
    case 'receive':
      return receive(shelf, order, key);
    case 'withdraw':
      return { shelf: withdraw(shelf, order, key), answer: 'done' };
    case 'release':
      return { shelf: release(shelf, order), answer: 'done' };
    case 'sell':
      return sell(shelf, order, false); // no such order stands anywhere
    default:
      return { shelf: takeBack(shelf, order), answer: 'done' };
  }
}
