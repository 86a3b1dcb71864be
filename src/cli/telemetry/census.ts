// What the database knows better than any process: what waits, how old it is, how many stand where. Asked when somebody
// scrapes, at most every few seconds; where it costs a whole table, once a minute. Counts and ages only.
import type pg from 'pg';
import { z } from 'zod';

const Queues = z.object({
  outboxAge: z.coerce.number(),
  failed: z.coerce.number(),
  aside: z.coerce.number(),
  waiting: z.coerce.number(),
  timersDue: z.coerce.number(),
  timersLate: z.coerce.number(),
  bubbles: z.coerce.number(),
  bubbleAge: z.coerce.number(),
});
export type Queues = z.infer<typeof Queues> & {
  /** Open commands by name and status. */
  commands: Array<{ name: string; status: string; count: number }>;
  /** Services by whether they are down. */
  standings: Array<{ service: string; failures: number; resting: boolean }>;
};

export type Crowd = {
  conversations: Array<{ state: string; count: number }>;
  withStaff: number;
  optedOut: number;
  orders: Array<{ state: string; count: number }>;
  consents: Array<{ change: string; source: string; count: number }>;
};

/** A timer is due when its time has come; one that is later than this is late (seconds). */
const LATE_AFTER_S = 1;

// Unsettled commands have a date, near timers a holder, unsent bubbles an index of their own: none of these reads a whole table.
const QUEUES = `SELECT
  coalesce((SELECT extract(epoch FROM now() - min(created_at)) FROM commands WHERE due_at IS NOT NULL AND status IN ('pending', 'running')), 0) AS "outboxAge",
  (SELECT count(*) FROM commands WHERE status = 'failed') AS failed,
  (SELECT count(*) FROM inbox WHERE state = 'aside') AS aside,
  (SELECT count(*) FROM inbox WHERE state = 'waiting') AS waiting,
  (SELECT count(*) FROM timers WHERE held_until <= now() + interval '1 minute' AND due_at <= now()) AS "timersDue",
  (SELECT count(*) FROM timers WHERE held_until <= now() + interval '1 minute' AND due_at <= now() - interval '${LATE_AFTER_S} s') AS "timersLate",
  (SELECT count(*) FROM messages WHERE status IN ('queued', 'sending')) AS bubbles,
  coalesce((SELECT extract(epoch FROM now() - min(at)) FROM messages WHERE status IN ('queued', 'sending')), 0) AS "bubbleAge"`;

const COMMANDS = `SELECT name, status, count(*)::int AS count FROM commands
  WHERE due_at IS NOT NULL AND status IN ('pending', 'running', 'held') GROUP BY 1, 2`;

export async function countQueues(pool: pg.Pool): Promise<Queues> {
  const [queues, commands, standings] = await Promise.all([
    pool.query(QUEUES),
    pool.query<Queues['commands'][number]>(COMMANDS),
    pool.query<Queues['standings'][number]>('SELECT service, failures, resting FROM service_standings'),
  ]);
  return { ...Queues.parse(queues.rows[0]), commands: commands.rows, standings: standings.rows };
}

const Value = z.looseObject({
  conversation: z.unknown().optional(),
  attention: z.unknown().optional(),
  consent: z.unknown().optional(),
});

export async function countCrowd(pool: pg.Pool): Promise<Crowd> {
  const [values, orders, consents] = await Promise.all([
    pool.query<{ value: string; count: number }>(
      `SELECT value, count(*)::int AS count FROM actors WHERE machine = 'customer' AND status = 'active' AND seq > 0 GROUP BY value`,
    ),
    pool.query<Crowd['orders'][number]>('SELECT state, count(*)::int AS count FROM orders GROUP BY state'),
    pool.query<Crowd['consents'][number]>(
      'SELECT change, source, count(*)::int AS count FROM consents GROUP BY change, source',
    ),
  ]);
  const crowd: Crowd = { conversations: [], withStaff: 0, optedOut: 0, orders: orders.rows, consents: consents.rows };
  const states = new Map<string, number>();
  for (const { value, count } of values.rows) {
    const { conversation, attention, consent } = Value.parse(JSON.parse(value));
    const state = topOf(conversation);
    states.set(state, (states.get(state) ?? 0) + count);
    if (topOf(attention) === 'staff') crowd.withStaff += count;
    if (topOf(consent) === 'optedOut') crowd.optedOut += count;
  }
  crowd.conversations = [...states].map(([state, count]) => ({ state, count }));
  return crowd;
}

/** `{"payment":"awaiting"}` is `payment`. */
function topOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? (Object.keys(value)[0] ?? 'none') : 'none';
}

/**
 * The same answer for `ms`, whoever asks. One that failed is `null` and asked for anew the next time.
 * @param now milliseconds since 1970 (UTC)
 */
export function remembered<T>(ask: () => Promise<T>, ms: number, now: () => number): () => Promise<T | null> {
  let kept: { at: number; answer: Promise<T | null> } | null = null;
  return () => {
    if (kept && now() - kept.at < ms) return kept.answer;
    const answer = ask().catch(() => {
      kept = null;
      return null;
    });
    kept = { at: now(), answer };
    return answer;
  };
}
