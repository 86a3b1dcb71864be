/**
 * Pays a customer back. Only a staff event leads an order into the state that asks for this.
 * Safe to run twice: one refund per payment and amount, and another only where `earlier` ones are known to have been made;
 * never more in all than was paid. Answers with what it gave back.
 */
import { z } from 'zod';
import { Cents } from '../schema/acts.ts';
import { refund, refundKey } from '../src/commerce/refunds.ts';
import { Refund } from '../src/commerce/till.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import { heed, withTill } from './till-refusal.ts';

const wish = { orderId: z.uuid(), paymentId: z.string().min(1), amountCents: Cents.min(1) };

export const refundPayment = defineActor({
  input: z.object({ ...wish, earlier: z.array(z.string().min(1)).min(1).optional() }),
  output: Refund.extend({ paymentId: wish.paymentId, amountCents: wish.amountCents }),
  // For some twenty minutes: after that staff are asked to press once more.
  retry: { attemptsMax: 20, backoffMs: 1_000, backoffMaxMs: 120_000, timeoutMs: 20_000 },
  key: (input) => refundKey(input),
  run: async (input, run) => {
    mustBeOrder(input.orderId, run.actor);
    const { paymentId, amountCents } = input;
    const asked = { ...input, storeId: run.storeId };
    const done = await heed(withTill(run, (counter) => refund(counter, asked, run.signal)));
    return { ...done, paymentId, amountCents };
  },
});
