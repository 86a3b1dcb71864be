// What a process with workers does besides commands: callbacks of the local till, payments whose news was lost,
// forgotten reservations, the partitions of the months to come, rows that nobody can need any more.
import type { Hono } from 'hono';
import { createCaller, startCallbacks } from '../../commerce/local-till/callbacks.ts';
import type { Callbacks } from '../../commerce/local-till/callbacks.ts';
import { likeARealOne } from '../../commerce/local-till/habits.ts';
import { localTillRoutes } from '../../commerce/local-till/routes.ts';
import { pollPayments } from '../../commerce/poll-payments.ts';
import { pollRefunds } from '../../commerce/poll-refunds.ts';
import type { TillNews } from '../../commerce/till-news.ts';
import { callForChecks, callForReading } from '../../commerce/square/calls.ts';
import { squareWebhookRoutes } from '../../commerce/square/webhook.ts';
import { tillWebhookRoutes } from '../../commerce/till-webhook.ts';
import { every } from '../../runtime/clock.ts';
import { makePartitions } from '../../runtime/partitions.ts';
import { prune } from '../../runtime/prune.ts';
import { keepShelves } from './keep-shelves.ts';
import type { Shop } from './open-shop.ts';
import { accountsOf } from './accounts/of-shop.ts';
import { indexNumbers } from './inbox/index-customers.ts';
import { PARTITIONED } from './partitioned.ts';
import { callWhoWaits, describeSome } from './tend-books.ts';
import { freeStuckBubbles } from './stuck-bubbles.ts';
import { errorName } from '../../runtime/errors.ts';

const CALLBACK_MS = 1_000;
const HOUSEKEEPING_MS = 60_000;
const SHELVES_MS = 10_000;
const REFUNDS_MS = 10 * 60_000;
const REFUNDS_LOOK_BACK_MS = 7 * 24 * 60 * 60_000;
const QUIET_MS = 2 * 60_000;
const RESERVATION_GRACE_MS = 60 * 60_000;
const RESERVATION_STUCK_MS = 24 * 60 * 60_000;
const PER_ROUND_MAX = 100;

/** Where the till calls back: the registered address, which is also part of its signature. */
export function tillWebhookUrl({ config }: Shop): string {
  return `${config.publicUrl}/webhook/till`;
}

/** What a till needs on this server: Square its webhook, the local one a pay page too. @param onPaid a callback may be due */
export function tillRoutes(shop: Shop, onPaid: () => void): Hono[] {
  const { db, secrets, config } = shop;
  const { now } = shop.clock;
  const desk = {
    db,
    now,
    deliver: (news: TillNews) => deliver(shop, news),
    till: (storeId: number) => shop.services.tills.of(storeId),
    onError: (error: unknown) => warn(shop, error, 'payment news could not be kept'),
  };
  const square = squareWebhookRoutes({
    ...desk,
    signers: () => shop.tills.signers(),
    stockMoved: (storeId, variationIds) => callForChecks(db, storeId, variationIds, new Date(now())),
    catalogueMoved: (storeId) => callForReading(db, storeId, new Date(now())),
  });
  if (config.square) return [square];
  const newId = () => crypto.randomUUID();
  return [
    square,
    localTillRoutes({ db, now, newId, habits: likeARealOne('till'), onPaid }),
    tillWebhookRoutes({ ...desk, url: tillWebhookUrl(shop), secret: secrets.sessionSecret }),
  ];
}

async function deliver({ runtime }: Shop, { storeId, orderId, dedupeKey, event }: TillNews): Promise<void> {
  const { settled } = await runtime.send({ storeId, machine: 'order', id: orderId }, event, {
    dedupeKey,
    source: 'till',
  });
  if (settled === 'missing') throw new Error('there is no actor for a paid order'); // the till tells again, and somebody looks
}

/** Calls back for the local till. @param callUrl where this process reaches the till's webhook itself */
export function startTillCallbacks(shop: Shop, callUrl: string): Callbacks {
  const call = createCaller({ url: tillWebhookUrl(shop), callUrl, secret: shop.secrets.sessionSecret, fetch });
  return startCallbacks({
    db: shop.db,
    now: shop.clock.now,
    call,
    everyMs: CALLBACK_MS,
    onError: (error) => warn(shop, error, 'a callback of the till failed'),
  });
}

/** Starts the rounds that find what was lost; the returned function stops them. */
export function startHousekeeping(shop: Shop): () => Promise<void> {
  const known = new Map<number, Set<string>>();
  const stops = [
    every(
      shop.clock,
      HOUSEKEEPING_MS,
      () => keepHouse(shop),
      (error) => warn(shop, error, 'housekeeping failed'),
    ),
    every(
      shop.clock,
      SHELVES_MS,
      () => keepShelves(shop, shop.clock.now),
      (error) => warn(shop, error, 'the shelf could not be kept with Square'),
    ),
    every(
      shop.clock,
      REFUNDS_MS,
      () => lookForRefunds(shop, known),
      (error) => warn(shop, error, 'Square could not be asked about refunds'),
    ),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

type Step = (shop: Shop) => Promise<unknown>;
/** What a round of housekeeping is made of, in its order; the names are those of the log and the metrics. */
const STEPS: ReadonlyArray<[name: string, step: Step]> = [
  ['payments', askAboutPayments],
  ['reservations', sweepReservations],
  ['waiting_list', callWhoWaits],
  ['source_answers', ({ books }) => books.answers.prune()],
  ['descriptions', describeSome],
  ['stuck_bubbles', (shop) => freeStuckBubbles({ ...shop, now: shop.clock.now })],
  ['numbers', indexNumbers],
  ['sessions', (shop) => accountsOf(shop).sessions.sweep()],
  ['partitions', ({ database, clock }) => makePartitions(database.pool, PARTITIONED, clock.now())],
  ['old_rows', ({ database, clock }) => prune(database.pool, clock.now())],
];

/** One round: a step that fails stops none of the others. Several processes may be at it at once. @returns the names of those that failed */
export async function keepHouse(shop: Shop): Promise<string[]> {
  const failed: string[] = [];
  for (const [name, step] of STEPS) {
    try {
      await step(shop);
    } catch (error) {
      failed.push(name);
      shop.telemetry.instruments.housekeeping.inc({ step: name });
      shop.log.warn({ error: errorName(error), step: name }, 'a step of the housekeeping failed');
    }
  }
  return failed;
}

async function askAboutPayments(shop: Shop): Promise<void> {
  await pollPayments({
    db: shop.db,
    tills: shop.services.tills,
    now: shop.clock.now,
    deliver: (news) => deliver(shop, news),
    quietMs: QUIET_MS,
    limit: PER_ROUND_MAX,
    onError: (error) => warn(shop, error, 'a payment could not be asked about'),
  });
}

async function sweepReservations(shop: Shop): Promise<void> {
  await shop.services.stock.sweepExpired({
    now: new Date(shop.clock.now()),
    graceMs: RESERVATION_GRACE_MS,
    stuckMs: RESERVATION_STUCK_MS,
    limit: PER_ROUND_MAX,
    onError: (error) => warn(shop, error, 'a forgotten reservation could not be given back'),
  });
}

/** One round: what somebody gave back at Square of late, of which the news may have been lost. @param known of earlier rounds, by store */
export async function lookForRefunds(shop: Shop, known = new Map<number, Set<string>>()): Promise<void> {
  const { db } = shop;
  for (const { id: storeId } of shop.stores()) {
    const square = await shop.tills.square(storeId);
    if (!square) continue;
    const ofStore = known.get(storeId) ?? new Set<string>();
    known.set(storeId, ofStore);
    const onError = (error: unknown) => warn(shop, error, 'Square could not be asked about refunds');
    const desk = {
      db,
      till: square.till,
      storeId,
      lookBackMs: REFUNDS_LOOK_BACK_MS,
      known: ofStore,
      now: shop.clock.now,
    };
    await pollRefunds({ ...desk, deliver: (news) => deliver(shop, news), onError }).catch(onError);
  }
}

function warn({ log }: Shop, error: unknown, message: string): void {
  log.warn({ error: errorName(error) }, message);
}
