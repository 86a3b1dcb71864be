// `marty stores ls|add|keys`: more shops in the same database, none of which sees another.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parse } from 'dotenv';
import type { z } from 'zod';
import { readStoreKeys, removeStoreKey, setStoreKeys } from '../../commerce/store-keys.ts';
import type { Store } from '../../../schema/stores.ts';
import { addStore, NewStore, sameConfig } from '../../commerce/stores.ts';
import { openingHours } from '../config/opening-hours.ts';
import { refusals } from '../config/refusals.ts';
import { readVariables, variableNames } from '../config/variables.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withPreparedShop } from './with-shop.ts';

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

/** @throws UsageError that names the flag, and what is allowed or whose it is already */
export async function runStoresAdd(slug: string, flags: StoreFlags): Promise<void> {
  const wanted = storeIn(slug, flags);
  await withPreparedShop(async ({ db, stores }) => {
    assertFree(wanted, stores());
    const store = await addStore(db, wanted);
    console.log(`${store.name} is store ${store.id}. Running processes learn of it within a minute.`);
  });
}

/** @throws UsageError that names each flag that is wrong, and what is allowed */
export function storeIn(slug: string, flags: StoreFlags): z.output<typeof NewStore> {
  const hours = openingHours.safeParse(flags.hours);
  if (!hours.success) throw new UsageError(`--hours ${flags.hours}: write it like "Wed-Sun 12-19".`);
  const { name, phone = null, place = null, contact = null, timezone, currency } = flags;
  const persona = flags.persona === undefined ? null : personaIn(flags.persona);
  const money = {
    taxRatePpm: Math.round(Number(flags.taxRate) * 10_000),
    shippingCents: Number(flags.shippingCents),
  };
  const shown = { name, phone, place, contact, persona, timezone, currency };
  const wanted = NewStore.safeParse({ slug, ...shown, hours: hours.data, ...money });
  if (wanted.success) return wanted.data;
  const wrong = wanted.error.issues.map(({ path }) => ALLOWED[String(path[0])] ?? `--${String(path[0])}`);
  throw new UsageError([...new Set(wrong)].join('\n'));
}

const ALLOWED: Readonly<Record<string, string>> = {
  slug: 'The slug is up to 40 lower-case letters, digits and hyphens, such as tower-books.',
  name: '--name is 1 to 80 characters.',
  phone: '--phone is a number in E.164, such as +12015550100.',
  timezone: '--timezone is an IANA zone, such as America/New_York.',
  currency: '--currency is three letters of ISO 4217, such as USD.',
  taxRatePpm: '--tax-rate is percent from 0 to 100, such as 6.625.',
  shippingCents: '--shipping-cents is a whole number from 0 to 100000.',
  place: '--place is 1 to 120 characters.',
  contact: '--contact is 1 to 60 characters.',
  persona: '--persona is a file of 1 to 20000 characters.',
};

function personaIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be read; give the path of a text file.`, { cause });
  }
}

/** The same shop once more is none too many. */
function assertFree(wanted: z.output<typeof NewStore>, stores: readonly Store[]): void {
  const { slug, phone } = wanted;
  const same = stores.find((store) => store.slug === slug);
  if (same && !sameConfig(same, wanted))
    throw new UsageError(`There is already another shop "${slug}": \`marty stores ls\` shows all of them.`);
  const other = stores.find((store) => phone !== null && store.phone === phone && store.slug !== slug);
  if (other) throw new UsageError(`--phone ${phone} is the number of "${other.slug}": texts to it are its customers'.`);
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
