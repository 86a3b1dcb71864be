// Durable timers in memory: near ones are held until they fire as turns; the row, checked inside the turn, is the truth.
import type pg from 'pg';
import { z } from 'zod';
import { every } from './clock.ts';
import type { Clock } from './clock.ts';
import type { TimerRow } from './rows.ts';
import { GRACE_MS, isNear } from './timer-hold.ts';

type Held = { storeId: number; actorKey: string; id: string; token: string; dueAt: Date };

export type Timers = {
  /** Holds those of a commit's timers that are near; the others are loaded when they come near. */
  hold: (timers: readonly TimerRow[]) => void;
  held: () => number;
  /** Fires nothing more; what commits under way still set is held like the rest. */
  silence: () => Promise<void>;
  /** Gives what is held back at once: the next process need not wait for its grace. */
  giveBack: () => Promise<void>;
};

const POLL_MS = 1_000;
const LOADED_MAX = 1_000;

/** @param fire steps the timer as a turn; if it cannot, the row stays and the timer is loaded again after its grace */
export function startTimers(
  pool: pg.Pool,
  clock: Clock,
  fire: (timer: Held) => void,
  onError: (error: unknown) => void,
): Timers {
  const waiting = new Map<string, { timer: Held; cancel: () => void }>();
  let silent = false;

  function hold(timer: Held): void {
    const key = keyOf(timer);
    waiting.get(key)?.cancel();
    const cancel = silent
      ? () => undefined
      : clock.after(Math.max(0, timer.dueAt.getTime() - clock.now()), () => {
          waiting.delete(key);
          fire(timer);
        });
    waiting.set(key, { timer, cancel });
  }

  // It was read before it comes here: a turn of this process may have set it anew meanwhile.
  function holdLoaded(timer: Held): void {
    const known = waiting.get(keyOf(timer))?.timer;
    if (!known || known.token <= timer.token) hold(timer);
  }

  const stopPolling = every(clock, POLL_MS, async () => (await load(pool, clock.now())).forEach(holdLoaded), onError);
  return {
    hold: (timers) => timers.filter(({ dueAt }) => isNear(clock.now(), dueAt.getTime())).forEach(hold),
    held: () => waiting.size,
    async silence() {
      silent = true;
      for (const { cancel } of waiting.values()) cancel();
      await stopPolling();
    },
    async giveBack() {
      const held = [...waiting.values()];
      waiting.clear();
      await giveBack(
        pool,
        held.map(({ timer }) => timer),
        clock.now(),
      ).catch(onError);
    },
  };
}

function keyOf({ storeId, actorKey, id }: Held): string {
  return `${storeId}/${actorKey}/${id}`;
}

const Loaded = z.object({
  store_id: z.number(),
  actor_key: z.string(),
  id: z.string(),
  token: z.string(),
  due_at: z.date(),
});

// Takes over the timers that nobody holds: those that have come near, and those of processes that are gone.
async function load(pool: pg.Pool, now: number): Promise<Held[]> {
  const { rows } = await pool.query({
    name: 'load-timers',
    text: `UPDATE timers t SET held_until = greatest(t.due_at, $1) + make_interval(secs => $2)
      FROM (SELECT store_id, actor_key, id FROM timers WHERE held_until <= $1 ORDER BY held_until LIMIT ${LOADED_MAX} FOR UPDATE SKIP LOCKED) d
      WHERE t.store_id = d.store_id AND t.actor_key = d.actor_key AND t.id = d.id
      RETURNING t.store_id, t.actor_key, t.id, t.token, t.due_at`,
    values: [new Date(now), GRACE_MS / 1000],
  });
  return rows
    .map((row) => Loaded.parse(row))
    .map(({ store_id: storeId, actor_key: actorKey, due_at: dueAt, ...rest }) => ({
      storeId,
      actorKey,
      dueAt,
      ...rest,
    }));
}

// By their tokens: a timer of the same id that was set anew meanwhile is another process's.
async function giveBack(pool: pg.Pool, held: readonly Held[], now: number): Promise<void> {
  if (held.length === 0) return;
  await pool.query(
    'UPDATE timers SET held_until = $1 WHERE token = ANY ($2::uuid[]) AND (store_id, actor_key) IN (SELECT * FROM unnest($3::int[], $4::uuid[]))',
    [
      new Date(now),
      held.map(({ token }) => token),
      held.map(({ storeId }) => storeId),
      held.map(({ actorKey }) => actorKey),
    ],
  );
}
