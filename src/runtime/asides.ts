// What was set aside, for the people who decide: an event that its machine or the database would not take.
import type pg from 'pg';
import { z } from 'zod';
import { Envelope } from './cause.ts';
import type { DeskAnswer } from './outbox.ts';
import type { Vault } from './vault.ts';

/** `trouble` says why, in ids and codes only; `cause` is the event as it was taken in. */
export type AsideView = {
  position: number;
  actorKey: string;
  type: string;
  trouble: string | null;
  source: string;
  correlationId: string;
  cause: Envelope['cause'];
  createdAt: Date;
};

export type AsideQuery = {
  storeId: number;
  actorKey?: string | undefined;
  /** Continues below this position: newest first. */
  before?: number | undefined;
  limit: number;
};

export type Asides = {
  list: (query: AsideQuery) => Promise<AsideView[]>;
  /** Lets the actor try it once more; it comes back, at a new position, if it fails again. */
  retry: (storeId: number, position: number) => Promise<DeskAnswer>;
  /** Throws it away. */
  dismiss: (storeId: number, position: number) => Promise<DeskAnswer>;
};

type Deps = { pool: pg.Pool; vault: Vault; now: () => number; wake: (storeId: number, actorKey: string) => void };

const Row = z.object({
  position: z.coerce.number(),
  actor_key: z.string(),
  type: z.string(),
  trouble: z.string().nullable(),
  payload: z.instanceof(Buffer),
  created_at: z.date(),
});

export function createAsides(deps: Deps): Asides {
  return {
    list: (query) => list(deps, query),
    retry: (storeId, position) => retry(deps, storeId, position),
    dismiss: (storeId, position) => dismiss(deps, storeId, position),
  };
}

async function list({ pool, vault }: Deps, { storeId, actorKey, before, limit }: AsideQuery): Promise<AsideView[]> {
  const { rows } = await pool.query(
    `SELECT position, actor_key, type, trouble, payload, created_at FROM inbox
     WHERE store_id = $1 AND state = 'aside' AND ($2::uuid IS NULL OR actor_key = $2) AND ($3::bigint IS NULL OR position < $3)
     ORDER BY position DESC LIMIT $4`,
    [storeId, actorKey ?? null, before ?? null, limit],
  );
  return rows.map((raw) => {
    const { payload, actor_key: key, created_at: createdAt, ...row } = Row.parse(raw);
    return { actorKey: key, createdAt, ...row, ...Envelope.parse(JSON.parse(vault.openShared(payload))) };
  });
}

async function retry({ pool, now, wake }: Deps, storeId: number, position: number): Promise<DeskAnswer> {
  const { rows } = await pool.query<{ actor_key: string }>(
    `UPDATE inbox SET state = 'waiting', trouble = NULL, not_before = $3
     WHERE store_id = $1 AND position = $2 AND state = 'aside' RETURNING actor_key`,
    [storeId, position, new Date(now())],
  );
  const [row] = rows;
  if (!row) return 'unknown';
  wake(storeId, row.actor_key);
  return 'done';
}

async function dismiss({ pool }: Deps, storeId: number, position: number): Promise<DeskAnswer> {
  const { rowCount } = await pool.query(`DELETE FROM inbox WHERE store_id = $1 AND position = $2 AND state = 'aside'`, [
    storeId,
    position,
  ]);
  return rowCount === 1 ? 'done' : 'unknown';
}
