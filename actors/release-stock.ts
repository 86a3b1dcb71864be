/**
 * Gives back what an order holds, and, where its money goes back, what its link sold at the till and we never did. Safe to run twice,
 * and where nothing is held; what was sold stays sold.
 */
import { z } from 'zod';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';

export const releaseStock = defineActor({
  input: z.object({ orderId: z.uuid() }),
  output: z.object({}),
  retry: { attemptsMax: 12, backoffMs: 300, backoffMaxMs: 60_000, timeoutMs: 10_000 },
  run: async ({ orderId }, { storeId, actor, stock }) => {
    mustBeOrder(orderId, actor);
    await stock.release({ storeId, orderId });
    await stock.forgo({ storeId, orderId });
    return {};
  },
});
