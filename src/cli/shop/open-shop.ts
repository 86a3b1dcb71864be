// One process's share of the shop: database, queue, services and the durable runtime, opened in order and closed in reverse.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import type { Services } from '../../../actors/services.ts';
import type { Store } from '../../../schema/stores.ts';
import { createBrain } from '../../brain/brain.ts';
import type { ClaudeConfig } from '../../brain/brain.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { createCatalogue } from '../../catalogue/create-catalogue.ts';
import { createBudget } from '../../catalogue/sources/budget.ts';
import { Channels, typingPause } from '../../channels/channels.ts';
import type { Unreached } from '../../channels/channels.ts';
import type { Channel, Refusal } from '../../channels/channel.ts';
import { loadVoice } from '../../channels/voice.ts';
import type { Shop as SpokenShop } from '../../channels/voice.ts';
import { createAddressBook } from '../../commerce/address-book.ts';
import { openDb } from '../../commerce/db.ts';
import type { SquarePatience } from '../../commerce/square/client.ts';
import { createCustomerDesk } from '../../commerce/square/customer-desk.ts';
import { createStock } from '../../commerce/stock/stock.ts';
import { readStoreKeys } from '../../commerce/store-keys.ts';
import { listStores } from '../../commerce/stores.ts';
import type { Till } from '../../commerce/till.ts';
import { createPostgresCarrier, createRedisCarrier } from '../../runtime/carrier.ts';
import type { Carrier } from '../../runtime/carrier.ts';
import { systemClock } from '../../runtime/clock.ts';
import { openDatabase } from '../../runtime/database.ts';
import type { Database } from '../../runtime/database.ts';
import type { DurableMachine } from '../../runtime/machine.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { openSharedClock } from '../../runtime/shared-clock.ts';
import type { SharedClock } from '../../runtime/shared-clock.ts';
import type { Vault } from '../../runtime/vault.ts';
import type { Config, Providers, Secrets } from '../config/config.ts';
import { openVault } from '../keys/rotations.ts';
import { openDatabaseAddress } from '../database-address.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { assertMigrated } from '../migrations/migrate.ts';
import { projectRoot } from '../project-root.ts';
import { registerGauges } from '../telemetry/gauges.ts';
import { countNews, logNews } from '../telemetry/listen.ts';
import { observedChannel, observedClaude, observedSource, observedTill } from '../telemetry/observed-services.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { tellRefused } from './carrier-news.ts';
import { dataKeyOf } from './data-key.ts';
import { actors, machines, transactional } from './machines.ts';
import { nameIndex } from './inbox/index-customers.ts';
import { openBooks } from './open-books.ts';
import type { BooksDesk } from './open-books.ts';
import { knowTexters } from './know-texters.ts';
import { openTills } from './open-tills.ts';
import type { ShopTills } from './open-tills.ts';
import { personOf } from './person-of.ts';
import { ownChannels, sharedChannels } from './store-channels.ts';
import { limitedClaude, roomPerSecond } from './provider-limits.ts';
import { storeProviders } from './store-providers.ts';
import { errorName } from '../../runtime/errors.ts';

export type Shop = {
  config: Config;
  secrets: Secrets;
  log: Logger;
  database: Database;
  /** The same time in all processes. */
  clock: SharedClock;
  db: NodePgDatabase;
  carrier: Carrier;
  vault: Vault;
  runtime: Runtime;
  services: Services;
  /** Each shop's own; those that a rehearsal exchanged are in `services`. */
  tills: ShopTills;
  telemetry: Telemetry;
  /** What there is beyond the shelves. */
  books: BooksDesk;
  /** A store as Marty's lines may speak of it; throws for one that does not exist. */
  shopOf: (storeId: number) => SpokenShop;
  /** What each shop has at outside services, as of the last `refreshStores`. */
  providers: () => ReadonlyMap<number, Providers>;
  /** As of the last `refreshStores`. */
  stores: () => readonly Store[];
  refreshStores: () => Promise<void>;
  /** What was accepted is committed, running commands are given back; then all connections close. */
  close: (graceMs?: number) => Promise<void>;
};

/** What a rehearsal of the shop puts in place of its own, and the name of a process that serves. */
export type Parts = {
  /** The statecharts, with delays of its own. */
  machines: readonly DurableMachine[];
  /** The services, some of them exchanged. */
  furnish: (own: Services) => Services;
  /** How long it waits for Square. */
  patience: SquarePatience;
  /** What its connections are called in Postgres' own list of them. */
  name: string;
};

const POOL_MAX = 16;
/** As long as a lane's (ms): a network that swallows everything must not hold a reply for long. */
const QUERY_TIMEOUT_MS = 15_000;
const DEMO_PREFIX = '[demo] ';

/** Opens everything against a migrated database; starts no work yet. */
export async function openShop(
  config: Config,
  secrets: Secrets,
  log: Logger,
  parts: Partial<Parts> = {},
): Promise<Shop> {
  const ground = await openGround(config, secrets, log, parts.name);
  try {
    return await openOn(ground, config, secrets, log, parts);
  } catch (error) {
    await ground.carrier.close(); // a process that could not open must be able to end
    await ground.close();
    throw error;
  }
}

async function openOn(
  { database, clock, vault, carrier, close }: Ground,
  config: Config,
  secrets: Secrets,
  log: Logger,
  parts: Partial<Parts>,
): Promise<Shop> {
  const db = openDb(database.pool);
  let stores: readonly Store[] = [];
  let providers: ReadonlyMap<number, Providers> = new Map();
  const refreshStores = async () => {
    const [found, keys] = await Promise.all([listStores(db), readStoreKeys(db, vault)]);
    providers = storeProviders(
      config,
      found.map(({ id }) => id),
      keys,
    );
    stores = found;
  };
  await refreshStores();
  const onRefused = (who: Unreached, why: Refusal) => tellRefused(runtime, who, why);
  const telemetry = createTelemetry(database.pool, log, clock.now);
  const catalogue = createCatalogue({ db });
  const books = openBooks({
    config,
    db,
    vault,
    catalogue,
    log,
    now: clock.now,
    observe: (source) => observedSource(telemetry, source),
    onResting: (source) => telemetry.resting(source, 'ask'),
  });
  const surroundings = { config, db, vault, database, clock, log, onRefused, telemetry, catalogue, books };
  const opening = { ...surroundings, providers: () => providers, patience: parts.patience };
  const { tills, ...own } = openServices(opening);
  await Promise.all(stores.map(({ id }) => tills.square(id))); // its client takes a second to load: not at the first sale
  const services = parts.furnish?.({ ...own, tills }) ?? { ...own, tills };
  const shopOf = (storeId: number) => spokenShop(stores, storeId, config.isDemo);
  const runtime = createRuntime({
    database,
    carrier,
    vault,
    machines: parts.machines ?? machines,
    actors,
    transactional: transactional({ vault, voice: loadVoice(), shopOf }),
    services,
    log,
    clock,
  });
  countNews(runtime, telemetry.instruments);
  logNews(runtime, log);
  const texters = knowTexters(runtime, services.customers, (error) =>
    log.warn({ error: errorName(error) }, 'a customer could not be looked up at Square'),
  );
  const shop: Shop = {
    config,
    secrets,
    log,
    database,
    clock,
    db,
    carrier,
    vault,
    runtime,
    services,
    tills,
    telemetry,
    books,
    shopOf,
    providers: () => providers,
    stores: () => stores,
    refreshStores,
    async close(graceMs) {
      await runtime.stop(graceMs);
      await texters.stop();
      await telemetry.standings.settled();
      await close();
    },
  };
  registerGauges(telemetry.registry, shop, clock.now);
  return shop;
}

/** What cannot be used is closed again: an embedded server must not outlive the command that found it empty. */
export async function openMigrated(
  config: Config,
  name = 'marty',
): Promise<{ address: DatabaseAddress; database: Database }> {
  const address = await openDatabaseAddress(config);
  const { driver, neonWsProxy: wsProxy } = config.database;
  const database = openDatabase({
    url: address.url,
    driver,
    name,
    wsProxy: wsProxy ?? undefined,
    poolMax: POOL_MAX,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
  });
  try {
    await assertMigrated(database.pool);
    return { address, database };
  } catch (error) {
    await database.close();
    await address.close();
    throw error;
  }
}

/** `close` closes all but the carrier, which the runtime closes when it stops. */
type Ground = { database: Database; clock: SharedClock; vault: Vault; carrier: Carrier; close: () => Promise<void> };

async function openGround(config: Config, secrets: Secrets, log: Logger, name?: string): Promise<Ground> {
  const { address, database } = await openMigrated(config, name);
  const opened = [() => address.close(), () => database.close()];
  const close = async () => {
    for (const end of opened.toReversed()) await end();
  };
  const untold = (error: unknown) => log.warn({ error: errorName(error) }, 'the database was not asked for the time');
  try {
    const vault = await openVault(database.pool, secrets);
    const clock = await openSharedClock(database.pool, systemClock, untold);
    opened.push(() => clock.close());
    return { database, clock, vault, carrier: await openCarrier(config, database, log), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Opening = {
  config: Config;
  db: NodePgDatabase;
  vault: Vault;
  database: Database;
  clock: SharedClock;
  log: Logger;
  onRefused: (who: Unreached, why: Refusal) => Promise<void>;
  telemetry: Telemetry;
  providers: () => ReadonlyMap<number, Providers>;
  catalogue: Catalogue;
  books: BooksDesk;
  patience: SquarePatience | undefined;
};

function openServices(opening: Opening): Omit<Services, 'tills'> & { tills: ShopTills } {
  const { config, db, vault, database, clock, log, onRefused, telemetry, providers, catalogue, books, patience } =
    opening;
  const { now } = clock;
  const budget = createBudget(db);
  const { smsPerSecond, claudePerMinute, squarePerSecond } = config.limits;
  const smsRoom = roomPerSecond(budget, smsPerSecond);
  const observe = (channel: Channel) => observedChannel(telemetry, channel);
  const { bubbles, fallbacks, stopped } = telemetry.instruments;
  const claude = claudeOf(config);
  const dataKeys = (storeId: number, actorKey: string) => dataKeyOf(database, storeId, actorKey);
  const addresses = createAddressBook({ db, vault, dataKeyOf: dataKeys, index: nameIndex(vault) });
  const customers = createCustomerDesk({
    db,
    vault,
    personOf: (customer) => personOf({ database, vault }, customer),
    square: (storeId) => tills.square(storeId),
    now,
    onError: (error) => log.warn({ error: errorName(error) }, 'an order names no customer at Square'),
  });
  const watched = (till: Till) => observedTill(telemetry, till);
  const tills = openTills({
    config,
    db,
    now,
    addresses,
    customers,
    providers,
    patience,
    roomOf: roomPerSecond(budget, squarePerSecond),
    observe: watched,
  });
  return {
    db,
    vault,
    catalogue,
    orderables: books.orderables,
    elsewhere: books.elsewhere,
    waitlist: books.waitlist,
    channels: new Channels(
      sharedChannels(config, observe, smsRoom),
      typingPause,
      onRefused,
      ({ status, ...why }) => bubbles.inc({ outcome: status, reason: ('reason' in why ? why.reason : null) ?? '' }),
      ownChannels({ publicUrl: config.publicUrl, providers, observe, roomOf: smsRoom }),
    ),
    brain: createBrain({
      db,
      vault,
      catalogue,
      finder: books.finder,
      waitlist: books.waitlist,
      now,
      config: { claude },
      onFallback(code) {
        fallbacks.inc({ reason: code });
        log.warn({ code }, 'the house recommender steps in');
      },
      onStopped: (kinds) => kinds.forEach((kind) => stopped.inc({ kind })),
      observe: (client) =>
        limitedClaude(budget, claudePerMinute, observedClaude(telemetry, config.claude?.model ?? '', client)),
    }),
    stock: createStock(db),
    tills,
    addresses,
    customers,
  };
}

async function openCarrier(config: Config, database: Database, log: Logger): Promise<Carrier> {
  const onError = (error: Error) => log.warn({ error: errorName(error) }, 'the queue is in trouble');
  const watch = config.otlp ? await (await import('../telemetry/otlp.ts')).watchedQueue() : {};
  return config.redisUrl
    ? createRedisCarrier(config.redisUrl, onError, watch)
    : createPostgresCarrier(database, onError, watch);
}

/** Null where there is no key. @param file what Claude is told to be, instead of each shop's own persona or prompts/system.md */
export function claudeOf({ claude }: Config, file?: string): ClaudeConfig | null {
  const persona = readFileSync(file ?? join(projectRoot, 'prompts', 'system.md'), 'utf8');
  return claude && { ...claude, persona: (own) => (file === undefined ? own : null) ?? persona };
}

function spokenShop(stores: readonly Store[], storeId: number, isDemo: boolean): SpokenShop {
  const store = stores.find(({ id }) => id === storeId);
  if (!store) throw new Error(`there is no store ${storeId}`);
  const { name, timezone, currency, contact, phone } = store;
  return { name, timezone, currency, contact: contact ?? phone ?? name, ...(isDemo ? { prefix: DEMO_PREFIX } : {}) };
}
