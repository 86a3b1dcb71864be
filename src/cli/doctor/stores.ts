// The shops of the database: hours and zone that can be read, a number that texts reach, and keys of their own that are whole.
import type { Pool } from 'pg';
import { StoreHours } from '../../../schema/stores.ts';
import type { Store } from '../../../schema/stores.ts';
import { openDb } from '../../commerce/db.ts';
import { readStoreKeys } from '../../commerce/store-keys.ts';
import type { KeysOfStore } from '../../commerce/store-keys.ts';
import { listStores } from '../../commerce/stores.ts';
import { createVault } from '../../runtime/vault.ts';
import { isTimezone } from '../config/fields.ts';
import { providersIn } from '../config/config.ts';
import type { Config, Secrets } from '../config/config.ts';
import { refusals } from '../config/refusals.ts';
import { readVariables } from '../config/variables.ts';
import { look, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';
import { squareCheck } from './square.ts';
import { smobiCheck, twilioCheck } from './texts.ts';
import { ConfigError } from '../plain-errors.ts';

export async function storeChecks(config: Config, secrets: Secrets, pool: Pool): Promise<Check[]> {
  const db = openDb(pool);
  const stores = await listStores(db);
  if (stores.length === 0)
    return [{ part: 'shops', ask: async () => look('there is none yet', '`npm exec marty -- seed` opens the first') }];
  const keys = await readStoreKeys(db, createVault(secrets.piiKey, { previous: secrets.piiKeyPrevious })).catch(
    () => null,
  );
  if (keys === null) {
    const said = wrong('their keys cannot be opened', 'PII_KEY is not the one that they were set under: see `secrets`');
    return [...stores.map((store) => shopCheck(config, store, stores, {})), { part: 'shops', ask: async () => said }];
  }
  return stores.flatMap((store) => {
    const own = keys.get(store.id) ?? {};
    return [shopCheck(config, store, stores, own), ...ownServices(config, secrets, store, own)];
  });
}

function shopCheck(config: Config, store: Store, all: readonly Store[], own: KeysOfStore): Check {
  const ask = async (): Promise<Said | Said[]> => {
    const faults = [...hoursOf(store), ...numberOf(config, store, all), ...halfKeys(own)];
    return faults.length > 0 ? faults : well(`${store.timezone}, ${store.currency}, hours can be read`);
  };
  return { part: `shop ${store.slug}`, ask };
}

function hoursOf({ timezone, hours }: Store): Said[] {
  if (!isTimezone(timezone))
    return [wrong(`nobody knows the zone ${timezone}`, 'set STORE_TIMEZONE such as America/New_York')];
  const read = StoreHours.safeParse(hours);
  if (!read.success)
    return [wrong('its opening hours cannot be read', 'set STORE_HOURS such as "Wed-Sun 12-19", and seed')];
  const isEverOpen = Object.values(read.data.weekly).some((day) => day.length > 0);
  return isEverOpen ? [] : [look('is never open', 'set STORE_HOURS such as "Wed-Sun 12-19", and seed')];
}

// A lone shop answers every number; of several, one without a number hears nobody.
function numberOf({ smobi, twilio }: Config, { phone }: Store, all: readonly Store[]): Said[] {
  if (phone !== null || (smobi.outbound === null && twilio === null)) return [];
  if (all.length > 1)
    return [wrong('has no number, so texts cannot reach it', 'set STORE_PHONE, or add it with --phone')];
  return [look('has no number of its own', 'set STORE_PHONE: replies come from it')];
}

function halfKeys(own: KeysOfStore): Said[] {
  const mend = '`npm exec marty -- stores keys SLUG --set` takes the rest from standard input';
  try {
    return refusals(readVariables(own)).map((says) => wrong(says, mend));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((says) => wrong(says, mend));
    throw error;
  }
}

function ownServices(config: Config, { smobiWebhookSecret }: Secrets, store: Store, own: KeysOfStore): Check[] {
  if (halfKeys(own).length > 0) return [];
  const { square, twilio, smobi } = providersIn(own, config);
  const { publicUrl } = config;
  const part = (service: string) => `${service} (${store.slug})`;
  return [
    ...(square ? [squareCheck(part('Square'), square, { currency: store.currency, publicUrl })] : []),
    ...(twilio ? [twilioCheck(part('Twilio'), twilio, publicUrl)] : []),
    ...(smobi ? [smobiCheck(part('Smobi'), smobi, own['SMOBI_WEBHOOK_SECRET'] ?? smobiWebhookSecret)] : []),
  ];
}
