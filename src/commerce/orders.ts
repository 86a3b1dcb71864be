// Orders as staff, customers and the API read them. Nothing here changes an order: only its actor does.
import { and, asc, desc, eq, getTableColumns, inArray, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import { orderLines, orders, tillIntents } from '../../schema/commerce.ts';
import type { OrderConcern, OrderLine, OrderState } from '../../schema/order.ts';
import type { Db } from './db.ts';
import { statusWords } from './order-status.ts';

/** An order as `GET /api/orders` shows it; `customer` is the customer's actor key. Times are ISO 8601, money is cents. */
export type OrderView = {
  id: string;
  state: OrderState;
  customer: string;
  fulfillment: 'pickup' | 'shipping' | 'hold';
  lines: OrderLine[];
  totalCents: number;
  currency: string;
  payment: { provider: string | null; reference: string | null; status: string; url: string | null };
  /** Why a person in the shop should look at it. */
  concern: OrderConcern | null;
  /** When a held book goes back on the shelf. */
  heldUntil: string | null;
  tracking: string | null;
  createdAt: string;
  updatedAt: string;
};
export type OrdersQuery = {
  storeId: number;
  state?: OrderState | undefined;
  /** A customer's actor key. */
  customer?: string | undefined;
  /** Part of a title, an ISBN, or the beginning of an order's id. */
  q?: string | undefined;
  /** Actor keys of the customers whom `q` names: their orders fit as well. */
  people?: readonly string[] | undefined;
  /** Goes on below this order: the `next` of the page before. */
  before?: OrderPlace | undefined;
  limit: number;
};
/** Where an order stands in the list. */
export type OrderPlace = { at: Date; id: string };
/** `next` is the last order of a page that is not the last one. */
export type OrdersPage = { items: OrderView[]; next: OrderPlace | null };

type Row = typeof orders.$inferSelect & { provider: string | null };

/** Newest first. */
export async function listOrders(db: Db, query: OrdersQuery): Promise<OrdersPage> {
  const rows = await select(db)
    .where(and(eq(orders.storeId, query.storeId), ...filters(query)))
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  const next = last ? { at: last.createdAt, id: last.id } : null;
  return { items: await withLines(db, query.storeId, page), next };
}

export async function getOrder(db: Db, storeId: number, id: string): Promise<OrderView | null> {
  if (!z.uuid().safeParse(id).success) return null;
  const rows = await select(db).where(and(eq(orders.storeId, storeId), eq(orders.id, id)));
  const [view = null] = await withLines(db, storeId, rows);
  return view;
}

/** What to answer to "where's my order?": `status` is half a sentence, `url` is set while it can be paid. */
export type RecentOrder = {
  orderId: string;
  state: OrderState;
  status: string;
  titles: string[];
  totalCents: number;
  currency: string;
  url: string | null;
  tracking: string | null;
  heldUntil: Date | null;
  updatedAt: Date;
};

/** A customer's newest orders, newest first. @param limit default 5 */
export async function recentOrders(db: Db, storeId: number, customerKey: string, limit = 5): Promise<RecentOrder[]> {
  const rows = await select(db)
    .where(and(eq(orders.storeId, storeId), eq(orders.customerKey, customerKey)))
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .limit(limit);
  const lines = await linesOf(db, storeId, rows);
  return rows.map((row) => {
    const { id: orderId, state, totalCents, currency, tracking, heldUntil, updatedAt } = row;
    const titles = (lines.get(orderId) ?? []).map((line) => line.title);
    const url = state === 'awaitingPayment' ? row.paymentUrl : null;
    return {
      orderId,
      state,
      status: statusWords(row),
      titles,
      totalCents,
      currency,
      url,
      tracking,
      heldUntil,
      updatedAt,
    };
  });
}

function select(db: Db) {
  // Spelt out: in a list of one table's columns drizzle would leave out whose columns are meant.
  const provider = sql<string | null>`(select intent.provider from ${tillIntents} as intent
    where intent.store_id = "orders"."store_id" and intent.order_id = "orders"."id" limit 1)`;
  return db
    .select({ ...getTableColumns(orders), provider })
    .from(orders)
    .$dynamic();
}

function filters({ state, customer, q, people, before }: OrdersQuery): Array<SQL | undefined> {
  return [
    state && eq(orders.state, state),
    customer === undefined ? undefined : eq(orders.customerKey, customer),
    q ? mentions(q, people ?? []) : undefined,
    before && below(before),
  ];
}

function mentions(q: string, people: readonly string[]): SQL | undefined {
  const pattern = `%${escapeLike(q)}%`;
  return or(
    people.length > 0 ? inArray(orders.customerKey, [...people]) : undefined,
    sql`${orders.id}::text like ${`${escapeLike(q.toLowerCase())}%`}`,
    sql`exists (select from ${orderLines} where ${orderLines.storeId} = ${orders.storeId}
      and ${orderLines.orderId} = ${orders.id} and (${orderLines.title} ilike ${pattern} or ${orderLines.isbn13} = ${q}))`,
  );
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function below({ at, id }: OrderPlace): SQL {
  return sql`(${orders.createdAt}, ${orders.id}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`;
}

async function withLines(db: Db, storeId: number, rows: Row[]): Promise<OrderView[]> {
  const lines = await linesOf(db, storeId, rows);
  return rows.map((row) => viewOf(row, lines.get(row.id) ?? []));
}

async function linesOf(db: Db, storeId: number, rows: Row[]): Promise<Map<string, OrderLine[]>> {
  const lines = new Map<string, OrderLine[]>();
  if (rows.length === 0) return lines;
  const ids = rows.map((row) => row.id);
  const found = await db
    .select()
    .from(orderLines)
    .where(and(eq(orderLines.storeId, storeId), inArray(orderLines.orderId, ids)))
    .orderBy(asc(orderLines.orderId), asc(orderLines.position));
  for (const { orderId, isbn13, title, copies, priceCents } of found) {
    lines.set(orderId, [...(lines.get(orderId) ?? []), { isbn13, title, copies, priceCents }]);
  }
  return lines;
}

function viewOf(row: Row, lines: OrderLine[]): OrderView {
  const { id, state, fulfillment, totalCents, currency } = row;
  return {
    id,
    state,
    customer: row.customerKey,
    fulfillment,
    lines,
    totalCents,
    currency,
    payment: {
      provider: row.provider,
      reference: row.paymentReference,
      status: row.paymentStatus,
      url: row.paymentUrl,
    },
    concern: row.concern,
    heldUntil: row.heldUntil?.toISOString() ?? null,
    tracking: row.tracking,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
