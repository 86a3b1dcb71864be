/**
 * Pays a customer back. Only a staff event leads an order into the state that asks for this.
 * Safe to run twice: one refund per payment and amount, and never more in all than was paid.
 */
import { z } from 'zod';
import { Cents } from '../schema/acts.ts';
import { refund, refundKey } from '../src/commerce/refunds.ts';
import { Refund } from '../src/commerce/till.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import { heed, withTill } from './till-refusal.ts';

export const refundPayment = defineActor({
  input: z.object({ orderId: z.uuid(), paymentId: z.string().min(1), amountCents: Cents.min(1) }),
  output: Refund,
  // For some twenty minutes: after that staff are asked to press once more.
  retry: { attemptsMax: 20, backoffMs: 1_000, backoffMaxMs: 120_000, timeoutMs: 20_000 },
  key: (input) => refundKey(input),
  run: async (input, run) => {
    mustBeOrder(input.orderId, run.actor);
    const wish = { ...input, storeId: run.storeId };
    return heed(withTill(run, (counter) => refund(counter, wish, run.signal)));
  },
});
