// Durable XState: puts lanes, queue, workers, timers and sweeper together. Any number of processes may run it on one database.
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { AnyEventObject } from 'xstate';
import type { TurnKnowledge } from './actor-turn.ts';
import { runBatch } from './batch.ts';
import type { BatchDeps, Committed, TurnNews } from './batch.ts';
import type { Carrier } from './carrier.ts';
import type { Cause } from './cause.ts';
import { createClaims } from './claims.ts';
import type { Clock, Log } from './clock.ts';
import { systemClock } from './clock.ts';
import { BY_KEY } from './database.ts';
import type { Database } from './database.ts';
import type { DurableActor } from './define-actor.ts';
import { createDirectory } from './directory.ts';
import type { Address } from './directory.ts';
import { RuntimeError } from './errors.ts';
import { uuidAt } from './ids.ts';
import type { Item, Settled, Work } from './item.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import { checkMachine } from './machine.ts';
import type { DurableMachine } from './machine.ts';
import { createProbation, PROBATION_MS } from './probation.ts';
import { shelveItem, shelveOrphans } from './shelf.ts';
import { startSweeper } from './sweeper.ts';
import { startTimers } from './timers.ts';
import type { Timers } from './timers.ts';
import type { AnyTransactional } from './transactional.ts';
import type { Vault } from './vault.ts';
import { startWorker } from './worker.ts';
import type { CommandWorker } from './worker.ts';

export type RuntimeOptions<Services> = {
  database: Database;
  carrier: Carrier;
  vault: Vault;
  machines: readonly DurableMachine[];
  /** Implementations of invokes and of command actions, by the names that the machines use. */
  actors: Readonly<Record<string, Pick<DurableActor<Services>, 'performable'>>>;
  /** Actions whose rows belong into the turn's own commit, by name. */
  transactional?: Readonly<Record<string, AnyTransactional>>;
  /** What every actor's `run` is given besides its RunContext. */
  services: Services;
  log: Log;
  clock?: Clock;
  random?: () => number;
  /** Lanes, each with a connection of its own. */
  lanes?: number;
  /** Items in one batch and waiting items of one lane, at most. */
  batchMax?: number;
  waitingMax?: number;
  /** How long after its start the process watches out for events that kill it (ms). */
  probationMs?: number;
};

export type SendOptions = {
  /** The same key for the same actor changes nothing the second time. Without one the event is sent once per call. */
  dedupeKey?: string;
  /** Where it came from, for people: `smobi`, `staff` … */
  source?: string;
  correlationId?: string;
};

/** What became of a sent event, after its commit. `parked` and `aside` are accepted too: they are kept in the inbox. */
export type Sent = { settled: Settled; actorKey: string | null };

export type Runtime = {
  /** Takes an event in. Resolves after the commit. @throws RuntimeError `forbidden_event`, `overloaded`, `stopped` */
  send: (to: Address | { storeId: number; key: string }, event: AnyEventObject, options?: SendOptions) => Promise<Sent>;
  /** Steps what waits in an actor's inbox. */
  wake: (storeId: number, actorKey: string) => void;
  /** Starts to fire timers, those of this process's turns and those that no other process holds. */
  startTimers: () => void;
  /** Starts workers, timers and sweeper; without it the process only takes events in. */
  startWork: (options?: { concurrency?: number }) => void;
  /** Stops within about `graceMs`: what was accepted is committed, running commands are given back. */
  stop: (graceMs?: number) => Promise<void>;
  /** `turn` (TurnNews) after each commit of this process; `emitted` for events that a machine emits. */
  news: EventEmitter<{ turn: [TurnNews]; emitted: [{ storeId: number; actorKey: string; event: AnyEventObject }] }>;
  /** The key of an actor that exists; never gives birth. An id that is a UUID is its own key, whether or not anyone bears it. */
  find: (address: Address) => Promise<string | null>;
  gauges: () => { waiting: number; running: number; timersHeld: number };
  readonly knowledge: TurnKnowledge;
};

const LANES = 2;
const BATCH_MAX = 64;
const WAITING_MAX = 2_000;
const CONCURRENCY = 32;
/** Connections for claims, leases and sweeps. */
const LEASE_POOL_MAX = 3;
/** After so many misses an item waits for its actor's lock apart, where it holds up nobody. */
const MISSES_MAX = 5;

/** @throws RuntimeError `unsupported` when a machine uses what has no durable form */
export function createRuntime<Services>(options: RuntimeOptions<Services>): Runtime {
  const { database, carrier, vault, log, clock = systemClock, random = Math.random } = options;
  const machines = new Map(options.machines.map((definition) => [definition.machine.id, definition]));
  const actors = new Map(Object.entries(options.actors).map(([name, { performable }]) => [name, performable]));
  const transactional = new Map(Object.entries(options.transactional ?? {}));
  checkAll(options.machines, new Set(actors.keys()), new Set(transactional.keys()));
  const undoable = new Set([...actors].filter(([, { undoes }]) => undoes).map(([name]) => name));
  const follows = new Map([...transactional].map(([name, { follow }]) => [name, follow]));
  const knowledge: TurnKnowledge = {
    vault,
    machines,
    transactional: follows,
    undoable,
    holdsTimers: () => timers !== null,
  };
  const directory = createDirectory({ pool: database.pool, vault, machines, now: clock.now });
  const news: Runtime['news'] = new EventEmitter();
  const warn = (error: unknown) =>
    log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'background work failed');
  let worker: CommandWorker | null = null;
  let timers: Timers | null = null;
  let leases: pg.Pool | null = null; // of their own: a lease must not wait behind the application's queries
  let stopSweeper: (() => Promise<void>) | null = null;

  const batchDeps: BatchDeps = {
    knowledge,
    directory,
    transactional,
    enqueueWithin:
      carrier.enqueueWithin &&
      ((connection, rows) => carrier.enqueueWithin?.(connection, rows.map(ticketOf)) ?? Promise.resolve()),
    now: clock.now,
  };
  const probation = createProbation(database.pool);
  const careUntil = clock.now() + (options.probationMs ?? PROBATION_MS);
  const laneWith = (patience: 'skip' | 'wait', batchMax: number): Lane =>
    createLane({
      database,
      run: (connection, items) => runBatch(batchDeps, connection, items, patience),
      after,
      async setAside(item, error) {
        await shelveItem({ pool: database.pool, vault, now: clock.now }, item, error);
        if (item.work.kind === 'wake') wake(item.storeId, item.actorKey);
      },
      probation: () => (clock.now() < careUntil ? probation : null),
      batchMax,
      waitingMax: options.waitingMax ?? WAITING_MAX,
    });
  const lanes = Array.from({ length: options.lanes ?? LANES }, () => laneWith('skip', options.batchMax ?? BATCH_MAX));
  const sideLane = laneWith('wait', 1);

  function after(committed: Committed, lane: Lane): void {
    if (committed.missed.length > 0) retryMissed(committed.missed, lane);
    if (!carrier.enqueueWithin && committed.commands.length > 0)
      carrier.enqueue(committed.commands.map(ticketOf)).catch(warn);
    worker?.cancel(committed.cancelled);
    timers?.hold(committed.timers);
    for (const { storeId, actorKey } of committed.woken) wake(storeId, actorKey);
    for (const turn of committed.news) news.emit('turn', turn);
    for (const emitted of committed.emitted) news.emit('emitted', emitted);
  }

  function retryMissed(items: readonly Item[], lane: Lane): void {
    for (const item of items) item.missed += 1;
    const patient = items.filter((item) => item.missed > MISSES_MAX);
    const others = items.filter((item) => item.missed <= MISSES_MAX);
    for (const item of patient) sideLane.push(item);
    if (others.length > 0) lane.pushBackLater(others, 2 ** Math.min(...others.map((item) => item.missed)));
  }

  function push(storeId: number, actorKey: string, work: Work, dedupeKey: string | null): Promise<Settled> {
    return new Promise((settle, fail) => {
      laneOf(lanes, actorKey).push({ storeId, actorKey, work, dedupeKey, missed: 0, settle, fail });
    });
  }

  function wake(storeId: number, actorKey: string): void {
    push(storeId, actorKey, { kind: 'wake' }, null)
      .then((settled) => (settled === 'missing' ? shelveOrphans(database.pool, storeId, actorKey) : undefined))
      .catch(warn);
  }

  function startTimersOnce(): void {
    timers ??= startTimers(
      database.pool,
      clock,
      ({ storeId, actorKey, id, token }) => void push(storeId, actorKey, timerWork(id, token), null).catch(warn),
      warn,
    );
  }

  return {
    news,
    knowledge,
    startTimers: startTimersOnce,
    wake,
    find: (address) => directory.find(address),
    async send(to, event, { dedupeKey, source = 'direct', correlationId = uuidAt(clock.now()) } = {}) {
      if (event.type.startsWith('xstate.'))
        throw new RuntimeError('forbidden_event', `"${event.type}" is made by the runtime alone`);
      const actorKey = 'key' in to ? to.key : await directory.keyOf(to);
      if (!actorKey) return { settled: 'missing', actorKey };
      const work: Work = { kind: 'event', envelope: { cause: { kind: 'event', event }, source, correlationId } };
      const key = dedupeKey ?? `once:${uuidAt(clock.now())}`;
      const sent = { settled: await push(to.storeId, actorKey, work, key), actorKey };
      if (sent.settled !== 'missing' || 'key' in to) return sent;
      directory.forget(to); // somebody had the actor forgotten, maybe in another process
      const heir = await directory.keyOf(to);
      return heir === null || heir === actorKey
        ? sent
        : { settled: await push(to.storeId, heir, work, key), actorKey: heir };
    },
    startWork({ concurrency = CONCURRENCY } = {}) {
      if (worker) return;
      // What a crash of Postgres forgets of a lease is a lease that ran out: it need not wait for the disk.
      leases = database.openPool(LEASE_POOL_MAX, { ...BY_KEY, synchronous_commit: 'off' });
      const abilities = {
        names: [...actors.keys()],
        machines: options.machines.map(({ machine, version }) => ({ machine: machine.id, version })),
      };
      const claims = createClaims(leases, uuidAt(clock.now()), abilities);
      worker = startWorker({
        vault,
        services: options.services,
        now: clock.now,
        clock,
        log,
        claims,
        carrier,
        actors,
        random,
        concurrency,
        deliver: ({ storeId, actorKey, id, attempt, correlationId }, outcome) =>
          push(storeId, actorKey, resultWork({ command: id, outcome, attempt }, correlationId), null),
      });
      startTimersOnce();
      stopSweeper = startSweeper({
        pool: leases,
        clock,
        carrier,
        vault,
        known: new Set(actors.keys()),
        undoable,
        wake,
        onError: warn,
        giveUp: ({ storeId, actorKey, id, correlationId }) => {
          const outcome = { status: 'failed', code: 'exhausted' } as const;
          push(storeId, actorKey, resultWork({ command: id, outcome }, correlationId), null).catch(warn);
        },
      });
    },
    async stop(graceMs = 10_000) {
      await stopSweeper?.();
      await worker?.stop(graceMs);
      await timers?.stop(); // after the worker: its last results may set timers
      await Promise.all(lanes.map((lane) => lane.stop()));
      await sideLane.stop(); // last: the lanes may still hand it what they could not lock
      await carrier.close();
      await leases?.end();
    },
    gauges: () => ({
      waiting: [...lanes, sideLane].reduce((sum, lane) => sum + lane.depth(), 0),
      running: worker?.running() ?? 0,
      timersHeld: timers?.held() ?? 0,
    }),
  };
}

function checkAll(
  machines: readonly DurableMachine[],
  actors: ReadonlySet<string>,
  transactional: ReadonlySet<string>,
): void {
  const known = { actors, actions: new Set([...actors, ...transactional, 'start']) };
  for (const definition of machines) checkMachine(definition, known);
}

function ticketOf({ storeId, id }: { storeId: number; id: string }) {
  return { storeId, id, attempt: 1 };
}

function laneOf(lanes: readonly Lane[], actorKey: string): Lane {
  const lane = lanes[Number.parseInt(actorKey.slice(-6), 16) % lanes.length];
  if (!lane) throw new Error('a runtime has at least one lane');
  return lane;
}

function resultWork(result: Omit<Extract<Cause, { kind: 'result' }>, 'kind'>, correlationId: string): Work {
  const { command, outcome } = result;
  return {
    kind: 'result',
    command,
    outcome,
    envelope: { cause: { kind: 'result', ...result }, source: 'worker', correlationId },
  };
}

function timerWork(id: string, token: string): Work {
  return {
    kind: 'timer',
    id,
    token,
    envelope: { cause: { kind: 'timer', id, token }, source: 'timer', correlationId: token },
  };
}
