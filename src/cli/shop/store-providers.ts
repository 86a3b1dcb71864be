// What each shop has at outside services: its own keys, and for the first shop what the environment says, too.
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
  const shared = { square: config.square, twilio: config.twilio, smobi: config.smobi.outbound };
  return {
    square: own.square ?? (isFirst ? shared.square : null),
    twilio: own.twilio ?? (isFirst ? shared.twilio : null),
    smobi: own.smobi ?? (isFirst ? shared.smobi : null),
  };
}
