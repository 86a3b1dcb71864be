/**
 * Takes copies in that were ordered for one order, and promises them to it until `untilMs` (since 1970, UTC).
 * Safe to run twice, and safe to ask for again after it broke down: an order's copies come in once. Given up while it was
 * under way, they are for the shelf where the order has ended. A book that the shop did
 * not list is listed from now on.
 */
import { z } from 'zod';
import { OrderLine } from '../schema/order.ts';
import { Permanent } from '../src/runtime/define-actor.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';
import type { Services } from './services.ts';

export const receiveStock = defineActor({
  input: z.object({ orderId: z.uuid(), lines: z.array(OrderLine).min(1).max(20), untilMs: z.int() }),
  output: z.object({ reservationId: z.string() }),
  retry: { attemptsMax: 8, backoffMs: 300, timeoutMs: 10_000 },
  key: ({ orderId }) => `${orderId}-arrival`,
  undo: ({ orderId }, _output, { storeId, stock }) => stock.undoArrival({ storeId, orderId }),
  run: async ({ orderId, lines, untilMs }, run) => {
    mustBeOrder(orderId, run.actor);
    const { storeId, commandId, key } = run;
    for (const line of lines) await list(run, storeId, line);
    const copies = lines.map((line) => ({ isbn13: line.isbn13, copies: line.copies }));
    const expiresAt = new Date(untilMs);
    const answer = await run.stock.receive({ storeId, id: commandId, orderId, lines: copies, expiresAt, key });
    if ('reservationId' in answer) return answer;
    throw new Permanent('rejected', 'the copies were given back before they came in');
  },
});

/** What stands in the shop must have a title and a price there, whoever comes for it in the end. */
async function list(
  { catalogue, orderables }: Pick<Services, 'catalogue' | 'orderables'>,
  storeId: number,
  { isbn13, title, priceCents }: z.infer<typeof OrderLine>,
): Promise<void> {
  const [listed] = await catalogue.get(storeId, [isbn13]);
  if (listed) return;
  const authors = (await orderables.get(storeId, isbn13))?.authors ?? [];
  await catalogue.put(storeId, { isbn13, title, authors, priceCents });
}
