// Which conversations a person has, who that is, and when Marty takes them back by himself.
import { z } from 'zod';
import type { Keeper } from '../../../web/wire/inbox.ts';
import type { Shop } from '../open-shop.ts';

const KEPT_MAX = 1_000;
const Held = z.object({ context: z.object({ staffId: z.string().nullable() }) });
const Row = z.object({
  key: z.string(),
  snapshot: z.string().transform((text) => Held.parse(JSON.parse(text))),
  until: z.date().nullable(),
});

/** By actor key. @param keys of these actors only */
export async function keepersOf(
  { database: { pool } }: Pick<Shop, 'database'>,
  storeId: number,
  keys: readonly string[] | null,
): Promise<Map<string, Keeper>> {
  const { rows } = await pool.query(
    `SELECT a.key, a.snapshot, (SELECT min(due_at) FROM timers
         WHERE store_id = a.store_id AND actor_key = a.key AND id LIKE 'xstate.after.staffLease.%') AS until
     FROM actors a WHERE a.store_id = $1 AND a.machine = 'customer' AND a.tags <> '[]' AND a.tags LIKE '%"staff"%'
       AND a.snapshot IS NOT NULL AND ($2::uuid[] IS NULL OR a.key = ANY ($2)) LIMIT ${KEPT_MAX}`,
    [storeId, keys],
  );
  const held = rows.map((row) => Row.parse(row));
  const names = await staffNames(
    pool,
    held.map(({ snapshot }) => snapshot.context.staffId ?? ''),
  );
  return new Map(
    held.map(({ key, snapshot, until }) => {
      const id = snapshot.context.staffId ?? 'staff';
      return [key, { id, name: names.get(id) ?? id, until: until?.toISOString() ?? null }];
    }),
  );
}

/** What people call these accounts; ids that are no account's, such as a token's, are left out. */
export async function staffNames(pool: Shop['database']['pool'], ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM staff WHERE id::text = ANY ($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
