/**
 * Opens the payment link of one revision of an order, after reading price and stock once more.
 * Safe to run twice: the till sees one frozen request under one key. Refuses with `sold_out`, and with `price_changed`
 * and the price of now; where that is the till's, it is ours from then on. A hold is paid in the shop and has no link: its input does not parse.
 */
import { z } from 'zod';
import { OrderLine, PaymentLink } from '../schema/order.ts';
import { linkKey, openLink, withdrawLink } from '../src/commerce/payment-links.ts';
import { Permanent } from '../src/runtime/define-actor.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import type { Services } from './services.ts';
import { heed, withTill } from './till-refusal.ts';

/** After so many the order goes without its customer's record where that cannot be had: it is not what a sale should wait for. */
const NAMED_ATTEMPTS_MAX = 6;

export const createPaymentLink = defineActor({
  input: z.object({
    orderId: z.uuid(),
    revision: z.int().positive(),
    lines: z.array(OrderLine).min(1).max(20),
    fulfillment: z.enum(['pickup', 'shipping']),
    addressId: z.uuid().nullable(),
  }),
  output: PaymentLink,
  refusals: ['sold_out', 'price_changed'],
  // The order waits for half an hour (`linkPatience`) and then calls this off; till then it is asked every 15 s or so.
  retry: { attemptsMax: 160, backoffMs: 500, backoffMaxMs: 15_000, timeoutMs: 20_000 },
  key: ({ orderId, revision }) => linkKey(orderId, revision),
  undo: (input, _output, run) =>
    heed(withTill(run, (counter) => withdrawLink(counter, { ...input, storeId: run.storeId }, run.signal))),
  run: async (input, run) => {
    mustBeOrder(input.orderId, run.actor);
    const wish = { ...input, storeId: run.storeId, mayBeAnonymous: run.attempt > NAMED_ATTEMPTS_MAX };
    const answer = await heed(withTill(run, (counter) => openLink(counter, wish, run.signal)));
    if ('link' in answer) return PaymentLink.parse(answer.link);
    if (answer.refused === 'withdrawn') throw new Permanent('rejected', 'this revision of the order was given up');
    if (answer.refused === 'sold_out') return run.refuse('sold_out');
    if (answer.by === 'till') await adoptPrice(run, answer);
    return run.refuse('price_changed', answer);
  },
});

/** Otherwise the customer would agree to our old price again, and be refused again. */
async function adoptPrice(
  { catalogue, storeId }: Pick<Services, 'catalogue'> & { storeId: number },
  { isbn13, priceCents }: { isbn13: string; priceCents: number },
): Promise<void> {
  const [book] = await catalogue.get(storeId, [isbn13]);
  if (book) await catalogue.put(storeId, { isbn13, title: book.title, authors: book.authors, priceCents });
}
