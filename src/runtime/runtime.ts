// Durable XState: puts lanes, queue, workers, timers and sweeper together. Any number of processes may run it on one database.
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { AnyEventObject } from 'xstate';
import type { TurnKnowledge } from './actor-turn.ts';
import { runBatch } from './batch.ts';
import type { BatchDeps, Committed, TurnNews } from './batch.ts';
import type { Carrier, Ticket } from './carrier.ts';
import type { Cause } from './cause.ts';
import { createClaims } from './claims.ts';
import type { Abilities, Claim } from './claims.ts';
import type { Clock, Log } from './clock.ts';
import { systemClock } from './clock.ts';
import { BY_KEY } from './database.ts';
import type { Connection, Database } from './database.ts';
import type { DurableActor } from './define-actor.ts';
import { createDirectory } from './directory.ts';
import type { Address } from './directory.ts';
import { uuidAt } from './ids.ts';
import type { Item, Work } from './item.ts';
import { createLanes } from './lanes.ts';
import type { LaneSizes } from './lanes.ts';
import type { CommandRow } from './rows.ts';
import { assertOutside, createSend } from './send.ts';
import type { Send } from './send.ts';
import { checkMachine } from './machine.ts';
import type { DurableMachine } from './machine.ts';
import { startSweeper } from './sweeper.ts';
import { startTimers } from './timers.ts';
import type { Timers } from './timers.ts';
import { tracedNow } from './tracing.ts';
import type { AnyTransactional } from './transactional.ts';
import type { Vault } from './vault.ts';
import { startWorker } from './worker.ts';
import type { CommandNews, CommandWorker } from './worker.ts';
import { errorName } from './errors.ts';

export type RuntimeOptions<Services> = LaneSizes & {
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
  /** One that all processes share (`openSharedClock`); the machine's own, where it is left out, will do for one process alone. */
  clock?: Clock;
  /** Between 0 and 1, for jitter. */
  random?: () => number;
  /** 16 bytes for the id of something new; random ones where a simulation does not give its own. */
  noise?: () => Buffer;
};

export type Runtime = {
  send: Send;
  /** Steps what waits in an actor's inbox. */
  wake: (storeId: number, actorKey: string) => void;
  /** Starts to fire timers, those of this process's turns and those that no other process holds. */
  startTimers: () => void;
  /** Starts workers, timers and sweeper; without it the process only takes events in. */
  startWork: (options?: { concurrency?: number }) => void;
  /** Stops within about `graceMs`: what was accepted is committed, running commands are given back. */
  stop: (graceMs?: number) => Promise<void>;
  /**
   * What happens in this process, for who looks on: `turn` after each commit; `emitted` for events that a machine emits;
   * `batch` after each commit of several turns; `performed` after each attempt at a command; `fired` when a timer fires.
   * Listeners must not throw.
   */
  news: EventEmitter<{
    turn: [TurnNews];
    emitted: [{ storeId: number; actorKey: string; event: AnyEventObject }];
    batch: [BatchNews];
    performed: [CommandNews];
    fired: [{ lateMs: number }];
  }>;
  /** The key of an actor that exists; never gives birth. An id that is a UUID is its own key, whether or not anyone bears it. */
  find: (address: Address) => Promise<string | null>;
  gauges: () => { waiting: number; running: number; timersHeld: number };
  readonly knowledge: TurnKnowledge;
};

/** A committed batch: how long it took, and how long each of its items had waited from its arrival to the commit. */
export type BatchNews = { ms: number; itemsMs: number[] };

/** Commands of one process at once. */
const CONCURRENCY = 256;
const EXHAUSTED = { status: 'failed', code: 'exhausted' } as const;
/** Connections for claims, leases and sweeps. */
const LEASE_POOL_MAX = 3;

/** @throws RuntimeError `unsupported` when a machine uses what has no durable form */
export function createRuntime<Services>(options: RuntimeOptions<Services>): Runtime {
  const { database, carrier, vault, log, clock = systemClock, random = Math.random, noise } = options;
  const newId = () => uuidAt(clock.now(), noise?.());
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
  const directory = createDirectory({ pool: database.pool, vault, machines, now: clock.now, newId });
  const news: Runtime['news'] = new EventEmitter();
  const warn = (error: unknown) => log.warn({ error: errorName(error) }, 'background work failed');
  let worker: CommandWorker | null = null;
  let timers: Timers | null = null;
  let leases: pg.Pool | null = null; // of their own: a lease must not wait behind the application's queries
  let stopSweeper: (() => Promise<void>) | null = null;

  const { enqueueWithin } = carrier;
  const batchDeps: BatchDeps = {
    knowledge,
    directory,
    transactional,
    enqueueWithin: enqueueWithin && ((connection, rows, owner) => enqueueWithin(connection, ticketsOf(rows, owner))),
    now: clock.now,
    owner: () => worker?.owner() ?? null,
  };
  const { push, wake, depth, stop } = createLanes({
    database,
    vault,
    clock,
    run: (connection, items, patience) => runTimed(batchDeps, clock, news, connection, items, patience),
    onCommitted,
    onError: warn,
    sizes: options,
  });

  function onCommitted(committed: Committed): void {
    worker?.expect(committed.claims);
    if (!enqueueWithin && committed.commands.length > 0)
      carrier.enqueue(ticketsOf(committed.commands, committed.owner)).catch(warn);
    worker?.cancel(committed.cancelled);
    timers?.hold(committed.timers);
    for (const { storeId, actorKey } of committed.woken) wake(storeId, actorKey);
    for (const turn of committed.news) news.emit('turn', turn);
    for (const emitted of committed.emitted) news.emit('emitted', emitted);
  }

  function startTimersOnce(): void {
    timers ??= startTimers(
      database.pool,
      clock,
      ({ storeId, actorKey, id, token, dueAt }) => {
        news.emit('fired', { lateMs: clock.now() - dueAt.getTime() });
        push(storeId, actorKey, timerWork(id, token), null).catch(warn);
      },
      warn,
    );
  }

  return {
    news,
    knowledge,
    startTimers: startTimersOnce,
    wake,
    find: (address) => directory.find(address),
    send: createSend({ directory, push, newId }),
    startWork({ concurrency = CONCURRENCY } = {}) {
      if (worker) return;
      // What a crash of Postgres forgets of a lease is a lease that ran out: it need not wait for the disk.
      leases = database.openPool(LEASE_POOL_MAX, { ...BY_KEY, synchronous_commit: 'off' });
      const claims = createClaims(leases, newId(), abilitiesOf(actors.keys(), options.machines));
      worker = startWorker({
        vault,
        services: options.services,
        clock,
        log,
        claims,
        carrier,
        actors,
        random,
        concurrency,
        onPerformed: (performed) => void news.emit('performed', performed),
        tell: (claim, event, n) => push(claim.storeId, claim.actorKey, toldWork(claim, event), `told:${claim.id}:${n}`),
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
        workHere: (tickets) => worker?.workHere(tickets),
        onError: warn,
        giveUp: ({ storeId, actorKey, id, correlationId }) => {
          push(storeId, actorKey, resultWork({ command: id, outcome: EXHAUSTED }, correlationId), null).catch(warn);
        },
      });
    },
    async stop(graceMs = 10_000) {
      await stopSweeper?.();
      await worker?.stop(graceMs);
      await timers?.silence(); // after the worker: its last results may set timers
      await stop();
      await timers?.giveBack();
      await carrier.close();
      await leases?.end();
    },
    gauges: () => ({
      waiting: depth(),
      running: worker?.running() ?? 0,
      timersHeld: timers?.held() ?? 0,
    }),
  };
}

function abilitiesOf(names: Iterable<string>, machines: readonly DurableMachine[]): Abilities {
  return { names: [...names], machines: machines.map(({ machine, version }) => ({ machine: machine.id, version })) };
}

async function runTimed(
  deps: BatchDeps,
  { elapsed }: Clock,
  news: Runtime['news'],
  connection: Connection,
  items: readonly Item[],
  patience: 'skip' | 'wait',
): Promise<Committed> {
  const began = elapsed();
  const committed = await runBatch(deps, connection, items, patience);
  const ended = elapsed();
  const itemsMs = [...committed.settled.keys()].map(({ at }) => ended - at);
  if (itemsMs.length > 0) news.emit('batch', { ms: ended - began, itemsMs });
  return committed;
}

function checkAll(
  machines: readonly DurableMachine[],
  actors: ReadonlySet<string>,
  transactional: ReadonlySet<string>,
): void {
  const known = { actors, actions: new Set([...actors, ...transactional, 'start']) };
  for (const definition of machines) checkMachine(definition, known);
}

function ticketsOf(commands: readonly CommandRow[], owner: string | null): Ticket[] {
  return commands.map(({ storeId, id }) => ({ storeId, id, attempt: 1, ...(owner === null ? {} : { owner }) }));
}

function resultWork(result: Omit<Extract<Cause, { kind: 'result' }>, 'kind'>, correlationId: string): Work {
  const { command, outcome } = result;
  return {
    kind: 'result',
    command,
    outcome,
    envelope: { cause: { kind: 'result', ...result }, source: 'worker', correlationId, ...tracedNow() },
  };
}

function toldWork({ id: command, attempt, correlationId }: Claim, event: AnyEventObject): Work {
  assertOutside(event);
  const cause = { kind: 'told' as const, command, attempt, event };
  return { kind: 'told', command, envelope: { cause, source: 'worker', correlationId, ...tracedNow() } };
}

function timerWork(id: string, token: string): Work {
  return {
    kind: 'timer',
    id,
    token,
    envelope: { cause: { kind: 'timer', id, token }, source: 'timer', correlationId: token },
  };
}
