// "People who bought this bought that": counted from the orders themselves at the moment of asking. A pair is told only
// where so many different customers stand behind it that nobody's own purchase can be read out of it.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from './db.ts';
import { SOLD_STATES } from './order-states.ts';

/** Fewer different customers are never spoken of. Whoever asks is not among them: what they have is not recommended to them. */
export const BUYERS_MIN = 3;
/** What is bought hardly more often than by chance says nothing of taste. */
const LIFT_MIN = 1.5;
/** How unlikely chance alone is, as the logarithm of a likelihood ratio (Poisson): about 1 in 100 pairs reach it by luck. */
const EVIDENCE_MIN = 3;
/** The newest orders speak for taste, and bound the work of one answer however old the shop is. */
const ORDERS_MAX = 5_000;
const COMPANIONS_MAX = 40;

/** `lift`: how many times likelier a buyer of the one is to have bought this than any customer is. */
const Companion = z.object({ isbn13: z.string(), buyers: z.number().min(BUYERS_MIN), lift: z.number().min(LIFT_MIN) });
export type Companion = z.infer<typeof Companion>;

/** What buyers of one book bought too, at most 40, the surest first; customers count, not copies. Empty while too few bought. */
export async function boughtTogether(db: Db, storeId: number, isbn13: string): Promise<Companion[]> {
  const { rows } = await db.execute(companionsOf(storeId, isbn13));
  return rows.map((row) => Companion.parse(row));
}

/** Lines are looked up order by order whatever the planner thinks of the table (OFFSET 0): it may have grown since. */
export function companionsOf(storeId: number, isbn13: string) {
  const sold = sql.join(
    SOLD_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  return sql`
    WITH newest AS MATERIALIZED (
      SELECT id, customer_key, state FROM orders WHERE store_id = ${storeId}
      ORDER BY created_at DESC, id DESC LIMIT ${ORDERS_MAX}),
    had AS MATERIALIZED (
      SELECT DISTINCT o.customer_key, l.isbn13 FROM newest o, LATERAL (
        SELECT isbn13 FROM order_lines WHERE store_id = ${storeId} AND order_id = o.id OFFSET 0) l
      WHERE o.state IN (${sold})),
    crowds AS MATERIALIZED (SELECT isbn13, count(*)::float8 AS customers FROM had GROUP BY 1),
    everyone AS MATERIALIZED (SELECT count(*)::float8 AS customers FROM (SELECT DISTINCT customer_key FROM had) each),
    theirs AS MATERIALIZED (
      SELECT h.isbn13, count(*)::int AS buyers FROM had b JOIN had h USING (customer_key)
      WHERE b.isbn13 = ${isbn13} AND h.isbn13 <> ${isbn13} GROUP BY 1 HAVING count(*) >= ${BUYERS_MIN}),
    weighed AS MATERIALIZED (
      SELECT theirs.isbn13, buyers, mine.customers * crowds.customers / everyone.customers AS by_chance
      FROM theirs JOIN crowds USING (isbn13), everyone, crowds mine WHERE mine.isbn13 = ${isbn13}),
    judged AS MATERIALIZED (
      SELECT isbn13, buyers, buyers / by_chance AS lift,
        buyers * ln(buyers / by_chance) - (buyers - by_chance) AS evidence FROM weighed)
    SELECT isbn13, buyers, lift FROM judged WHERE lift >= ${LIFT_MIN} AND evidence >= ${EVIDENCE_MIN}
    ORDER BY evidence DESC, isbn13 LIMIT ${COMPANIONS_MAX}`;
}
