/**
 * What a book costs and how many can be sold to this customer, right now: what is set aside for them counts.
 * Reads only. Refuses with `unknown_book`, and with `sold_out` (the book as data) when fewer copies are free than asked.
 */
import { z } from 'zod';
import { Copies, Isbn13, ShownBook } from '../schema/acts.ts';
import { shownBook } from '../src/catalogue/shown-book.ts';
import { defineActor } from './define.ts';

export const quote = defineActor({
  input: z.object({ isbn13: Isbn13, copies: Copies }),
  output: ShownBook,
  refusals: ['unknown_book', 'sold_out'],
  retry: { attemptsMax: 4, backoffMs: 300, timeoutMs: 5_000 },
  run: async ({ isbn13, copies }, { storeId, actor, catalogue, waitlist, refuse }) => {
    const [book] = await catalogue.get(storeId, [isbn13]);
    if (!book) return refuse('unknown_book');
    const aside = await waitlist.asideFor(storeId, actor.key);
    const theirs = aside.filter((entry) => entry.isbn13 === isbn13).length;
    const shown = shownBook({ ...book, onHand: book.onHand + theirs });
    return shown.onHand < copies ? refuse('sold_out', shown) : shown;
  },
});
