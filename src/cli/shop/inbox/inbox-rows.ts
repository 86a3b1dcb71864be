// The rows that the inbox is made of: whose they are, how they stand, what was said last. Every list is walked along an
// index, newest text first, whatever it is filtered by; message text is opened for the rows of one page only.
import type pg from 'pg';
import { z } from 'zod';
import { standingSql, standsInSql } from '../../../runtime/resting.ts';
import type { MessageStatus } from '../../../../schema/messages.ts';

const Buf = z.instanceof(Buffer);
const Row = z.object({
  key: z.string(),
  status: z.string(),
  standing: z.string().nullable(),
  tags: z.string(),
  address_sealed: Buf.nullable(),
  data_key: Buf.nullable(),
  name_sealed: Buf.nullable(),
  heard_at: z.date(),
  unread: z.number(),
  opted_out: z.boolean(),
});
export type InboxRow = z.infer<typeof Row>;

const ROWS = `
  SELECT a.key, a.status, ${standingSql('a')} AS standing, a.tags, a.address_sealed, a.data_key, c.name_sealed, t.heard_at, t.unread, t.opted_out
  FROM threads t JOIN actors a ON a.store_id = t.store_id AND a.key = t.actor_key
  LEFT JOIN customers c ON c.store_id = t.store_id AND c.actor_key = t.actor_key
  WHERE t.store_id = $1 AND t.heard_at IS NOT NULL`;

export type RowsQuery = {
  storeId: number;
  unreadOnly: boolean;
  /** Only these actors. */
  keys?: readonly string[] | undefined;
  /** A condition on where the actor stands. */
  state?: StateCondition | undefined;
  /** Continues below this text. */
  before?: { at: Date; id: string } | undefined;
  limit: number;
};
export type StateCondition =
  { standings: readonly string[] } | { valueLike: string } | { tag: string } | { optedOut: boolean };

/** Newest text first. Only the conditions that are asked for are part of the statement, so that each has its own plan. */
export async function inboxRows(pool: pg.Pool, query: RowsQuery): Promise<InboxRow[]> {
  const values: unknown[] = [query.storeId];
  const given = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(query.unreadOnly ? ['t.unread > 0'] : []),
    ...(query.keys ? [`t.actor_key = ANY (${given(query.keys)}::uuid[])`] : []),
    ...(query.state ? [stateSql(query.state, given)] : []),
    ...(query.before
      ? [`(t.heard_at, t.actor_key) < (${given(query.before.at)}::timestamptz, ${given(query.before.id)}::uuid)`]
      : []),
  ];
  const text = [ROWS, ...conditions].join(' AND ');
  const order = `ORDER BY t.heard_at DESC, t.actor_key DESC LIMIT ${given(query.limit)}`;
  const { rows } = await pool.query(`${text} ${order}`, values);
  return rows.map((row) => Row.parse(row));
}

function stateSql(state: StateCondition, given: (value: unknown) => string): string {
  if ('standings' in state)
    return `a.machine = 'customer' AND ${standsInSql('a', `${given(state.standings)}::text[]`)}`;
  if ('tag' in state) return `a.machine = 'customer' AND a.tags <> '[]' AND a.tags LIKE ${given(`%"${state.tag}"%`)}`;
  if ('optedOut' in state) return `t.opted_out = ${given(state.optedOut)}`;
  return `a.value LIKE ${given(state.valueLike)}`;
}

const Last = z.object({
  key: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  by: z.enum(['customer', 'marty', 'staff']),
  body_sealed: Buf,
  status: z.custom<MessageStatus>((value) => typeof value === 'string'),
  at: z.date(),
});
export type LastMessage = z.infer<typeof Last>;

/** The newest message of each of these actors, by key. */
export async function lastMessages(
  pool: pg.Pool,
  storeId: number,
  keys: readonly string[],
): Promise<Map<string, LastMessage>> {
  const { rows } = await pool.query(
    `SELECT k.key, m.direction, m.by, m.body_sealed, m.status, m.at FROM unnest($2::uuid[]) AS k (key), LATERAL (
       SELECT direction, by, body_sealed, status, at FROM messages WHERE store_id = $1 AND actor_key = k.key
       ORDER BY id DESC LIMIT 1) m`,
    [storeId, keys],
  );
  return new Map(rows.map((raw) => Last.parse(raw)).map((row) => [row.key, row]));
}

/** How many orders of each of these customers are not over, by key; who has none is left out. @param over states of no more concern */
export async function openOrderCounts(
  pool: pg.Pool,
  storeId: number,
  keys: readonly string[],
  open: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ customer_key: string; count: number }>(
    `SELECT customer_key, count(*)::int AS count FROM orders
     WHERE store_id = $1 AND customer_key = ANY ($2::uuid[]) AND state = ANY ($3) GROUP BY customer_key`,
    [storeId, keys, open],
  );
  return new Map(rows.map(({ customer_key: key, count }) => [key, count]));
}
