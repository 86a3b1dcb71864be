// Bubbles whose sender gave up, because the database was away for longer than it tries: nobody else would send them.
import { createOutbox } from '../../runtime/outbox.ts';
import type { Shop } from './open-shop.ts';

const PER_ROUND_MAX = 100;

type Deps = Pick<Shop, 'database' | 'carrier' | 'vault'> & { now: () => number };

/** Lets failed senders try again where bubbles still wait; answers how many. */
export async function freeStuckBubbles({ database, carrier, vault, now }: Deps): Promise<number> {
  const { rows } = await database.pool.query<{ store_id: number; id: string }>(
    `SELECT DISTINCT ON (c.store_id, c.actor_key) c.store_id, c.id FROM commands c
     WHERE c.status = 'failed' AND c.name = 'deliver' AND EXISTS (
       SELECT 1 FROM messages m WHERE m.store_id = c.store_id AND m.actor_key = c.actor_key AND m.status IN ('queued', 'sending'))
     ORDER BY c.store_id, c.actor_key, c.finished_at DESC LIMIT ${PER_ROUND_MAX}`,
  );
  const outbox = createOutbox({ pool: database.pool, carrier, vault, now });
  for (const { store_id: storeId, id } of rows) await outbox.retry(storeId, id);
  return rows.length;
}
