/**
 * Shows in the till's own books how far a paid order has come: packed, ready, handed over, called off.
 * Safe to run twice and in any order: the till never moves an order back. Tried for hours, since nobody waits for it.
 */
import { z } from 'zod';
import { HandOverStep } from '../schema/order.ts';
import { linkOf } from '../src/commerce/payment-links.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import { heed, withTill } from './till-refusal.ts';

export const tellTill = defineActor({
  input: z.object({
    orderId: z.uuid(),
    linkId: z.string().min(1),
    step: HandOverStep,
    tracking: z.string().nullable(),
  }),
  output: z.object({}),
  retry: { attemptsMax: 40, backoffMs: 1_000, backoffMaxMs: 600_000, timeoutMs: 30_000 },
  run: async ({ orderId, linkId, step, tracking }, run) => {
    const { actor, storeId, db, signal } = run;
    mustBeOrder(orderId, actor);
    const link = await heed(linkOf(db, { storeId, orderId, linkId }));
    await heed(withTill(run, ({ till }) => till.handOver({ storeId, ...link }, { step, tracking }, signal)));
    return {};
  },
});
