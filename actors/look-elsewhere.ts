/**
 * How a book that is not on the shelf can be had: a link that we count, and a special order where the wholesaler lists it.
 * Safe to run twice: a book has one link. Refuses with `unknown_book`.
 */
import { z } from 'zod';
import { Elsewhere, Isbn13 } from '../schema/acts.ts';
import { defineActor } from './define.ts';

export const lookElsewhere = defineActor({
  input: z.object({ isbn13: Isbn13, title: z.string().min(1).max(300).nullable() }),
  output: Elsewhere,
  refusals: ['unknown_book'],
  retry: { attemptsMax: 4, backoffMs: 300, timeoutMs: 5_000 },
  run: async (input, { storeId, elsewhere, refuse }) =>
    (await elsewhere.look(storeId, input)) ?? refuse('unknown_book'),
});
