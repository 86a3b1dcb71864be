// Which till stands on the counter: Square where it is configured, else Marty's own.
import type { AddressBook } from '../../commerce/address-book.ts';
import type { Db } from '../../commerce/db.ts';
import { createLocalTill } from '../../commerce/local-till/local-till.ts';
import type { Till } from '../../commerce/till.ts';
import type { Config } from '../config/config.ts';

type Counter = { config: Config; db: Db; addresses: AddressBook };

/** Square's client takes a second to load, so only a shop that has Square waits for it. */
export async function openTill({ config, db, addresses }: Counter): Promise<Till> {
  const now = Date.now;
  const { square, publicUrl } = config;
  if (!square) return createLocalTill({ db, publicUrl, now, newId: () => crypto.randomUUID() });
  const { openSquareTill } = await import('../../commerce/square/square-till.ts');
  return openSquareTill({ ...square, now, addressOf: (address) => addresses.open(address) });
}
