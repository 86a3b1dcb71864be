// The figures as the database tells them: of all processes, but nothing of what a process alone knows.
import type pg from 'pg';
import { z } from 'zod';
import { countCrowd, countQueues } from '../telemetry/census.ts';
import type { Crowd, Queues } from '../telemetry/census.ts';
import { isDown } from '../telemetry/standings.ts';
import type { CommandFigures, Figures } from './figures.ts';

/** Turns a second are an average over this long. */
const TURNS_OVER_S = 10;

const Recent = z.object({
  turns: z.coerce.number(),
  texted: z.coerce.number(),
  ordered: z.coerce.number(),
  paid: z.coerce.number(),
  timersHeld: z.coerce.number(),
  input: z.coerce.number(),
  cached: z.coerce.number(),
  output: z.coerce.number(),
});

// The journal has a block range index over time: only its newest part is read.
const TODAY = `date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
const RECENT = `SELECT
  (SELECT count(*) FROM events WHERE at > now() - interval '${TURNS_OVER_S} s') AS turns,
  (SELECT count(*) FROM events WHERE at >= ${TODAY} AND type = 'text.received') AS texted,
  (SELECT count(*) FROM orders WHERE created_at >= ${TODAY}) AS ordered,
  (SELECT count(DISTINCT actor_key) FROM events WHERE at >= ${TODAY} AND type = 'payment.completed') AS paid,
  (SELECT count(*) FROM timers WHERE held_until > now()) AS "timersHeld",
  used.* FROM (SELECT coalesce(sum(input_tokens - cached_tokens), 0) AS input, coalesce(sum(cached_tokens), 0) AS cached,
    coalesce(sum(output_tokens), 0) AS output FROM token_usage WHERE day = (now() AT TIME ZONE 'UTC')::date) used`;

const ENDED = `SELECT name, status, count(*)::int AS count, sum(failures)::int AS failures FROM commands
  WHERE created_at > now() - interval '1 minute' GROUP BY 1, 2`;
type Ended = { name: string; status: string; count: number; failures: number };

/** @param now milliseconds since 1970 (UTC) */
export async function figuresFrom(pool: pg.Pool, now: () => number): Promise<Figures> {
  const [queues, crowd, recent, ended] = await Promise.all([
    countQueues(pool),
    countCrowd(pool),
    pool.query(RECENT),
    pool.query<Ended>(ENDED),
  ]);
  const { turns, texted, ordered, paid, timersHeld, ...tokens } = Recent.parse(recent.rows[0]);
  return {
    at: new Date(now()).toISOString(),
    source: 'database',
    health: null,
    turns: { perSecond: turns / TURNS_OVER_S, p95Seconds: null, batch: null, laneWaiting: null },
    ...waiting(queues, timersHeld),
    commands: commandsOf(queues, ended.rows),
    providers: queues.standings.map(({ service, ...standing }) => ({
      name: service,
      isDown: isDown(standing),
      callsPerSecond: null,
      failed: null,
      p95Seconds: null,
    })),
    ...people(crowd),
    sales: { texted, ordered, paid },
    tokens,
    costDollars: null,
  };
}

function waiting(queues: Queues, held: number): Pick<Figures, 'outbox' | 'timers' | 'bubbles'> {
  const { outboxAge, failed, aside, waiting: inboxWaiting, timersDue, timersLate, bubbles, bubbleAge } = queues;
  return {
    outbox: { ageSeconds: outboxAge, deadLetters: failed, aside, inboxWaiting },
    timers: { due: timersDue, late: timersLate, held },
    bubbles: { unsent: bubbles, ageSeconds: bubbleAge },
  };
}

function people({ conversations, orders, withStaff, optedOut }: Crowd) {
  const counts = (rows: Crowd['orders']) => Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  return { conversations: counts(conversations), orders: counts(orders), withStaff, optedOut };
}

function commandsOf({ commands }: Queues, ended: readonly Ended[]): CommandFigures[] {
  const names = [...new Set([...commands, ...ended].map(({ name }) => name))].sort();
  return names.map((name) => {
    const mine = ended.filter((row) => row.name === name);
    const count = (status: string) => mine.find((row) => row.status === status)?.count ?? 0;
    return {
      name,
      open: commands.filter((row) => row.name === name).reduce((sum, row) => sum + row.count, 0),
      done: count('done'),
      refused: count('refused'),
      again: mine.reduce((sum, row) => sum + row.failures, 0),
      failed: count('failed'),
    };
  });
}
