// What each shop has at outside services: keys of its own, and for the first shop the Square of the environment, too. The
// carriers of the environment are there for every shop that has none of its own, and so are not told of here.
import { providersIn } from '../config/config.ts';
import type { Config, Providers } from '../config/config.ts';
import type { KeysOfStore } from '../../commerce/store-keys.ts';

/** @param storeIds the first is the shop that the environment speaks of */
export function storeProviders(
  config: Config,
  storeIds: readonly number[],
  keys: ReadonlyMap<number, KeysOfStore>,
): Map<number, Providers> {
  return new Map(storeIds.map((id, at) => [id, ofStore(config, at === 0, keys.get(id) ?? {})]));
}

/** A service of which the shop has keys of its own is wholly its own: nothing is mixed. */
function ofStore(config: Config, isFirst: boolean, keys: KeysOfStore): Providers {
  const own = providersIn(keys, config);
  return { ...own, square: own.square ?? (isFirst ? config.square : null) };
}
