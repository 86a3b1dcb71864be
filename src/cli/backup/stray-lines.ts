// What only Square knows, in words for the terminal. Reads alone, so it may be asked again beside running workers.
import { SquareTrouble } from '../../commerce/square/trouble.ts';
import { TooManyTouched } from '../../commerce/square/orders-since.ts';
import { TillRefused } from '../../commerce/till.ts';
import type { Shop } from '../shop/open-shop.ts';
import { straysAtSquare } from './strays.ts';
import type { Stray } from './strays.ts';

type Asked = { db: Shop['db']; tills: Pick<Shop['tills'], 'square'> };

/** Where Square does not answer the lines say so, and how to ask again. */
export async function strayLines(shop: Asked, store: { id: number; slug: string }, since: Date): Promise<string[]> {
  const square = await shop.tills.square(store.id);
  if (square === null) return [`"${store.slug}" is not at Square.`];
  try {
    const strays = await straysAtSquare(shop.db, square.place, store.id, since);
    if (strays.length === 0) return ['Square has no order since then that this store does not know.'];
    return [
      'Orders at Square that this store knows nothing of; look at each there, and call its customer:',
      ...strays.map(lineOf),
    ];
  } catch (error) {
    return [notAsked(error), `  marty stores strays ${store.slug} --since ${since.toISOString()}`];
  }
}

/** @throws what is neither Square's doing nor our limit */
function notAsked(error: unknown): string {
  if (error instanceof TooManyTouched)
    return `Of orders since then there are ${error.message}. Look there yourself, or ask from a later time:`;
  if (error instanceof SquareTrouble || error instanceof TillRefused)
    return `Square could not be asked about orders since then (${error.code}). Ask again once it answers; this changes nothing, so workers may run:`;
  throw error;
}

function lineOf({ reference, orderId, totalCents, why, isPaid }: Stray): string {
  const state = why === 'refunded' ? 'given back there' : isPaid ? 'paid' : 'not paid, its link is open';
  return `  ${reference}  order ${orderId}  ${(totalCents / 100).toFixed(2)}  ${state}`;
}
