/**
 * Promises an order's copies to it until `untilMs` (since 1970, UTC): all lines or none.
 * A copy that the waiting list has set aside for the same customer goes into it.
 * Safe to run twice: the reservation's key is the command's. Refuses with `sold_out` and the counts that fell short.
 */
import { z } from 'zod';
import { OrderLine } from '../schema/order.ts';
import type { ReserveRequest } from '../src/commerce/stock/stock.ts';
import { Permanent } from '../src/runtime/define-actor.ts';
import { defineActor } from './define.ts';
import { mustBeOrder } from './own-order.ts';

const Input = z.object({ orderId: z.uuid(), lines: z.array(OrderLine).min(1).max(20), untilMs: z.int() });
type Run = { storeId: number; commandId: string; key: string };

export const reserveStock = defineActor({
  input: Input,
  output: z.object({ reservationId: z.string() }),
  refusals: ['sold_out'],
  retry: { attemptsMax: 8, backoffMs: 300, timeoutMs: 10_000 },
  undo: (input, _output, run) => run.stock.withdraw(requestOf(input, run)),
  run: async (input, run) => {
    mustBeOrder(input.orderId, run.actor);
    const isbn13s = input.lines.map((line) => line.isbn13);
    const insteadOf = await run.waitlist.usableBy({ storeId: run.storeId, orderId: input.orderId, isbn13s });
    const answer = await run.stock.reserve({ ...requestOf(input, run), insteadOf });
    if ('reservationId' in answer) return answer;
    if (answer.refused === 'sold_out') {
      await run.stock.withdraw(requestOf(input, run)); // an attempt that stood still must not reserve for an order that was refused
      return run.refuse('sold_out', answer.short);
    }
    throw new Permanent('rejected', 'the reservation was given back before it was made');
  },
});

function requestOf(
  { orderId, lines, untilMs }: z.infer<typeof Input>,
  { storeId, commandId, key }: Run,
): ReserveRequest {
  const copies = lines.map((line) => ({ isbn13: line.isbn13, copies: line.copies }));
  return { storeId, id: commandId, orderId, lines: copies, expiresAt: new Date(untilMs), key };
}
