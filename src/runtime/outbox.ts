// The outbox as staff see it: commands with what became of them, and dead letters.
import type pg from 'pg';
import { z } from 'zod';
import type { Carrier } from './carrier.ts';
import { UNCLAIMED_MS } from './batch-writes.ts';

export type CommandView = {
  id: string;
  actorKey: string;
  kind: string;
  name: string;
  status: string;
  attempt: number;
  code: string | null;
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
};

const Row = z.object({
  id: z.string(),
  actor_key: z.string(),
  kind: z.string(),
  name: z.string(),
  status: z.string(),
  attempt: z.number(),
  code: z.string().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});

export function createOutbox({ pool, carrier, now }: { pool: pg.Pool; carrier: Carrier; now: () => number }): Outbox {
  return {
    async list({ storeId, status, actorKey, name, before, limit }) {
      const { rows } = await pool.query(
        `SELECT id, actor_key, kind, name, status, attempt, code, created_at, finished_at FROM commands
         WHERE store_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR actor_key = $3)
           AND ($4::text IS NULL OR name = $4) AND ($5::uuid IS NULL OR id < $5)
         ORDER BY id DESC LIMIT $6`,
        [storeId, status ?? null, actorKey ?? null, name ?? null, before ?? null, limit],
      );
      return rows.map((row) => viewOf(row));
    },
    async retry(storeId, id) {
      const { rows } = await pool.query<{ attempt: number }>(
        `UPDATE commands SET status = 'pending', attempt = attempt + 1, failures = 0, code = NULL, finished_at = NULL, due_at = $3
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
  };
}

function viewOf(raw: unknown): CommandView {
  const { actor_key: actorKey, created_at: createdAt, finished_at: finishedAt, ...row } = Row.parse(raw);
  return { actorKey, createdAt, finishedAt, ...row };
}

async function whyNot(pool: pg.Pool, storeId: number, id: string): Promise<DeskAnswer> {
  const { rowCount } = await pool.query('SELECT 1 FROM commands WHERE store_id = $1 AND id = $2', [storeId, id]);
  return rowCount === 0 ? 'unknown' : 'wrong_status';
}
