/**
 * Sends what is queued for one phone, in order, and asks the last gate before each bubble.
 * Safe to run twice and two at once: one sender a phone; a bubble of unknown fate is sent again only where the provider
 * honours its reference or was asked and does not have it, and marked `unknown` otherwise. What the provider will never take is `failed` and passed over;
 * what we began and its reader sleeps is left until they wake, what the provider's limits hold up for as long as they do, and a fact that
 * finds no provider for a day: the command comes back then.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { orders } from '../schema/commerce.ts';
import type { Message } from '../schema/messages.ts';
import { wakesAt } from '../schema/quiet-hours.ts';
import { restores } from '../schema/restores.ts';
import { stores } from '../schema/stores.ts';
import { clocksFor } from '../src/channels/area-codes.ts';
import { SendFailed } from '../src/channels/channel.ts';
import type { Channel, SendRequest, SendResult } from '../src/channels/channel.ts';
import type { Channels } from '../src/channels/channels.ts';
import { withCovers } from '../src/channels/covers.ts';
import { gate } from '../src/channels/gate.ts';
import { lostBetween, mayRepeat, wasQueuedBefore } from '../src/channels/lost-time.ts';
import type { LostTime } from '../src/channels/lost-time.ts';
import {
  knownProviderIds,
  markSending,
  nextWaking,
  postpone,
  releaseLease,
  releaseWhenEmpty,
  renewLease,
  requeue,
  settle,
  stopped,
  takeLease,
  unsent,
} from '../src/channels/outbox.ts';
import type { Outcome, Sender, Thread } from '../src/channels/outbox.ts';
import { referenceOf } from '../src/channels/reference.ts';
import { NotYet } from '../src/runtime/define-actor.ts';
import type { RunContext } from '../src/runtime/define-actor.ts';
import type { Vault } from '../src/runtime/vault.ts';
import { defineActor } from './define.ts';
import type { Services } from './services.ts';

/** How many bubbles became what, in this run. */
const Tally = z.object({
  sent: z.number().int(),
  dropped: z.number().int(),
  failed: z.number().int(),
  unknown: z.number().int(),
});
type Tally = z.infer<typeof Tally>;

const ATTEMPTS_MAX = 8;
/** One run sends no more than this; a queue that long is a fault, and the next attempt goes on with it. */
const BUBBLES_MAX = 200;
/** A fact that finds no provider waits for as long as a payment link is good, and is tried at these distances (ms): longer when it is older. */
const FACT_PATIENCE_MS = 24 * 60 * 60_000;
const FACT_RETRY_MS = { min: 60_000, max: 15 * 60_000 };
/** A provider lists what it took after this at the latest (ms): what is not there by then never arrived. */
const LISTED_AFTER_MS = 10_000;
/** Where the provider's limits have no room for a while (ms). */
const COME_AGAIN_MS = 20_000;

export const deliver = defineActor({
  input: z.object({}),
  output: Tally,
  retry: { attemptsMax: ATTEMPTS_MAX, backoffMs: 1000, backoffMaxMs: 60_000, timeoutMs: 10 * 60_000 },
  run: (_input, context) => sendQueued(context),
});

type SendContext = Omit<RunContext, 'refuse' | 'tell'> & Pick<Services, 'db' | 'vault' | 'channels'>;

/** Sends everything that is queued for the customer who asked; nothing where another command is at it already. */
export async function sendQueued(context: SendContext): Promise<Tally> {
  const { db, channels, vault, dataKey, storeId, actor, commandId, attempt, isLastAttempt, now, signal } = context;
  const sender: Sender = { storeId, actorKey: actor.key, commandId, attempt };
  if (!(await takeLease(db, sender, now()))) return { sent: 0, dropped: 0, failed: 0, unknown: 0 };
  try {
    const tally = await sendAll({
      db,
      channels,
      sender,
      now,
      signal,
      to: actor.id.slice(actor.id.indexOf(':') + 1),
      ...(await shopOf(db, storeId)),
      open: (bubble) => opened(vault, dataKey, bubble),
      isLastAttempt,
    });
    const wakesMs = await nextWaking(db, sender);
    if (wakesMs !== null) throw new NotYet(wakesMs);
    return tally;
  } catch (error) {
    await releaseLease(db, sender);
    throw error;
  }
}

type Route = {
  db: NodePgDatabase;
  channels: Channels;
  sender: Sender;
  now: () => number;
  signal: AbortSignal;
  to: string;
  from: string | null;
  timezone: string;
  lost: LostTime | null;
  open: (bubble: Message) => string;
  isLastAttempt: boolean;
};

async function sendAll(route: Route): Promise<Tally> {
  const tally: Tally = { sent: 0, dropped: 0, failed: 0, unknown: 0 };
  for (let count = 0; count < BUBBLES_MAX; count += 1) {
    route.signal.throwIfAborted();
    const [bubble, following] = await unsent(route.db, route.sender, 2, route.now());
    if (bubble) {
      const thread = await renewLease(route.db, route.sender, route.now());
      if (!thread) return tally;
      const outcome = await sendOne(route, thread, bubble);
      if (outcome) await settleOne(route, bubble, outcome, tally);
      if (following && outcome && hasLeft(outcome)) await route.channels.pause(route.open(bubble), route.signal);
    }
    if (!following && (await releaseWhenEmpty(route.db, route.sender, route.now()))) return tally;
  }
  throw new Error(`more than ${BUBBLES_MAX} bubbles were queued for one phone`);
}

async function settleOne(
  { db, sender, now, channels }: Route,
  bubble: Message,
  outcome: Outcome,
  tally: Tally,
): Promise<void> {
  await settle(db, sender, bubble, outcome, now());
  tallyUp(tally, outcome);
  channels.onOutcome(outcome);
}

/** What became of it; null where it has to wait, or is to be looked at again. @param hasPlace its provider has room for it */
async function sendOne(route: Route, thread: Thread, bubble: Message, hasPlace = false): Promise<Outcome | null> {
  const nowMs = route.now();
  const wakesMs = wakesAt(clocksFor(route.timezone, route.to, thread.channel), nowMs);
  const verdict = gate(thread, bubble, nowMs, wakesMs);
  if (verdict === 'asleep') return awaitMorning(route, bubble, wakesMs);
  if (verdict !== 'send') return stopped(bubble, verdict);
  const channel = route.channels.pick(bubble.storeId, bubble.status === 'sending' ? bubble.channel : thread.channel);
  const sleeps = bubble.started && wakesMs > nowMs;
  if (sleeps && channel.honoursReference && wasQueuedBefore(route.lost, bubble))
    return awaitMorning(route, bubble, wakesMs);
  if (!hasPlace && (await hadToWait(route, channel))) {
    const fresh = await renewLease(route.db, route.sender, route.now()); // they may have said STOP meanwhile, or gone on
    return fresh && sendOne(route, fresh, bubble, true);
  }
  route.signal.throwIfAborted(); // nothing of it has left
  try {
    const request = await requestOf(route, thread, bubble);
    if (bubble.status === 'sending' && !channel.honoursReference) {
      if (!channel.find) return { status: 'unknown' };
      const found = await lookUp(route, channel.find, request, bubble);
      if (found) return found;
      if (sleeps) return await awaitMorning(route, bubble, wakesMs);
    }
    const heard = await lookUpLost(route, thread, bubble, channel, request);
    if (heard) return heard;
    if (!(await markSending(route.db, route.sender, thread, bubble, channel.name, route.now()))) return null;
    return await channel.send(request);
  } catch (error) {
    return afterFailure(route, channel, bubble, error);
  }
}

/** Its reader sleeps, and it surely has not left, or will leave once under its reference. */
async function awaitMorning({ db, sender, now }: Route, bubble: Message, wakesMs: number): Promise<null> {
  if (bubble.status === 'sending') await requeue(db, sender, bubble, now());
  await postpone(db, sender, bubble, wakesMs, now());
  return null;
}

/** Takes a place within the provider's limits. @returns whether it had to wait for it */
async function hadToWait({ now, signal }: Route, { room }: Channel): Promise<boolean> {
  const waitMs = (await room?.()) ?? 0;
  if (waitMs === Infinity) throw new NotYet(now() + COME_AGAIN_MS);
  if (waitMs > 0) await pause(waitMs, undefined, { signal });
  return waitMs > 0;
}

async function requestOf(route: Route, { rich }: Thread, bubble: Message): Promise<SendRequest> {
  return {
    to: route.to,
    from: route.from,
    text: route.open(bubble),
    reference: referenceOf(bubble),
    rich,
    suggestions: bubble.suggestions ?? [],
    cards: rich ? await withCovers(route.db, bubble.cards ?? [], route.now()) : [],
    signal: route.signal,
  };
}

/** What the provider has of a bubble whose answer was lost; null once it is sure that it has nothing. */
async function lookUp(
  { db, sender, now }: Route,
  find: NonNullable<Channel['find']>,
  request: SendRequest,
  { updatedAt }: Message,
): Promise<SendResult | null> {
  const sinceMs = updatedAt.getTime();
  const found = await find(request, { sinceMs, known: await knownProviderIds(db, sender) }).catch((error: unknown) => {
    throw new SendFailed('unknown', error instanceof SendFailed ? error.code : 'not_looked_up');
  });
  if (!found && now() - sinceMs < LISTED_AFTER_MS) throw new SendFailed('unknown', 'not_listed_yet');
  return found;
}

/** What was said between a backup and its restore, where the provider can tell: the phone need not hear it again. */
async function lookUpLost(
  { db, sender, lost }: Route,
  { heardAt }: Thread,
  bubble: Message,
  channel: Channel,
  request: SendRequest,
): Promise<SendResult | null> {
  if (!channel.find || !lost) return null;
  if (!mayRepeat(lost, { heardAt, orderedAt: await orderedAt(db, sender) }, bubble)) return null;
  const known = await knownProviderIds(db, sender);
  const search = { sinceMs: lost.fromMs, untilMs: lost.untilMs, known };
  return channel.find(request, search).catch((error: unknown) => {
    // It is in the queue, so nothing of it has left.
    throw new SendFailed('later', error instanceof SendFailed ? error.code : 'not_looked_up');
  });
}

/** When the newest order that we know of was placed; null for who has none. */
async function orderedAt(db: NodePgDatabase, { storeId, actorKey }: Sender): Promise<Date | null> {
  const [newest] = await db
    .select({ at: orders.createdAt })
    .from(orders)
    .where(and(eq(orders.storeId, storeId), eq(orders.customerKey, actorKey)))
    .orderBy(desc(orders.createdAt))
    .limit(1);
  return newest?.at ?? null;
}

/** Answers what the bubble became, or throws so that the command is tried again later. */
async function afterFailure(route: Route, channel: Channel, bubble: Message, error: unknown): Promise<Outcome> {
  const fate = error instanceof SendFailed ? error.fate : 'unknown';
  const refusal = error instanceof SendFailed ? error.refusal : null;
  if (refusal) await route.channels.onRefused(route.sender, refusal);
  if (fate === 'final') return { status: 'failed', reason: refusal ?? 'rejected' };
  if (fate === 'unknown' && !channel.honoursReference && !channel.find) return { status: 'unknown' };
  const againMs = factRetryMs(bubble, route.now());
  if (route.isLastAttempt && againMs === null)
    return { status: fate === 'unknown' ? 'unknown' : 'failed', reason: 'unreachable' };
  if (fate === 'later' && !channel.honoursReference) await requeue(route.db, route.sender, bubble, route.now());
  // What is no failure of the provider's is for people to see: it is given up, and housekeeping tries it again.
  throw route.isLastAttempt && againMs !== null && error instanceof SendFailed ? new NotYet(againMs) : error;
}

/** When a fact that finds no provider is tried again; null for talk, and for what has waited long enough. */
function factRetryMs({ kind, at, notBefore }: Message, nowMs: number): number | null {
  const ageMs = nowMs - (notBefore ?? at).getTime();
  if (kind !== 'fact' || ageMs > FACT_PATIENCE_MS) return null;
  return nowMs + Math.min(FACT_RETRY_MS.max, Math.max(FACT_RETRY_MS.min, Math.round(ageMs / 4)));
}

function tallyUp(tally: Tally, outcome: Outcome): void {
  if (hasLeft(outcome)) tally.sent += 1;
  else tally[outcome.status] += 1;
}

function hasLeft(outcome: Outcome): outcome is Extract<Outcome, { status: 'sent' | 'delivered' }> {
  return outcome.status === 'sent' || outcome.status === 'delivered';
}

/** A text that cannot be opened can never be sent; it must not hold up those behind it. */
function opened(vault: Vault, dataKey: Buffer, bubble: Message): string {
  try {
    return vault.open(dataKey, bubble.bodySealed);
  } catch {
    throw new SendFailed('final', 'unreadable');
  }
}

type ShopFacts = Pick<Route, 'from' | 'timezone' | 'lost'>;

async function shopOf(db: NodePgDatabase, storeId: number): Promise<ShopFacts> {
  const { backupAt, restoredAt } = restores;
  const [store] = await db
    .select({ from: stores.phone, timezone: stores.timezone, backupAt, restoredAt })
    .from(stores)
    .leftJoin(restores, eq(restores.storeId, stores.id))
    .where(eq(stores.id, storeId));
  if (!store) throw new Error(`there is no store ${storeId}`);
  const { from, timezone } = store;
  return { from, timezone, lost: lostBetween(store.backupAt, store.restoredAt) };
}
