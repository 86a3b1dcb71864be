// How actors fare in a statechart, read off the journal of the last days: how long they stay, where they leave to. In a
// large shop a part of the actors stands for all of them, each with its whole journal.
import { z } from 'zod';
import type { Archive } from '../../runtime/archive.ts';
import type { MachineStats, StateStats } from '../../web/wire/machines.ts';
import { machines } from './machines.ts';
import type { Shop } from './open-shop.ts';
import { leavesOf } from './state-path.ts';

const TURNS_MAX = 40_000;
const DAY_MS = 24 * 60 * 60_000;
const LEFT_TO_SHOWN = 10;
const Turn = z.object({ actor_key: z.string(), at: z.date(), type: z.string(), value: z.string() });
type Turn = z.infer<typeof Turn>;

/** Null for a machine that this build does not have. */
export async function machineStats(
  shop: Shop,
  archive: Archive,
  storeId: number,
  id: string,
  days: number,
): Promise<MachineStats | null> {
  if (!machines.some(({ machine }) => machine.id === id)) return null;
  const share = await shareToRead(shop);
  const [census, turns] = await Promise.all([archive.census(storeId, id), readTurns(shop, storeId, id, days, share)]);
  const stays = new Stays();
  for (const turn of turns) stays.take(turn);
  const versions = new Map<number, number>();
  for (const { value, version, count } of census) {
    versions.set(version, (versions.get(version) ?? 0) + count);
    for (const leaf of leavesOf(value)) stays.of(leaf).standing += count;
  }
  return {
    id,
    days,
    turns: turns.length,
    sampled: share < 256 || turns.length === TURNS_MAX,
    at: new Date().toISOString(),
    states: stays.report(),
    versions: [...versions].map(([version, actors]) => ({ version, actors })).sort((a, b) => b.version - a.version),
  };
}

// Postgres keeps an estimate of a table's rows; which actors are read is decided by a random byte of their key.
async function shareToRead({ database }: Shop): Promise<number> {
  const { rows } = await database.pool.query<{ turns: number }>(
    `SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS turns FROM pg_class
     WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass)`,
  );
  return Math.max(1, Math.min(256, Math.ceil((256 * TURNS_MAX) / Math.max(1, rows[0]?.turns ?? 0))));
}

async function readTurns(
  { database, clock }: Shop,
  storeId: number,
  id: string,
  days: number,
  share: number,
): Promise<Turn[]> {
  const { rows } = await database.pool.query(
    `SELECT e.actor_key, e.at, e.type, e.value FROM events e JOIN actors a ON a.store_id = e.store_id AND a.key = e.actor_key
     WHERE e.store_id = $1 AND e.at >= $2 AND a.machine = $3 AND get_byte(uuid_send(e.actor_key), 15) < $4
     ORDER BY e.actor_key, e.seq LIMIT ${TURNS_MAX}`,
    [storeId, new Date(clock.now() - days * DAY_MS), id, share],
  );
  return rows.map((row) => Turn.parse(row));
}

type Stay = {
  standing: number;
  entered: number;
  dwellMs: number[];
  leftTo: Map<string, { times: number; events: Map<string, number> }>;
};

/** Takes turns actor by actor, each actor's in order. */
class Stays {
  readonly #states = new Map<string, Stay>();
  #actor = '';
  /** Where the actor stands and since when; null where it came there before the journal begins. */
  #since = new Map<string, number | null>();

  of(state: string): Stay {
    const known = this.#states.get(state) ?? { standing: 0, entered: 0, dwellMs: [], leftTo: new Map() };
    this.#states.set(state, known);
    return known;
  }

  take({ actor_key: actor, at, type, value }: Turn): void {
    const leaves = leavesOf(JSON.parse(value));
    if (actor !== this.#actor) {
      this.#actor = actor;
      const sinceMs = type === 'xstate.init' ? at.getTime() : null;
      this.#since = new Map(leaves.map((leaf) => [leaf, sinceMs]));
      return;
    }
    const entered = leaves.filter((leaf) => !this.#since.has(leaf));
    const left = [...this.#since].filter(([leaf]) => !leaves.includes(leaf));
    for (const [leaf, sinceMs] of left) {
      const stay = this.of(leaf);
      if (sinceMs !== null) stay.dwellMs.push(at.getTime() - sinceMs);
      const next = entered.find((one) => regionOf(one) === regionOf(leaf)) ?? entered[0];
      if (next !== undefined) count(stay, next, type);
      this.#since.delete(leaf);
    }
    for (const leaf of entered) {
      this.of(leaf).entered += 1;
      this.#since.set(leaf, at.getTime());
    }
  }

  report(): StateStats[] {
    return [...this.#states]
      .map(([state, { standing, entered, dwellMs, leftTo }]) => {
        const sorted = dwellMs.sort((a, b) => a - b);
        return {
          state,
          standing,
          entered,
          dwellP50: secondsAt(sorted, 0.5),
          dwellP95: secondsAt(sorted, 0.95),
          leftTo: [...leftTo]
            .map(([to, { times, events }]) => ({ state: to, times, event: mostFrequent(events) }))
            .sort((a, b) => b.times - a.times)
            .slice(0, LEFT_TO_SHOWN),
        };
      })
      .sort((a, b) => (a.state < b.state ? -1 : 1));
  }
}

function regionOf(leaf: string): string {
  return leaf.includes('.') ? leaf.slice(0, leaf.indexOf('.')) : '';
}

function count({ leftTo }: Stay, to: string, event: string): void {
  const known = leftTo.get(to) ?? { times: 0, events: new Map<string, number>() };
  known.times += 1;
  known.events.set(event, (known.events.get(event) ?? 0) + 1);
  leftTo.set(to, known);
}

function mostFrequent(events: ReadonlyMap<string, number>): string {
  return [...events].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** Nearest rank, in seconds to the tenth. */
function secondsAt(sortedMs: readonly number[], quantile: number): number | null {
  const ms = sortedMs[Math.max(0, Math.ceil(sortedMs.length * quantile) - 1)];
  return ms === undefined ? null : Math.round(ms / 100) / 10;
}
