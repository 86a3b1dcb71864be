// A lane: one connection, and the queue of all items whose actors hash to it. What arrives during a commit is the next batch.
// Alone, an item goes at once; nothing waits for a timer.
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Committed } from './batch.ts';
import { pause } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Connection, Database } from './database.ts';
import { isTransient } from './database.ts';
import { RuntimeError } from './errors.ts';
import type { Item } from './item.ts';
import { DOUBT_MS } from './probation.ts';
import type { Probation } from './probation.ts';

export type LaneDeps = {
  database: Database;
  clock: Clock;
  /** Steps and commits a batch; throws when nothing was committed, or when that is not known. */
  run: (connection: Connection, items: readonly Item[]) => Promise<Committed>;
  /** What is left to do after a commit. Never throws. */
  after: (committed: Committed, lane: Lane) => void;
  /** Keeps an item that alone breaks its transaction; called with a batch of one. `duplicate`: it was taken in meanwhile. */
  setAside: (item: Item, error: unknown) => Promise<'aside' | 'duplicate'>;
  /** Set while the process is young; see probation.ts. */
  probation: () => Probation | null;
  /** Items in one batch, at most. */
  batchMax: number;
  /** Items waiting, at most; more are refused with `overloaded`. */
  waitingMax: number;
};

export type Lane = {
  /** Takes an item in, or fails it with `overloaded` or `stopped`. */
  push: (item: Item) => void;
  /** Puts items back at the front after `ms`, in their order; a stopping lane waits for them. */
  pushBackLater: (items: readonly Item[], ms: number) => void;
  depth: () => number;
  /** Takes nothing more in, finishes what waits and closes the connection. */
  stop: () => Promise<void>;
};

/** How often a batch is run again when the way to Postgres broke, and the longest wait between (ms). */
const RETRIES_MAX = 6;
const BACKOFF_MAX_MS = 2_000;

export function createLane(deps: LaneDeps): Lane {
  const waiting: Item[] = [];
  let connection: Connection | null = null;
  let running: Promise<void> | null = null;
  const delayed = new Set<Promise<void>>();
  let stopped = false;

  const lane: Lane = {
    push(item) {
      if (stopped) return item.fail(new RuntimeError('stopped', 'the runtime is shutting down'));
      if (waiting.length >= deps.waitingMax)
        return item.fail(new RuntimeError('overloaded', `${waiting.length} events are waiting in the lane`));
      waiting.push(item);
      start();
    },
    pushBackLater(items, ms) {
      const back = pause(deps.clock, ms).then(() => {
        delayed.delete(back);
        waiting.unshift(...items);
        start();
      });
      delayed.add(back);
    },
    depth: () => waiting.length,
    async stop() {
      stopped = true;
      while (running || delayed.size > 0) await (running ?? Promise.all(delayed));
      await connection?.end().catch(() => undefined);
    },
  };
  return lane;

  function start(): void {
    if (waiting.length > 0) running ??= drain();
  }

  // `running` ends in the same tick in which nothing was found: what is pushed later starts the lane anew.
  async function drain(): Promise<void> {
    await nextRound(); // what came out of the same read of a socket goes along
    while (waiting.length > 0) {
      const items = waiting.splice(0, deps.batchMax);
      await process(items).catch((error: unknown) => {
        for (const item of items) item.fail(asError(error));
      });
    }
    running = null;
  }

  async function process(items: readonly Item[]): Promise<void> {
    const probation = deps.probation();
    if (!probation) return void (await attempt(items));
    const sorted = await probation.sort(items).catch((error: unknown) => {
      if (items.length === 1 || isTransient(error)) throw error;
    });
    if (!sorted) return oneByOne(items);
    const { fresh, suspect, doubtful, condemned } = sorted;
    if (fresh.length > 0) await attemptNoted(probation, fresh);
    for (const item of suspect) {
      await probation.note(item);
      await attemptNoted(probation, [alone(item)]);
    }
    if (doubtful.length > 0) lane.pushBackLater(doubtful, DOUBT_MS);
    for (const item of condemned) await keepAside(item, new Error('its process died of it, most likely'));
    await probation.forget(condemned);
  }

  async function attemptNoted(probation: Probation, items: readonly Item[]): Promise<void> {
    const missed = new Set(await attempt(items));
    await probation.release([...missed]);
    await probation.forget(items.filter((item) => !missed.has(item)));
  }

  async function oneByOne(items: readonly Item[]): Promise<void> {
    for (const item of items) await process([item]).catch((error: unknown) => item.fail(asError(error)));
  }

  // Returns what another process has in hand; it comes again by itself.
  async function attempt(items: readonly Item[]): Promise<readonly Item[]> {
    const committed = await persevere(items);
    if (!committed) return [];
    for (const [item, settled] of committed.settled) item.settle(settled);
    deps.after(committed, lane);
    return committed.missed;
  }

  // Returns null when the items were dealt with one by one or have failed.
  async function persevere(items: readonly Item[]): Promise<Committed | null> {
    for (let tries = 1; ; tries++) {
      try {
        connection ??= await connect();
        return await deps.run(connection, items);
      } catch (error) {
        await discard();
        if (!isTransient(error)) return isolate(items, error);
        if (tries > RETRIES_MAX) {
          for (const item of items) item.fail(asError(error));
          return null;
        }
        await pause(deps.clock, Math.min(20 * 2 ** tries, BACKOFF_MAX_MS));
      }
    }
  }

  // One item broke the batch's writes: each is run alone, and the culprit is set aside in a transaction of its own.
  async function isolate(items: readonly Item[], error: unknown): Promise<null> {
    const [only, ...others] = items;
    if (!only || others.length > 0) {
      for (const item of items) await attempt([item]);
    } else if (only.work.kind === 'wake' && !only.work.alone) await attempt([alone(only)]);
    else await keepAside(only, error);
    return null;
  }

  async function keepAside(item: Item, error: unknown): Promise<void> {
    await deps.setAside(item, error).then(
      (settled) => item.settle(settled),
      (failure: unknown) => item.fail(asError(failure)),
    );
  }

  async function connect(): Promise<Connection> {
    let opened: Connection | null = null; // it may be lost before it is there
    opened = await deps.database.connect(() => {
      if (connection === opened) connection = null;
    });
    return opened;
  }

  // A connection that saw an error may be inside a broken transaction: it is not used again.
  async function discard(): Promise<void> {
    const broken = connection;
    connection = null;
    await broken?.end().catch(() => undefined);
  }
}

// Of an inbox that is opened row by row, the first row is the culprit.
function alone(item: Item): Item {
  return item.work.kind === 'wake' ? { ...item, work: { kind: 'wake', alone: { position: null } } } : item;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
