/**
 * Puts the customer into a book's line.
 * Safe to run twice: a command joins once, and who stands in the line keeps their place. Refuses with `in_stock`.
 */
import { z } from 'zod';
import { Isbn13 } from '../schema/acts.ts';
import { Permanent } from '../src/runtime/define-actor.ts';
import { defineActor } from './define.ts';

export const joinWaitlist = defineActor({
  input: z.object({ isbn13: Isbn13, title: z.string().min(1).max(300) }),
  output: z.null(),
  refusals: ['in_stock'],
  retry: { attemptsMax: 5, backoffMs: 300, timeoutMs: 5_000 },
  undo: (_input, _output, { storeId, commandId, waitlist }) => waitlist.leave({ storeId, commandId }),
  run: async (book, { storeId, actor, commandId, catalogue, waitlist, refuse }) => {
    const [onShelf] = await catalogue.get(storeId, [book.isbn13]);
    if (onShelf && onShelf.onHand > 0) {
      await waitlist.leave({ storeId, commandId }); // an earlier attempt may have joined, or may still
      return refuse('in_stock');
    }
    const answer = await waitlist.join({ storeId, commandId, actorKey: actor.key, ...book });
    if (answer === 'withdrawn') throw new Permanent('rejected', 'the place in line was given up before it was taken');
    return null;
  },
});
