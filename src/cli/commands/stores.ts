// `marty stores ls|add|keys`: more shops in the same database, none of which sees another.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parse } from 'dotenv';
import { readStoreKeys, removeStoreKey, setStoreKeys } from '../../commerce/store-keys.ts';
import { addStore } from '../../commerce/stores.ts';
import { openingHours } from '../config/opening-hours.ts';
import { refusals } from '../config/refusals.ts';
import { readVariables, variableNames } from '../config/variables.ts';
import { storeOf, UsageError, withPreparedShop } from './with-shop.ts';

export async function runStoresList(): Promise<void> {
  await withPreparedShop((shop) => {
    for (const { id, slug, name, phone, timezone, currency } of shop.stores()) {
      console.log([id, slug, name, phone ?? 'no number', timezone, currency].join('  '));
    }
    return Promise.resolve();
  });
}

export type StoreFlags = {
  name: string;
  phone?: string;
  place?: string;
  contact?: string;
  persona?: string;
  timezone: string;
  hours: string;
  currency: string;
  taxRate: string;
  shippingCents: string;
};

export async function runStoresAdd(slug: string, flags: StoreFlags): Promise<void> {
  const hours = openingHours.safeParse(flags.hours);
  if (!hours.success) throw new UsageError(`--hours ${flags.hours}: write it like "Wed-Sun 12-19".`);
  await withPreparedShop(async ({ db }) => {
    const { name, phone = null, place = null, contact = null, timezone, currency } = flags;
    const persona = flags.persona === undefined ? null : readFileSync(flags.persona, 'utf8');
    const money = {
      taxRatePpm: Math.round(Number(flags.taxRate) * 10_000),
      shippingCents: Number(flags.shippingCents),
    };
    const shown = { name, phone, place, contact, persona, timezone, currency };
    const store = await addStore(db, { slug, ...shown, hours: hours.data, ...money });
    console.log(`${store.name} is store ${store.id}. Running processes learn of it within a minute.`);
  });
}

/** A name is one of the environment's; values come by standard input, so that no history of a shell keeps them. */
const OWN = /^(?:SQUARE|TWILIO|SMOBI)_/;
const OF_ALL = 'SMOBI_IP_ALLOWLIST';

/** Sets what standard input says in lines of `NAME=value`, or removes one, or lists the names; values are never shown. */
export async function runStoresKeys(slug: string, flags: { set?: boolean; remove?: string }): Promise<void> {
  await withPreparedShop(async (shop) => {
    const { db, vault } = shop;
    const { id } = storeOf(shop, slug);
    if (flags.remove !== undefined && !(await removeStoreKey(db, id, flags.remove)))
      throw new UsageError(`"${slug}" has no key "${flags.remove}".`);
    if (flags.set) {
      const keys = keysIn(await text(process.stdin));
      assertWhole({ ...(await readStoreKeys(db, vault)).get(id), ...keys });
      await setStoreKeys(db, vault, id, keys);
    }
    const names = Object.keys((await readStoreKeys(db, vault)).get(id) ?? {}).sort();
    console.log(names.length === 0 ? `"${slug}" has no keys of its own.` : names.join('\n'));
  });
}

/** Half of a service would be none at all. @throws UsageError or ConfigError that names what is missing or wrong, never a value */
export function assertWhole(keys: Readonly<Record<string, string>>): void {
  const problems = refusals(readVariables(keys));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

/** @throws UsageError that names the line's key, never its value */
export function keysIn(lines: string): Record<string, string> {
  const keys = parse(lines);
  const strange = Object.keys(keys).filter(
    (name) => !OWN.test(name) || name === OF_ALL || !variableNames.includes(name),
  );
  if (strange.length > 0)
    throw new UsageError(`${strange.join(', ')}: nothing that a shop has of its own at Square, Twilio or Smobi.`);
  if (Object.keys(keys).length === 0) throw new UsageError('Standard input has no line such as SQUARE_ACCESS_TOKEN=…');
  return keys;
}
