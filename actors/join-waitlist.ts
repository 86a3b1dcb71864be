/**
 * Puts the customer into a book's line.
 * Safe to run twice: the entry's id is the command's, and who stands in the line keeps their place. Refuses with `in_stock`.
 */
import { z } from 'zod';
import { Isbn13 } from '../schema/acts.ts';
import { defineActor } from './define.ts';

export const joinWaitlist = defineActor({
  input: z.object({ isbn13: Isbn13, title: z.string().min(1).max(300) }),
  output: z.null(),
  refusals: ['in_stock'],
  retry: { attemptsMax: 5, backoffMs: 300, timeoutMs: 5_000 },
  undo: (_input, _output, { storeId, commandId, waitlist }) => waitlist.leave({ storeId, id: commandId }),
  run: async (book, { storeId, actor, commandId, catalogue, waitlist, refuse }) => {
    const [onShelf] = await catalogue.get(storeId, [book.isbn13]);
    if (onShelf && onShelf.onHand > 0) return refuse('in_stock');
    await waitlist.join({ storeId, id: commandId, actorKey: actor.key, ...book });
    return null;
  },
});
