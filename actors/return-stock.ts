/**
 * Puts the copies of a sold order that was given up back on the shelf. Safe to run twice; what was only promised is given
 * back, and an order that sold nothing is left as it is.
 */
import { z } from 'zod';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';

export const returnStock = defineActor({
  input: z.object({ orderId: z.uuid() }),
  output: z.object({}),
  retry: { attemptsMax: 12, backoffMs: 300, backoffMaxMs: 60_000, timeoutMs: 10_000 },
  run: async ({ orderId }, { storeId, actor, stock }) => {
    mustBeOrder(orderId, actor);
    await stock.takeBack({ storeId, orderId });
    return {};
  },
});
