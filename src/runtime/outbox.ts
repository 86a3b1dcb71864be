// The outbox as staff see it: commands with what became of them, and dead letters.
import type pg from 'pg';
import { z } from 'zod';
import type { Carrier } from './carrier.ts';
import { UNCLAIMED_MS } from './batch-writes.ts';
import type { Vault } from './vault.ts';

export type CommandView = {
  id: string;
  actorKey: string;
  kind: string;
  name: string;
  status: string;
  attempt: number;
  code: string | null;
  /** The turn that asked for it. */
  seq: number;
  /** The invoked child's id in its machine; null for actions and undos. */
  childId: string | null;
  /** As it was frozen before the first attempt; null once the actor was forgotten. */
  input: unknown;
  result: unknown;
  /** When it is looked at next; null once it is settled. */
  dueAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export type CommandQuery = {
  storeId: number;
  status?: string | undefined;
  actorKey?: string | undefined;
  name?: string | undefined;
  /** Continues below this id (UUIDv7: newest first). */
  before?: string | undefined;
  limit: number;
};

/** `unknown`: no such command. `wrong_status`: only failed actions are retried, only what has not ended is cancelled. */
export type DeskAnswer = 'done' | 'unknown' | 'wrong_status';

export type Outbox = {
  list: (query: CommandQuery) => Promise<CommandView[]>;
  /** Runs a failed action or undo once more. An invoke is over for its machine, which has heard of the failure. */
  retry: (storeId: number, id: string) => Promise<DeskAnswer>;
  cancel: (storeId: number, id: string) => Promise<DeskAnswer>;
  /** A person has seen that it failed, and leaves it at that. */
  dismiss: (storeId: number, id: string) => Promise<DeskAnswer>;
};

const Row = z.object({
  id: z.string(),
  actor_key: z.string(),
  kind: z.string(),
  name: z.string(),
  status: z.string(),
  attempt: z.number(),
  code: z.string().nullable(),
  seq: z.coerce.number(),
  child_id: z.string().nullable(),
  input: z.instanceof(Buffer),
  result: z.instanceof(Buffer).nullable(),
  data_key: z.instanceof(Buffer).nullable(),
  due_at: z.date().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});

type Deps = { pool: pg.Pool; carrier: Carrier; vault: Vault; now: () => number };

export function createOutbox({ pool, carrier, vault, now }: Deps): Outbox {
  return {
    async list({ storeId, status, actorKey, name, before, limit }) {
      const { rows } = await pool.query(
        `SELECT c.id, c.actor_key, c.kind, c.name, c.status, c.attempt, c.code, c.seq, c.child_id, c.input, c.result, a.data_key,
           c.due_at, c.created_at, c.finished_at
         FROM commands c LEFT JOIN actors a ON a.store_id = c.store_id AND a.key = c.actor_key
         WHERE c.store_id = $1 AND ($2::text IS NULL OR c.status = $2) AND ($3::uuid IS NULL OR c.actor_key = $3)
           AND ($4::text IS NULL OR c.name = $4) AND ($5::uuid IS NULL OR c.id < $5)
         ORDER BY c.id DESC LIMIT $6`,
        [storeId, status ?? null, actorKey ?? null, name ?? null, before ?? null, limit],
      );
      return rows.map((row) => viewOf(vault, row));
    },
    async retry(storeId, id) {
      const { rows } = await pool.query<{ attempt: number }>(
        `UPDATE commands SET status = 'pending', attempt = attempt + 1, failures = 0, lost = 0, code = NULL, finished_at = NULL, due_at = $3
         WHERE store_id = $1 AND id = $2 AND status = 'failed' AND kind <> 'invoke' RETURNING attempt`,
        [storeId, id, new Date(now() + UNCLAIMED_MS)],
      );
      const [row] = rows;
      if (!row) return whyNot(pool, storeId, id);
      await carrier.enqueue([{ storeId, id, attempt: row.attempt }]);
      return 'done';
    },
    async cancel(storeId, id) {
      const { rowCount } = await pool.query(
        `UPDATE commands SET status = 'cancelled', finished_at = $3 WHERE store_id = $1 AND id = $2 AND kind <> 'invoke' AND status = 'pending'`,
        [storeId, id, new Date(now())],
      );
      return rowCount === 1 ? 'done' : whyNot(pool, storeId, id);
    },
    async dismiss(storeId, id) {
      const { rowCount } = await pool.query(
        `UPDATE commands SET status = 'cancelled' WHERE store_id = $1 AND id = $2 AND status = 'failed'`,
        [storeId, id],
      );
      return rowCount === 1 ? 'done' : whyNot(pool, storeId, id);
    },
  };
}

function viewOf(vault: Vault, raw: unknown): CommandView {
  const { id, kind, name, status, attempt, code, seq, data_key: key, ...row } = Row.parse(raw);
  const open = (sealed: Buffer | null): unknown => (key && sealed ? JSON.parse(vault.open(key, sealed)) : null);
  return {
    id,
    kind,
    name,
    status,
    attempt,
    code,
    seq,
    actorKey: row.actor_key,
    childId: row.child_id,
    input: open(row.input),
    result: open(row.result),
    dueAt: row.due_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

async function whyNot(pool: pg.Pool, storeId: number, id: string): Promise<DeskAnswer> {
  const { rowCount } = await pool.query('SELECT 1 FROM commands WHERE store_id = $1 AND id = $2', [storeId, id]);
  return rowCount === 0 ? 'unknown' : 'wrong_status';
}
