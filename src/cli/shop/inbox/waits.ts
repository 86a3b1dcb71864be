// Which conversations wait for a person, why, and since when. Few at any time, so all of them are found at once, each
// kind by an index that holds little else.
import type pg from 'pg';
import { z } from 'zod';
import { WaitReason } from '../../../web/wire/inbox.ts';
import { STRANDED } from '../stranded.ts';

/** `why` is a code that says more: the chart's reason, the order's concern, why a bubble failed. */
export type Wait = { reason: WaitReason; why: string | null; since: Date; orderId: string | null };

const Row = z.object({
  key: z.string(),
  reason: WaitReason,
  why: z.string().nullable(),
  since: z.date(),
  order_id: z.string().nullable(),
});

/** Of each kind; a shop with more has other worries than the order of its list. */
const EACH_MAX = 1_000;
/** How far back in a transcript its last turn of speech is looked for. */
const LOOK_BACK = 50;
/** Bubbles that failed longer ago are history. */
const UNDELIVERED_DAYS = 14;

// The chart knows since when a person is needed, and why. After a takeover, the customer speaks last where no bubble follows.
const SQL = `
  WITH tagged AS MATERIALIZED (
    SELECT a.key, a.tags LIKE '%"needsStaff"%' AS asked, t.heard_at, a.snapshot::jsonb #> '{context,needsStaff}' AS need
    FROM actors a JOIN threads t ON t.store_id = a.store_id AND t.actor_key = a.key
    WHERE a.store_id = $1 AND a.machine = 'customer' AND a.tags <> '[]' AND t.heard_at IS NOT NULL
    ORDER BY t.heard_at LIMIT ${EACH_MAX}
  )
  SELECT key, CASE need ->> 'reason' WHEN 'unanswered' THEN 'unanswered' ELSE 'asked' END AS reason, need ->> 'reason' AS why,
    coalesce(to_timestamp((need ->> 'sinceMs')::numeric / 1000), heard_at) AS since, NULL::uuid AS order_id
  FROM tagged WHERE asked
  UNION ALL
  SELECT key, 'unanswered', NULL, unheard.since, NULL
  FROM tagged, LATERAL (
    SELECT min(at) AS since FROM (
      SELECT at, direction, bool_or(direction = 'outbound') OVER (ORDER BY id DESC) AS answered
      FROM (SELECT id, at, direction FROM messages WHERE store_id = $1 AND actor_key = key ORDER BY id DESC LIMIT ${LOOK_BACK}) recent
    ) marked WHERE NOT answered) unheard
  WHERE NOT asked AND unheard.since IS NOT NULL
  UNION ALL
  (SELECT m.actor_key, 'undelivered', max(m.reason), min(m.updated_at), NULL
   FROM messages m JOIN threads t ON t.store_id = m.store_id AND t.actor_key = m.actor_key
   WHERE m.store_id = $1 AND m.status IN ('failed', 'unknown') AND m.at > $2 AND (t.read_at IS NULL OR m.updated_at > t.read_at)
   GROUP BY m.actor_key LIMIT ${EACH_MAX})
  UNION ALL
  (SELECT customer_key, 'order', (array_agg(concern ORDER BY updated_at))[1], min(updated_at), (array_agg(id ORDER BY updated_at))[1]
   FROM orders WHERE store_id = $1 AND concern IS NOT NULL GROUP BY customer_key LIMIT ${EACH_MAX})
  UNION ALL
  (SELECT i.actor_key, 'aside', NULL, min(i.created_at), NULL
   FROM inbox i JOIN actors a ON a.store_id = i.store_id AND a.key = i.actor_key
   WHERE i.store_id = $1 AND i.state = 'aside' AND a.machine = 'customer' GROUP BY i.actor_key LIMIT ${EACH_MAX})
  UNION ALL
  (SELECT key, 'aside', NULL, updated_at, NULL FROM actors
   WHERE store_id = $1 AND status = 'aside' AND machine = 'customer' LIMIT ${EACH_MAX})
  UNION ALL
  (SELECT a.key, 'aside', NULL, min(i.created_at), NULL
   FROM inbox i JOIN actors a ON a.store_id = i.store_id AND a.key = i.actor_key
   WHERE i.store_id = $1 AND ${STRANDED} AND a.status = 'active' AND a.machine = 'customer' GROUP BY a.key LIMIT ${EACH_MAX})`;

/** By actor key; the reasons of one conversation longest waiting first, and so the conversations. */
export async function waitsOf(pool: pg.Pool, storeId: number, nowMs: number): Promise<Map<string, Wait[]>> {
  const horizon = new Date(nowMs - UNDELIVERED_DAYS * 24 * 60 * 60_000);
  const { rows } = await pool.query(SQL, [storeId, horizon]);
  const waits = new Map<string, Wait[]>();
  const sorted = rows.map((row) => Row.parse(row)).sort((a, b) => a.since.getTime() - b.since.getTime());
  for (const { key, reason, why, since, order_id: orderId } of sorted) {
    const known = waits.get(key);
    if (known) known.push({ reason, why, since, orderId });
    else waits.set(key, [{ reason, why, since, orderId }]);
  }
  return waits;
}
