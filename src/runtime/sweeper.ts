// Finds what a crash left behind: tickets that never came, leases that ran out, cancelled work of unknown outcome, inboxes nobody opened.
// Starts what looks after the tables, too: fresh statistics, and where resting actors stand.
import type pg from 'pg';
import { z } from 'zod';
import { UNCLAIMED_MS } from './batch-writes.ts';
import type { Carrier, Ticket } from './carrier.ts';
import { every } from './clock.ts';
import type { Clock } from './clock.ts';
import { uuidFrom } from './ids.ts';
import { watchResting } from './resting.ts';
import { watchStatistics } from './statistics.ts';
import type { Vault } from './vault.ts';

export type SweeperDeps = {
  pool: pg.Pool;
  clock: Clock;
  carrier: Carrier;
  vault: Vault;
  /** Names of the actors of this build, and of those that declare an undo. */
  known: ReadonlySet<string>;
  undoable: ReadonlySet<string>;
  /** Opens an actor's inbox. */
  wake: (storeId: number, actorKey: string) => void;
  /** Works tickets in this process: the queue could not take them. */
  workHere: (tickets: readonly Ticket[]) => void;
  /** Ends a command whose lease was lost too often: its process dies of it, most likely. */
  giveUp: (overdue: { storeId: number; id: string; actorKey: string; correlationId: string }) => void;
  onError: (error: unknown) => void;
};

const SWEEP_MS = 1_000;
const SWEPT_MAX = 500;
/** How often a command may lose its lease; attempts that failed are answers, and its own policy counts those. */
const LOST_MAX = 50;
/** How long a ticket that may wait in a long queue is left alone, at most (seconds); doubled ones do no harm but cost. */
const PAUSE_MAX_S = 60;
/** How long an inbox that could not be opened is left alone (seconds). */
const INBOX_PAUSE_S = 5;

/** Starts sweeping; several processes may, each takes what no other is looking at. */
export function startSweeper(deps: SweeperDeps): () => Promise<void> {
  const stopCommands = every(deps.clock, SWEEP_MS, () => sweepCommands(deps), deps.onError);
  const stopWatching = watchStatistics(deps.pool, deps.clock, deps.onError);
  const stopSettling = watchResting(deps.pool, deps.clock, deps.onError);
  const stopInbox = every(deps.clock, SWEEP_MS, () => sweepInbox(deps), deps.onError);
  return async () => {
    await Promise.all([stopCommands(), stopInbox(), stopWatching(), stopSettling()]);
  };
}

const Overdue = z.object({
  store_id: z.number(),
  id: z.string(),
  actor_key: z.string(),
  kind: z.string(),
  name: z.string(),
  status: z.string(),
  attempt: z.number(),
  lost: z.number(),
  correlation_id: z.string(),
});
type Overdue = z.infer<typeof Overdue>;

// A ticket grows old in a long queue with its command; one that is made because a worker died does not. Of a
// command whose lease ran out, whatever ticket is still about names an attempt that is over: also where it is given up.
async function sweepCommands(deps: SweeperDeps): Promise<void> {
  const now = deps.clock.now();
  const { rows } = await deps.pool.query({
    name: 'sweep-commands',
    text: `UPDATE commands c SET
        attempt = CASE WHEN d.status = 'running' THEN c.attempt + 1 ELSE c.attempt END,
        lost = CASE WHEN d.status = 'running' THEN c.lost + 1 ELSE c.lost END,
        owner = CASE WHEN d.status = 'cancelled' THEN c.owner END,
        due_at = $1::timestamptz + CASE WHEN d.status = 'running' THEN $2::interval
          ELSE greatest($2::interval, least(($1 - c.created_at) / 4, interval '${PAUSE_MAX_S} s')) END,
        status = CASE WHEN d.status = 'running' THEN 'pending' ELSE c.status END
      FROM (SELECT store_id, id, status, lost FROM commands WHERE due_at <= $1 ORDER BY due_at LIMIT ${SWEPT_MAX} FOR UPDATE SKIP LOCKED) d
      WHERE c.store_id = d.store_id AND c.id = d.id
      RETURNING c.store_id, c.id, c.actor_key, c.kind, c.name, c.status, c.attempt, c.lost, c.correlation_id`,
    values: [new Date(now), `${UNCLAIMED_MS} ms`],
  });
  const overdue = rows.map((row) => Overdue.parse(row));
  const open = overdue.filter(({ status }) => status === 'pending');
  for (const row of open.filter(isHopeless)) {
    deps.giveUp({ storeId: row.store_id, id: row.id, actorKey: row.actor_key, correlationId: row.correlation_id });
  }
  // The job of a ticket may still be there, in the hands of a worker that died: this one is another.
  const tickets = open.filter((row) => !isHopeless(row)).map(ticketOf);
  const enqueued = deps.carrier.enqueue(tickets, 0, `-${now}`);
  const cancelled = overdue.filter(({ status }) => status === 'cancelled');
  const [sent] = await Promise.allSettled([enqueued, undoEach(deps, cancelled, now)]);
  if (sent.status === 'fulfilled') return;
  deps.workHere(tickets);
  throw sent.reason;
}

async function undoEach(deps: SweeperDeps, rows: readonly Overdue[], now: number): Promise<void> {
  for (const row of rows) await undo(deps, row, now).catch(deps.onError);
}

function isHopeless({ lost }: Overdue): boolean {
  return lost >= LOST_MAX;
}

function ticketOf({ store_id: storeId, id, attempt }: Overdue): Ticket {
  return { storeId, id, attempt };
}

// A command that was cancelled while it ran, and whose worker never told what came of it: what it may have done is taken back.
async function undo({ pool, vault, known, undoable }: SweeperDeps, row: Overdue, now: number): Promise<void> {
  if (!known.has(row.name)) return; // a newer build knows how
  const found = await pool.query<{ input: Buffer; data_key: Buffer | null; seq: string; trace: string | null }>(
    `SELECT c.input, c.seq, c.trace, a.data_key FROM commands c JOIN actors a ON a.store_id = c.store_id AND a.key = c.actor_key
     WHERE c.store_id = $1 AND c.id = $2`,
    [row.store_id, row.id],
  );
  const [command] = found.rows;
  const wanted = undoable.has(row.name) && row.kind === 'invoke' && command?.data_key;
  if (!command || !wanted) return done(pool, row);
  const input: unknown = JSON.parse(vault.open(wanted, command.input));
  const sealed = vault.seal(wanted, JSON.stringify({ commandId: row.id, input }));
  await pool.query(
    `WITH undone AS (UPDATE commands SET due_at = NULL WHERE store_id = $1 AND id = $9)
     INSERT INTO commands (store_id, id, actor_key, seq, kind, name, status, attempt, failures, input, due_at, correlation_id, trace, created_at)
     VALUES ($1, $2, $3, $4, 'undo', $5, 'pending', 1, 0, $6, $7, $8, $10, $7)`,
    [
      row.store_id,
      uuidFrom(now, `${row.id}/undo`),
      row.actor_key,
      command.seq,
      row.name,
      sealed,
      new Date(now),
      row.correlation_id,
      row.id,
      command.trace,
    ],
  );
}

async function done(pool: pg.Pool, row: Overdue): Promise<void> {
  await pool.query('UPDATE commands SET due_at = NULL WHERE store_id = $1 AND id = $2', [row.store_id, row.id]);
}

async function sweepInbox({ pool, clock, wake }: SweeperDeps): Promise<void> {
  const { rows } = await pool.query<{ store_id: number; actor_key: string }>({
    name: 'sweep-inbox',
    text: `UPDATE inbox i SET not_before = $1::timestamptz + make_interval(secs => ${INBOX_PAUSE_S})
      FROM (SELECT store_id, position FROM inbox WHERE state = 'waiting' AND not_before <= $1
            ORDER BY not_before LIMIT ${SWEPT_MAX} FOR UPDATE SKIP LOCKED) d
      WHERE i.store_id = d.store_id AND i.position = d.position
      RETURNING i.store_id, i.actor_key`,
    values: [new Date(clock.now())],
  });
  const distinct = new Map(rows.map((row) => [`${row.store_id}/${row.actor_key}`, row]));
  for (const { store_id: storeId, actor_key: actorKey } of distinct.values()) wake(storeId, actorKey);
}
