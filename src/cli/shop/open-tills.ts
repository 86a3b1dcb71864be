// Which till stands on each shop's counter: Square where the shop has it, else Marty's own, which takes no real money.
import type { AddressBook } from '../../commerce/address-book.ts';
import type { Db } from '../../commerce/db.ts';
import { createLocalTill } from '../../commerce/local-till/local-till.ts';
import type { SquarePatience } from '../../commerce/square/client.ts';
import type { SquareShop } from '../../commerce/square/square-shop.ts';
import type { SquareSigner } from '../../commerce/square/webhook.ts';
import { TillRefused } from '../../commerce/till.ts';
import type { OrderCustomers, Till } from '../../commerce/till.ts';
import type { Tills } from '../../commerce/tills.ts';
import type { Config, Providers } from '../config/config.ts';
import type { RoomOf } from './provider-limits.ts';

export type ShopTills = Tills & {
  /** Null for a shop that has no Square. */
  square(storeId: number): Promise<SquareShop | null>;
  /** Who may call Square's webhook, as things stand. */
  signers(): SquareSigner[];
};
export type Counter = {
  config: Config;
  db: Db;
  now: () => number;
  addresses: AddressBook;
  customers: Pick<OrderCustomers, 'idOf'>;
  /** As of now: shops and keys may be added while this process runs. */
  providers: () => ReadonlyMap<number, Providers>;
  /** Square's own where it is left out. */
  patience?: SquarePatience | undefined;
  /** How often each shop's account may be asked. */
  roomOf: RoomOf;
  /** Puts a watch around a till. */
  observe: (till: Till) => Till;
};
type Settings = NonNullable<Providers['square']>;

/** Square's client takes a second to load, so only a shop that has Square waits for it. */
export function openTills(counter: Counter): ShopTills {
  const { config, db, now, providers, observe } = counter;
  const own = observe(createLocalTill({ db, publicUrl: config.publicUrl, now, newId: () => crypto.randomUUID() }));
  const open = new Map<number, { settings: string; shop: Promise<SquareShop> }>();
  const square = async (storeId: number): Promise<SquareShop | null> => {
    const settings = providers().get(storeId)?.square ?? null;
    if (settings === null) return null;
    const known = open.get(storeId);
    if (known?.settings === JSON.stringify(settings)) return known.shop;
    const shop = openSquare(storeId, settings, counter).then((one) => ({ ...one, till: observe(one.till) }));
    open.set(storeId, { settings: JSON.stringify(settings), shop });
    return shop;
  };
  return {
    square,
    of: async (storeId) => (await square(storeId))?.till ?? ownTill(config, own),
    signers: () => [...providers()].flatMap(([storeId, { square: one }]) => (one ? [{ storeId, ...one }] : [])),
  };
}

/** Beside a shop with Square, one without sells nothing rather than through a pay page that charges nobody. */
function ownTill({ square }: Config, own: Till): Till {
  if (square !== null) throw new TillRefused('unauthorised', 'NO_TILL');
  return own;
}

async function openSquare(
  storeId: number,
  settings: Settings,
  { now, addresses, customers, patience, roomOf }: Counter,
): Promise<SquareShop> {
  const { openSquareShop } = await import('../../commerce/square/square-shop.ts');
  const addressOf: AddressBook['open'] = (address) => addresses.open(address);
  const room = roomOf(`square/${storeId}`);
  return openSquareShop({ ...settings, ...patience, now, addressOf, customers, room });
}
