/**
 * Closes a payment link, so that it takes no more money. Safe to run twice.
 * Money that came first stays: `paid` is true then, and the till's own event brings it to the order.
 */
import { z } from 'zod';
import { closeLink } from '../src/commerce/payment-links.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import { heed, withTill } from './till-refusal.ts';

export const cancelPaymentLink = defineActor({
  input: z.object({ orderId: z.uuid(), linkId: z.string().min(1) }),
  output: z.object({ paid: z.boolean() }),
  // For more than ten minutes: a link that stays open takes money for an order that is over.
  retry: { attemptsMax: 24, backoffMs: 500, backoffMaxMs: 60_000, timeoutMs: 20_000 },
  run: async ({ orderId, linkId }, run) => {
    mustBeOrder(orderId, run.actor);
    const { storeId, signal } = run;
    const outcome = await heed(withTill(run, (counter) => closeLink(counter, { storeId, orderId, linkId }, signal)));
    return { paid: outcome === 'paid' };
  },
});
