// The counts behind the numbers: each one statement over the part of its table that lies in the days asked for.
import type pg from 'pg';
import { z } from 'zod';

/** Days of the shop's own calendar, both part of it. */
export type Span = { storeId: number; from: string; to: string; timezone: string };

// $1 store, $2 first day, $3 last day, $4 zone.
const SINCE = `($2::date)::timestamp AT TIME ZONE $4`;
const UNTIL = `($3::date + 1)::timestamp AT TIME ZONE $4`;
const DAY = (at: string) => `(${at} AT TIME ZONE $4)::date::text AS day`;
/** Message ids are UUIDv7: the months outside are not looked at. */
const ID = (at: string) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid`;
const MESSAGES = `messages m WHERE m.store_id = $1 AND m.id >= ${ID(SINCE)} AND m.id < ${ID(UNTIL)}`;

async function ask<Row>(pool: pg.Pool, row: z.ZodType<Row>, text: string, span: Span): Promise<Row[]> {
  const { rows } = await pool.query(text, [span.storeId, span.from, span.to, span.timezone]);
  return rows.map((raw) => row.parse(raw));
}

const Day = z.object({ day: z.string() });
const Texts = Day.extend({
  conversations: z.number(),
  texts_in: z.number(),
  bubbles_out: z.number(),
  undelivered: z.number(),
  fallbacks: z.number(),
});

/** A fallback is a line of Marty's about trouble of his own. */
export function textsByDay(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Texts,
    `SELECT ${DAY('m.at')}, count(DISTINCT m.actor_key) FILTER (WHERE m.direction = 'inbound')::int AS conversations,
       count(*) FILTER (WHERE m.direction = 'inbound')::int AS texts_in,
       count(*) FILTER (WHERE m.direction = 'outbound' AND m.status <> 'dropped')::int AS bubbles_out,
       count(*) FILTER (WHERE m.status IN ('failed', 'unknown'))::int AS undelivered,
       count(*) FILTER (WHERE m.line LIKE 'trouble.%')::int AS fallbacks
     FROM ${MESSAGES} GROUP BY 1`,
    span,
  );
}

// Runs of texts and runs of bubbles take turns; an answer is as late as its run is after the first text of the run before. The notice that
// a newcomer gets at once answers nobody.
const ANSWERS = `
  SELECT actor_key, at, direction, lead(at) OVER mine - at AS took FROM (
    SELECT m.actor_key, m.id, m.at, m.direction, lag(m.direction) OVER (PARTITION BY m.actor_key ORDER BY m.id) AS before
    FROM ${MESSAGES} AND m.status <> 'dropped' AND m.line IS DISTINCT FROM 'welcome.notice') said
  WHERE before IS DISTINCT FROM direction
  WINDOW mine AS (PARTITION BY actor_key ORDER BY id)`;
const PERCENTILE = (of: number) =>
  `round((percentile_cont(${of}) WITHIN GROUP (ORDER BY extract(epoch FROM took)))::numeric, 1)::float8`;

const Answers = Day.extend({ p50: z.number(), p95: z.number() });

/** Seconds from a customer's text to the answer, by the day of the text. */
export function answersByDay(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Answers,
    `SELECT ${DAY('at')}, ${PERCENTILE(0.5)} AS p50, ${PERCENTILE(0.95)} AS p95
     FROM (${ANSWERS}) answers WHERE direction = 'inbound' AND took IS NOT NULL GROUP BY 1`,
    span,
  );
}

const VariantOf = `SELECT m.actor_key, max(m.variant) AS variant FROM ${MESSAGES} AND m.variant IS NOT NULL GROUP BY 1`;

export function answersByVariant(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    z.object({ variant: z.string(), p50: z.number() }),
    `SELECT variant, ${PERCENTILE(0.5)} AS p50 FROM (${ANSWERS}) answers JOIN (${VariantOf}) of USING (actor_key)
     WHERE direction = 'inbound' AND took IS NOT NULL GROUP BY 1`,
    span,
  );
}

/** How many customers heard each variant. */
export function variantCrowds(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    z.object({ variant: z.string(), customers: z.number() }),
    `SELECT variant, count(*)::int AS customers FROM (${VariantOf}) of GROUP BY 1 ORDER BY 1`,
    span,
  );
}

const PAID = `('payment.completed', 'staff.pickedUp')`;

/**
 * Of the customers who heard a line of each variant in these days: how many there are, how many wrote again after the first one,
 * bought, and opted out. Each is counted once, so that they are shares of the same people.
 */
export function variantShares(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    z.object({
      variant: z.string(),
      customers: z.number(),
      answered: z.number(),
      bought: z.number(),
      opted_out: z.number(),
    }),
    `SELECT variant, count(*)::int AS customers, count(*) FILTER (WHERE EXISTS (
         SELECT FROM messages t WHERE t.store_id = $1 AND t.actor_key = heard.actor_key AND t.direction = 'inbound'
           AND t.id > heard.first AND t.id < ${ID(UNTIL)}))::int AS answered,
       count(*) FILTER (WHERE EXISTS (
         SELECT FROM orders o JOIN events e ON e.store_id = o.store_id AND e.actor_key = o.id
         WHERE o.store_id = $1 AND o.customer_key = heard.actor_key
           AND e.at >= ${SINCE} AND e.at < ${UNTIL} AND e.type IN ${PAID}))::int AS bought,
       count(*) FILTER (WHERE EXISTS (
         SELECT FROM consents c WHERE c.store_id = $1 AND c.actor_key = heard.actor_key AND c.change = 'revoked'
           AND c.at >= ${SINCE} AND c.at < ${UNTIL}))::int AS opted_out
     FROM (SELECT m.actor_key, max(m.variant) AS variant, min(m.id::text)::uuid AS first
       FROM ${MESSAGES} AND m.variant IS NOT NULL GROUP BY 1) heard
     GROUP BY 1 ORDER BY 1`,
    span,
  );
}

const Order = Day.extend({ customer_key: z.string() });

/** One row an order that was placed. */
export function ordersIn(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Order,
    `SELECT ${DAY('created_at')}, customer_key FROM orders WHERE store_id = $1 AND created_at >= ${SINCE} AND created_at < ${UNTIL}`,
    span,
  );
}

/** One row an order that was paid: by link when the money came, at the counter when it was picked up. */
export function salesIn(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Order.extend({ total_cents: z.number() }),
    `SELECT DISTINCT ON (o.id) ${DAY('e.at')}, o.customer_key, o.total_cents
     FROM events e JOIN orders o ON o.store_id = e.store_id AND o.id = e.actor_key
     WHERE e.store_id = $1 AND e.at >= ${SINCE} AND e.at < ${UNTIL} AND e.type IN ${PAID}
       AND NOT EXISTS (SELECT FROM events p WHERE p.store_id = e.store_id AND p.actor_key = e.actor_key AND p.seq < e.seq
         AND p.type IN ${PAID})
     ORDER BY o.id, e.seq`,
    span,
  );
}

export function consentsIn(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Order.extend({ change: z.enum(['granted', 'revoked']) }),
    `SELECT ${DAY('at')}, actor_key AS customer_key, change FROM consents WHERE store_id = $1 AND at >= ${SINCE} AND at < ${UNTIL}`,
    span,
  );
}

/** Tokens are kept by the day of UTC, which is what they are billed by. */
export function tokensByDay(pool: pg.Pool, span: Span) {
  return ask(
    pool,
    Day.extend({ input: z.number(), cached: z.number(), output: z.number() }),
    `SELECT day::text, sum(input_tokens)::int AS input, sum(cached_tokens)::int AS cached, sum(output_tokens)::int AS output
     FROM token_usage WHERE store_id = $1 AND day BETWEEN $2::date AND $3::date AND $4::text IS NOT NULL GROUP BY 1`,
    span,
  );
}

const STEPS = ['recommending', 'confirming', 'fulfillment', 'payment'] as const;

/** How many customers came at least so far, from their first text on. */
export async function funnelIn(pool: pg.Pool, span: Span): Promise<Array<{ state: string; customers: number }>> {
  const bits = STEPS.map((step, n) => `CASE WHEN e.value LIKE '%"${step}"%' THEN ${2 ** n} ELSE 0 END`);
  const [row] = await ask(
    pool,
    z.record(z.string(), z.number()),
    `SELECT count(*)::int AS wrote, ${STEPS.map((step, n) => `count(*) FILTER (WHERE far >= ${2 ** n})::int AS ${step}`).join(', ')}
     FROM (SELECT e.actor_key, bit_or(${bits.join(' | ')}) AS far FROM events e
       WHERE e.store_id = $1 AND e.at >= ${SINCE} AND e.at < ${UNTIL} AND e.value LIKE '{"conversation"%' GROUP BY 1) reached`,
    span,
  );
  return ['wrote', ...STEPS].map((state) => ({ state, customers: row?.[state] ?? 0 }));
}
