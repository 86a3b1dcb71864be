// One process of the shop as it is sold — runtime, machines, actors, stock, till client, senders — in the simulated world. Only what
// stands at its edges is simulated: clock, chance, queue, providers, and the moment at which each statement reaches Postgres.
import type { Services } from '../../actors/services.ts';
import type { ShownBook } from '../../schema/acts.ts';
import { Channels } from '../../src/channels/channels.ts';
import type { Voice } from '../../src/channels/voice.ts';
import { actors, machines, transactional } from '../../src/cli/shop/machines.ts';
import { tellRefused } from '../../src/cli/shop/carrier-news.ts';
import { nameIndex } from '../../src/cli/shop/inbox/index-customers.ts';
import { personOf } from '../../src/cli/shop/person-of.ts';
import { dataKeyOf } from '../../src/cli/shop/data-key.ts';
import { freeStuckBubbles } from '../../src/cli/shop/stuck-bubbles.ts';
import { createBookshopLinks } from '../../src/catalogue/bookshop-links.ts';
import { createElsewhere } from '../../src/catalogue/elsewhere.ts';
import { createOrderableBooks } from '../../src/catalogue/orderable-books.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { createAddressBook } from '../../src/commerce/address-book.ts';
import { openDb } from '../../src/commerce/db.ts';
import { deliverDue } from '../../src/commerce/local-till/callbacks.ts';
import { keepPayment } from '../../src/commerce/keep-news.ts';
import type { TillNews } from '../../src/commerce/till-news.ts';
import { createWaitlist } from '../../src/commerce/waitlist/waitlist.ts';
import { pollPayments } from '../../src/commerce/poll-payments.ts';
import { createCustomerDesk } from '../../src/commerce/square/customer-desk.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import { TillEvent, toldBy } from '../../src/commerce/till-event.ts';
import type { Carrier } from '../../src/runtime/carrier.ts';
import { every } from '../../src/runtime/clock.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Database } from '../../src/runtime/database.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { openSharedClock } from '../../src/runtime/shared-clock.ts';
import type { Vault } from '../../src/runtime/vault.ts';
import type { Clocks } from './clocks.ts';
import type { SimulatedPostgres } from './postgres.ts';
import { PUBLIC_URL, simulatedBrain, simulatedTill } from './providers.ts';
import type { Phones } from './providers.ts';
import type { SimulatedQueue } from './queue.ts';
import type { Owner, World } from './world.ts';

export type Outside = {
  world: World;
  clocks: Clocks;
  postgres: SimulatedPostgres;
  queue: SimulatedQueue;
  phones: Phones;
  vault: Vault;
  voice: Voice;
  books: readonly ShownBook[];
  /** Whether tickets ride in the turn's commit. */
  joins: boolean;
};

/** `dead` after a crash: nothing of it happens any more. */
export type ShopProcess = Owner & { runtime: Runtime };

const CALLBACK_MS = 1_000;
const HOUSEKEEPING_MS = 60_000;
/** Shorter than as sold: who is in hand at three deaths by chance is set aside for a person, and these worlds have deaths enough. */
const YOUNG_MS = 60_000;
const QUIET_MS = 2 * 60_000;
const RESERVATIONS = { graceMs: 60 * 60_000, stuckMs: 24 * 60 * 60_000, limit: 100 };

/** Begins as `owner`, as soon as it knows what time it is. */
export async function startProcess(outside: Outside, owner: Owner): Promise<ShopProcess> {
  const { world, clocks, postgres, queue, vault, voice } = outside;
  const database = postgres.open(owner);
  const clock = await openSharedClock(database.pool, clocks.open(owner), () => undefined);
  const services = furnish(outside, owner, clock, database, () => runtime);
  const shop = { name: 'Dungeon Books', timezone: 'America/New_York', currency: 'USD', contact: 'hello@example.com' };
  const silent = () => undefined;
  const carrier = queue.open(owner, outside.joins);
  const runtime = createRuntime({
    database,
    carrier,
    vault,
    machines,
    actors,
    transactional: transactional({ vault, voice, shopOf: () => shop }),
    services,
    log: { info: silent, warn: silent, error: silent },
    clock,
    random: world.chance.next,
    noise: world.chance.noise,
    lanes: world.chance.between(1, 2),
    batchMax: world.chance.pick([1, 4, 64]),
    probationMs: world.chance.hits(0.2) ? YOUNG_MS : 0,
  });
  runtime.startWork({ concurrency: 16 });
  keepHouse(outside, clock, { ...services, database, carrier }, runtime);
  return Object.assign(owner, { runtime });
}

function furnish(
  { world, phones, vault, books }: Outside,
  owner: Owner,
  clock: Clock,
  database: Database,
  runtime: () => Runtime,
): Services {
  const db = openDb(database.pool);
  const pause = () => world.wait(owner, 700);
  const channels = new Channels(
    [
      phones.channel(owner, 'smobi', true),
      phones.channel(owner, 'simulator', true),
      phones.channel(owner, 'terminal', false),
    ],
    pause,
    (who, why) => tellRefused(runtime(), who, why),
  );
  const catalogue = createCatalogue({ db });
  const orderables = createOrderableBooks(db);
  const links = createBookshopLinks({ db, publicUrl: PUBLIC_URL, affiliateId: null, now: clock.now });
  const till = simulatedTill(world, owner, db, clock.now);
  const dataKeys = (storeId: number, actorKey: string) => dataKeyOf(database, storeId, actorKey);
  return {
    db,
    vault,
    channels,
    brain: simulatedBrain(world, owner, db, vault, books),
    catalogue,
    orderables,
    elsewhere: createElsewhere({ catalogue, orderables, links }),
    waitlist: createWaitlist(db, clock.now),
    stock: createStock(db),
    tills: { of: () => Promise.resolve(till) },
    addresses: createAddressBook({ db, vault, dataKeyOf: dataKeys, index: nameIndex(vault) }),
    customers: createCustomerDesk({
      db,
      vault,
      personOf: (customer) => personOf({ database, vault }, customer),
      square: () => Promise.resolve(null),
      now: clock.now,
      onError: () => undefined,
    }),
  };
}

// The rounds of src/cli/shop/work.ts. What the till calls back with comes twice at times: its acknowledgement was lost.
function keepHouse(
  { world, vault }: Outside,
  clock: Clock,
  { db, tills, stock, database, carrier }: Services & { database: Database; carrier: Carrier },
  runtime: Runtime,
): void {
  const { now } = clock;
  const ignore = () => undefined;
  const deliver = async ({ storeId, orderId, dedupeKey, event }: TillNews) => {
    const sent = await runtime.send({ storeId, machine: 'order', id: orderId }, event, { dedupeKey, source: 'till' });
    if (sent.settled === 'missing') throw new Error('there is no actor for a paid order');
  };
  const call = async (body: string) => {
    const event = TillEvent.parse(JSON.parse(body));
    const receipt = { provider: 'local' as const, eventId: event.event_id, type: event.type, stores: 'all' as const };
    await keepPayment({ db, now, deliver, till: (storeId) => tills.of(storeId) }, receipt, toldBy(event));
    return !(world.faulty && world.chance.hits(0.1));
  };
  every(clock, CALLBACK_MS, () => deliverDue({ db, now, call }), ignore);
  every(
    clock,
    HOUSEKEEPING_MS,
    async () => {
      await pollPayments({ db, tills, now, deliver, quietMs: QUIET_MS, limit: 100, onError: ignore });
      await stock.sweepExpired({ now: new Date(now()), ...RESERVATIONS, onError: ignore });
      await freeStuckBubbles({ database, carrier, vault, now });
    },
    ignore,
  );
}
