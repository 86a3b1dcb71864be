// Opens the shop for one command of the terminal: nothing is served and no work is taken.
import pino from 'pino';
import type { Store } from '../../../schema/stores.ts';
import { loadConfig } from '../config.ts';
import { openShop } from '../shop/open-shop.ts';
import type { ActorAddress } from '../../web/deps.ts';
import type { Shop } from '../shop/open-shop.ts';
import { prepare } from './prepare.ts';
import { UsageError } from '../plain-errors.ts';

/** Makes what is not there first, as `marty start` does: for commands that fill a shop. */
export async function withPreparedShop<T>(work: (shop: Shop) => Promise<T>): Promise<T> {
  await prepare(loadConfig().config, () => undefined);
  return withShop(work);
}

/** Leaves the database's schema as it is. @throws ConfigError when that is not this build's */
export async function withShop<T>(work: (shop: Shop) => Promise<T>): Promise<T> {
  const { config, secrets } = loadConfig();
  const shop = await openShop(config, secrets, pino({ level: 'warn' }, pino.destination(2)));
  try {
    return await work(shop);
  } finally {
    await shop.close(0);
  }
}

/** The store of a slug; the first one without. @throws UsageError that names the stores there are */
export function storeOf(shop: Shop, slug: string | undefined): Store {
  const stores = shop.stores();
  const store = slug === undefined ? stores[0] : stores.find((one) => one.slug === slug);
  if (store) return store;
  throw new UsageError(
    `There is no store "${slug ?? ''}"; there is ${stores.map((one) => one.slug).join(', ') || 'none yet'}.`,
  );
}

/** The address in an actor's id, such as `customer:+12015550123`. @throws UsageError */
export function addressOf(shop: Shop, actor: string, store: string | undefined): ActorAddress {
  const [, machine, id] = /^(\w+):(.+)$/.exec(actor) ?? [];
  if (!machine || !id) throw new UsageError(`"${actor}" is not an actor's id, such as customer:+12015550123.`);
  return { storeId: storeOf(shop, store).id, machine, id };
}
