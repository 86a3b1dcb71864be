// One shop at Square: its till, its place there, and the client that all calls of this shop go through.
import type { SquareDesk, SquareOptions } from './client.ts';
import { createSquareDesk } from './client.ts';
import { createSquareTill } from './square-till.ts';
import type { SquareTillOptions } from './square-till.ts';
import type { Till } from '../till.ts';

/** Where a shop is at Square. */
export type SquarePlace = { square: SquareDesk; locationId: string };
export type SquareShop = { till: Till; place: SquarePlace };

/** A shop with a client of its own. */
export function openSquareShop(options: SquareOptions & Omit<SquareTillOptions, 'square'>): SquareShop {
  const square = createSquareDesk(options);
  return { till: createSquareTill({ ...options, square }), place: { square, locationId: options.locationId } };
}
