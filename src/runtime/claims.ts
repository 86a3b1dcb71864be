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
  machine: string;
  addressSealed: Buffer | null;
  dataKey: Buffer | null;
};

export type Settlement = { storeId: number; id: string; status: 'done' | 'refused' | 'failed' | 'cancelled'; code: string | null };
export type Ref = { storeId: number; id: string };

export type Claims = {
  /** The commands that are now this worker's; a ticket whose command was cancelled, taken or settled gets none. */
  claim: (tickets: readonly Ticket[], owner: string, now: number) => Promise<Claim[]>;
  /** Renews leases; answers which of the commands are still this worker's. */
  renew: (refs: readonly Ref[], owner: string, now: number) => Promise<Set<string>>;
  /** Gives a command back for its next attempt, not before `dueAt`; answers false when it is no longer this worker's. */
  release: (claim: Claim, owner: string, failures: number, dueAt: number) => Promise<boolean>;
  /** Ends commands that no machine waits for (actions and undos). */
  settle: (settlements: readonly Settlement[], owner: string, now: number) => Promise<void>;
};

export function createClaims(pool: pg.Pool): Claims {
  return {
    claim: (tickets, owner, now) => claim(pool, tickets, owner, now),
    renew: (refs, owner, now) => renew(pool, refs, owner, now),
    release: (taken, owner, failures, dueAt) => release(pool, taken, owner, failures, dueAt),
    settle: (settlements, owner, now) => settle(pool, settlements, owner, now),
  };
}

async function claim(pool: pg.Pool, tickets: readonly Ticket[], owner: string, now: number): Promise<Claim[]> {
  const { rows } = await pool.query({
    name: 'claim-commands',
    text: `UPDATE commands c SET status = 'running', owner = $4, due_at = $5
      FROM unnest($1::int[], $2::uuid[], $3::int[]) AS u(store_id, id, attempt), actors a
      WHERE c.store_id = u.store_id AND c.id = u.id AND c.attempt = u.attempt AND c.status = 'pending'
        AND a.store_id = c.store_id AND a.key = c.actor_key
      RETURNING c.store_id, c.id, c.actor_key, c.kind, c.name, c.attempt, c.failures, c.input, c.correlation_id,
        a.machine, a.address_sealed, a.data_key`,
    values: [
      tickets.map((ticket) => ticket.storeId),
      tickets.map((ticket) => ticket.id),
      tickets.map((ticket) => ticket.attempt),
      owner,
      new Date(now + LEASE_MS),
    ],
  });
  return rows.map((row) => claimOf(Claim.parse(row)));
}

function claimOf(row: z.infer<typeof Claim>): Claim {
  const { store_id: storeId, actor_key: actorKey, correlation_id: correlationId, address_sealed: addressSealed, data_key: dataKey, ...rest } = row;
  return { storeId, actorKey, correlationId, addressSealed, dataKey, ...rest };
}

async function renew(pool: pg.Pool, refs: readonly Ref[], owner: string, now: number): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'renew-leases',
    text: `UPDATE commands c SET due_at = $4 FROM unnest($1::int[], $2::uuid[]) AS u(store_id, id)
      WHERE c.store_id = u.store_id AND c.id = u.id AND c.owner = $3 AND c.status = 'running' RETURNING c.id`,
    values: [refs.map((ref) => ref.storeId), refs.map((ref) => ref.id), owner, new Date(now + LEASE_MS)],
  });
  return new Set(rows.map((row) => row.id));
}

async function release(pool: pg.Pool, { storeId, id }: Claim, owner: string, failures: number, dueAt: number): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'release-command',
    text: `UPDATE commands SET status = 'pending', attempt = attempt + 1, failures = $4, owner = NULL, due_at = $5
      WHERE store_id = $1 AND id = $2 AND owner = $3 AND status = 'running'`,
    values: [storeId, id, owner, failures, new Date(dueAt)],
  });
  return rowCount === 1;
}

async function settle(pool: pg.Pool, rows: readonly Settlement[], owner: string, now: number): Promise<void> {
  await pool.query({
    name: 'settle-own',
    text: `UPDATE commands c SET status = u.status, code = u.code, owner = NULL, due_at = NULL, finished_at = $6
      FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[]) AS u(store_id, id, status, code)
      WHERE c.store_id = u.store_id AND c.id = u.id AND c.owner = $5 AND c.status IN ('running', 'cancelled')`,
    values: [
      rows.map((row) => row.storeId),
      rows.map((row) => row.id),
      rows.map((row) => row.status),
      rows.map((row) => row.code),
      owner,
      new Date(now),
    ],
  });
}
