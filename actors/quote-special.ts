/**
 * What it costs to have a book ordered in, by the wholesaler's last stock file.
 * Reads only. Refuses with `in_stock` when it need not be ordered, and with `not_orderable` when it cannot be.
 */
import { z } from 'zod';
import { Copies, Isbn13, ShownBook } from '../schema/acts.ts';
import { ORDER_DAYS } from '../src/catalogue/orderable-books.ts';
import { shownBook } from '../src/catalogue/shown-book.ts';
import { defineActor } from './define.ts';

export const quoteSpecial = defineActor({
  input: z.object({ isbn13: Isbn13, copies: Copies }),
  output: z.object({ book: ShownBook, days: z.number().int().positive() }),
  refusals: ['in_stock', 'not_orderable'],
  retry: { attemptsMax: 4, backoffMs: 300, timeoutMs: 5_000 },
  run: async ({ isbn13, copies }, { storeId, catalogue, orderables, refuse }) => {
    const [onShelf] = await catalogue.get(storeId, [isbn13]);
    if (onShelf && onShelf.onHand >= copies) return refuse('in_stock');
    const book = await orderables.get(storeId, isbn13);
    if (book === null || book.available < copies) return refuse('not_orderable');
    return { book: shownBook({ ...book, onHand: 0 }), days: ORDER_DAYS };
  },
});
