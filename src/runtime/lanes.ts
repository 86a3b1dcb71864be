// All lanes of a process: each actor has one, by its key; what another process holds goes back, and in the end waits apart.
import type pg from 'pg';
import type { Committed } from './batch.ts';
import type { Clock } from './clock.ts';
import type { Connection, Database } from './database.ts';
import type { Item, Settled, Work } from './item.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import { createProbation, PROBATION_MS } from './probation.ts';
import { shelveItem, shelveOrphans } from './shelf.ts';
import type { Vault } from './vault.ts';

export type LanesDeps = {
  database: Database;
  vault: Vault;
  clock: Clock;
  /** Steps and commits a batch; `wait` waits for the actors' locks, `skip` leaves out what another process holds. */
  run: (connection: Connection, items: readonly Item[], patience: 'skip' | 'wait') => Promise<Committed>;
  /** What is left to do after a commit, besides its misses. Never throws. */
  onCommitted: (committed: Committed) => void;
  onError: (error: unknown) => void;
  sizes: LaneSizes;
};

/** Lanes, each with a connection of its own; items in one batch and waiting items of one lane, at most; see probation.ts. */
export type LaneSizes = { lanes?: number; batchMax?: number; waitingMax?: number; probationMs?: number };

export type Lanes = {
  /** Resolves after the commit. @throws RuntimeError `overloaded`, `stopped` */
  push: (storeId: number, actorKey: string, work: Work, dedupeKey: string | null) => Promise<Settled>;
  /** Steps what waits in an actor's inbox. */
  wake: (storeId: number, actorKey: string) => void;
  depth: () => number;
  /** Takes nothing more in and finishes what waits. */
  stop: () => Promise<void>;
};

const LANES = 2;
const BATCH_MAX = 64;
const WAITING_MAX = 2_000;
/** After so many misses an item waits for its actor's lock apart, where it holds up nobody. */
const MISSES_MAX = 5;

export function createLanes(deps: LanesDeps): Lanes {
  const { database, vault, clock, sizes } = deps;
  const probation = createProbation(database.pool);
  const careUntil = clock.elapsed() + (sizes.probationMs ?? PROBATION_MS);
  const laneWith = (patience: 'skip' | 'wait', batchMax: number): Lane =>
    createLane({
      database,
      clock,
      run: (connection, items) => deps.run(connection, items, patience),
      after(committed, lane) {
        if (committed.missed.length > 0) retryMissed(committed.missed, lane, apart);
        deps.onCommitted(committed);
      },
      async setAside(item, error) {
        const settled = await shelveItem({ pool: database.pool, vault, now: clock.now }, item, error);
        if (item.work.kind === 'wake') wake(item.storeId, item.actorKey);
        return settled;
      },
      probation: () => (clock.elapsed() < careUntil ? probation : null),
      batchMax,
      waitingMax: sizes.waitingMax ?? WAITING_MAX,
    });
  const lanes = Array.from({ length: sizes.lanes ?? LANES }, () => laneWith('skip', sizes.batchMax ?? BATCH_MAX));
  const apart = laneWith('wait', 1);

  function push(storeId: number, actorKey: string, work: Work, dedupeKey: string | null): Promise<Settled> {
    return new Promise((settle, fail) => {
      const item = { storeId, actorKey, work, dedupeKey, missed: 0, doubtedAt: 0, at: clock.elapsed(), settle, fail };
      laneOf(lanes, actorKey).push(item);
    });
  }

  function wake(storeId: number, actorKey: string): void {
    push(storeId, actorKey, { kind: 'wake' }, null)
      .then((settled) => shelveIfOrphaned(database.pool, settled, storeId, actorKey))
      .catch(deps.onError);
  }

  return {
    push,
    wake,
    depth: () => [...lanes, apart].reduce((sum, lane) => sum + lane.depth(), 0),
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
      await apart.stop(); // last: the lanes may still hand it what they could not lock
    },
  };
}

function retryMissed(items: readonly Item[], lane: Lane, apart: Lane): void {
  for (const item of items) item.missed += 1;
  const patient = items.filter((item) => item.missed > MISSES_MAX);
  const others = items.filter((item) => item.missed <= MISSES_MAX);
  for (const item of patient) apart.push(item);
  if (others.length > 0) lane.pushBackLater(others, 2 ** Math.min(...others.map((item) => item.missed)));
}

async function shelveIfOrphaned(pool: pg.Pool, settled: Settled, storeId: number, actorKey: string): Promise<void> {
  if (settled === 'missing') await shelveOrphans(pool, storeId, actorKey);
}

function laneOf(lanes: readonly Lane[], actorKey: string): Lane {
  const lane = lanes[Number.parseInt(actorKey.slice(-6), 16) % lanes.length];
  if (!lane) throw new Error('a runtime has at least one lane');
  return lane;
}
