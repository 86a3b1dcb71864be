/**
 * Takes a paid order's copies out of the shop's counts, once per order.
 * Given up while it was under way, the copies come back, unless the order was taken on again meanwhile. A reservation that had lapsed is honoured while copies are free; otherwise it refuses with `sold_out`.
 */
import { z } from 'zod';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';

export const sellStock = defineActor({
  input: z.object({ orderId: z.uuid() }),
  output: z.object({}),
  refusals: ['sold_out'],
  retry: { attemptsMax: 12, backoffMs: 300, backoffMaxMs: 60_000, timeoutMs: 10_000 },
  undo: ({ orderId }, _output, { storeId, stock }) => stock.undoSale({ storeId, orderId }),
  run: async ({ orderId }, { storeId, actor, stock, refuse }) => {
    mustBeOrder(orderId, actor);
    const outcome = await stock.sell({ storeId, orderId });
    return outcome === 'sold' ? {} : refuse('sold_out');
  },
});
