// How workers and the rows of commands agree: claim with a lease, renew it, give it back, settle. One statement for many commands.
import type pg from 'pg';
import { z } from 'zod';
import type { Ticket } from './carrier.ts';
import type { CommandKind } from './rows.ts';

/** A worker that does not renew loses its command after this time (ms). */
export const LEASE_MS = 6_000;

const Claim = z.object({
  store_id: z.number(),
  id: z.string(),
  actor_key: z.string(),
  kind: z.enum(['invoke', 'action', 'undo']),
  name: z.string(),
  attempt: z.number(),
  failures: z.number(),
  input: z.instanceof(Buffer),
  correlation_id: z.string(),
  trace: z.string().nullable(),
  machine: z.string(),
  address_sealed: z.instanceof(Buffer).nullable(),
  data_key: z.instanceof(Buffer).nullable(),
});

export type Claim = {
  storeId: number;
  id: string;
  actorKey: string;
  kind: CommandKind;
  name: string;
  attempt: number;
  failures: number;
  input: Buffer;
  correlationId: string;
  /** W3C traceparent of the turn that asked for it. */
  trace: string | null;
  machine: string;
  addressSealed: Buffer | null;
  dataKey: Buffer | null;
};

/** One attempt at one command. */
export type Attempt = Pick<Ticket, 'storeId' | 'id' | 'attempt'>;
export type Settlement = Attempt & { status: 'done' | 'refused' | 'failed' | 'cancelled'; code: string | null };

/** What this build can run: command names, and each machine with the newest version of its actors that it understands. */
export type Abilities = { names: readonly string[]; machines: ReadonlyArray<{ machine: string; version: number }> };

/** All verbs are fenced by owner and attempt: a process that stalled cannot touch what was given away meanwhile, not even to itself. */
export type Claims = {
  /** Who this worker is in leases. */
  owner: string;
  /** The commands that are now this worker's; a ticket whose command was cancelled, taken or settled gets none, nor one of a newer build. */
  claim: (tickets: readonly Ticket[], now: number) => Promise<Claim[]>;
  /** Renews leases; answers which of the attempts are no longer this worker's, as `id/attempt`. */
  renew: (attempts: readonly Attempt[], now: number) => Promise<Set<string>>;
  /** Gives a command back for its next attempt, not before `dueAt`; answers false when it is no longer this worker's. */
  release: (attempt: Attempt, failures: number, dueAt: number) => Promise<boolean>;
  /** Ends commands that no machine waits for (actions and undos). */
  settle: (settlements: readonly Settlement[], now: number) => Promise<void>;
};

/** @param owner this process, in leases */
export function createClaims(pool: pg.Pool, owner: string, abilities: Abilities): Claims {
  return {
    owner,
    claim: (tickets, now) => claim(pool, owner, abilities, tickets, now),
    renew: (attempts, now) => renew(pool, owner, attempts, now),
    release: (attempt, failures, dueAt) => release(pool, owner, attempt, failures, dueAt),
    settle: (settlements, now) => settle(pool, owner, settlements, now),
  };
}

/** Names one attempt in memory. */
export function attemptName({ id, attempt }: Pick<Ticket, 'id' | 'attempt'>): string {
  return `${id}/${attempt}`;
}

// A command that was claimed at its birth is anybody's who has its ticket, until that claim is renewed for the first time: then its
// worker runs it, and a ticket that comes once more (its job stalled, say) finds it taken. The actor is asked for in an order that only
// the primary key has: on a young database every index looks as good, and a plan that was made then may stay for a while.
async function claim(
  pool: pg.Pool,
  owner: string,
  { names, machines }: Abilities,
  tickets: readonly Ticket[],
  now: number,
): Promise<Claim[]> {
  const { rows } = await pool.query({
    name: 'claim-commands',
    text: `WITH w AS MATERIALIZED (
        SELECT c.store_id, c.id, c.attempt, u.owner, a.machine, a.address_sealed, a.data_key
        FROM commands c JOIN unnest($1::int[], $2::uuid[], $3::int[], $9::uuid[]) AS u(store_id, id, attempt, owner)
          ON c.store_id = u.store_id AND c.id = u.id AND c.attempt = u.attempt
        CROSS JOIN LATERAL (
          SELECT * FROM actors a WHERE a.store_id = c.store_id AND a.key BETWEEN c.actor_key AND c.actor_key ORDER BY a.key LIMIT 1
        ) a
        JOIN unnest($7::text[], $8::int[]) AS m(machine, version) ON m.machine = a.machine AND a.version <= m.version
        WHERE c.store_id = ANY ($1) AND c.id = ANY ($2) AND c.name = ANY ($6::text[])
      )
      UPDATE commands c SET status = 'running', owner = $4, due_at = $5 FROM w
      WHERE c.store_id = w.store_id AND c.id = w.id AND c.attempt = w.attempt
        AND (c.status = 'pending' OR (c.status = 'running' AND c.owner = w.owner AND c.due_at <= c.created_at + interval '${LEASE_MS} ms'))
        AND c.store_id = ANY ($1) AND c.id = ANY ($2)
      RETURNING c.store_id, c.id, c.actor_key, c.kind, c.name, c.attempt, c.failures, c.input, c.correlation_id, c.trace,
        w.machine, w.address_sealed, w.data_key`,
    values: [
      tickets.map((ticket) => ticket.storeId),
      tickets.map((ticket) => ticket.id),
      tickets.map((ticket) => ticket.attempt),
      owner,
      new Date(now + LEASE_MS),
      names,
      machines.map(({ machine }) => machine),
      machines.map(({ version }) => version),
      tickets.map((ticket) => ticket.owner ?? null),
    ],
  });
  return rows.map((row) => claimOf(Claim.parse(row)));
}

function claimOf(row: z.infer<typeof Claim>): Claim {
  const {
    store_id: storeId,
    actor_key: actorKey,
    correlation_id: correlationId,
    address_sealed: addressSealed,
    data_key: dataKey,
    ...rest
  } = row;
  return { storeId, actorKey, correlationId, addressSealed, dataKey, ...rest };
}

// Rows that a turn holds right now are about to be settled or cancelled: waiting for them could end in a circle.
async function renew(pool: pg.Pool, owner: string, attempts: readonly Attempt[], now: number): Promise<Set<string>> {
  await pool.query({
    name: 'renew-leases',
    text: `UPDATE commands c SET due_at = $4 FROM (
        SELECT store_id, id FROM commands WHERE store_id = ANY ($1) AND id = ANY ($2) AND owner = $3 AND status = 'running'
        FOR UPDATE SKIP LOCKED
      ) mine WHERE c.store_id = mine.store_id AND c.id = mine.id`,
    values: [attempts.map(({ storeId }) => storeId), attempts.map(({ id }) => id), owner, new Date(now + LEASE_MS)],
  });
  const { rows } = await pool.query<{ id: string; attempt: number }>({
    name: 'read-lost-leases',
    text: `SELECT u.id, u.attempt FROM unnest($1::int[], $2::uuid[], $3::int[]) AS u(store_id, id, attempt)
      LEFT JOIN commands c ON c.store_id = u.store_id AND c.id = u.id AND c.store_id = ANY ($1) AND c.id = ANY ($2)
        AND c.attempt = u.attempt AND c.owner = $4 AND c.status = 'running'
      WHERE c.id IS NULL`,
    values: [...columns(attempts), owner],
  });
  return new Set(rows.map(attemptName));
}

async function release(
  pool: pg.Pool,
  owner: string,
  { storeId, id, attempt }: Attempt,
  failures: number,
  dueAt: number,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'release-command',
    text: `UPDATE commands SET status = 'pending', attempt = attempt + 1, failures = $5, owner = NULL, due_at = $6
      WHERE store_id = $1 AND id = $2 AND attempt = $3 AND owner = $4 AND status = 'running'`,
    values: [storeId, id, attempt, owner, failures, new Date(dueAt)],
  });
  return rowCount === 1;
}

async function settle(pool: pg.Pool, owner: string, rows: readonly Settlement[], now: number): Promise<void> {
  await pool.query({
    name: 'settle-own',
    text: `UPDATE commands c SET status = u.status, code = u.code, owner = NULL, due_at = NULL, finished_at = $7
      FROM unnest($1::int[], $2::uuid[], $3::int[], $4::text[], $5::text[]) AS u(store_id, id, attempt, status, code)
      WHERE c.store_id = u.store_id AND c.id = u.id AND c.attempt = u.attempt AND c.owner = $6 AND c.status IN ('running', 'cancelled')
        AND c.store_id = ANY ($1) AND c.id = ANY ($2)`,
    values: [...columns(rows), rows.map((row) => row.status), rows.map((row) => row.code), owner, new Date(now)],
  });
}

function columns(attempts: readonly Attempt[]): [number[], string[], number[]] {
  return [attempts.map(({ storeId }) => storeId), attempts.map(({ id }) => id), attempts.map(({ attempt }) => attempt)];
}
