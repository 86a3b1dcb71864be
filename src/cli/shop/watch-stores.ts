// Shops and keys that somebody else set: every process learns of them, whatever its part. One that did not would take a new shop's customers for another's.
import { errorName } from '../../runtime/errors.ts';
import { every } from '../../runtime/clock.ts';
import type { Shop } from './open-shop.ts';

/** `marty stores add` promises a minute. */
const LOOK_MS = 20_000;

/** @returns stops it */
export function watchStores(
  shop: Pick<Shop, 'clock' | 'refreshStores' | 'log'>,
  lookMs = LOOK_MS,
): () => Promise<void> {
  return every(shop.clock, lookMs, shop.refreshStores, (error) =>
    shop.log.warn({ error: errorName(error) }, 'shops and their keys could not be read'),
  );
}
