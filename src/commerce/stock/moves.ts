// Changes of our counts that Square does not make by itself are written down with the change, and told to it later: a
// Square that is away loses none. Books that Square does not count are left out.
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { tillIntents } from '../../../schema/commerce.ts';
import type { StockLine } from '../../../schema/commerce.ts';
import type { Tx } from '../db.ts';
import { LinkRequest } from '../till.ts';
import type { OrderRef } from './reservations.ts';

type Told = { kind: 'count' | 'adjustment'; reason: 'counted' | 'adjusted' | 'sold' | 'returned' };
/** A hold is rung up at Square's own counter, some time around when staff hand it over (ms). */
export const COUNTER_MS = 10 * 60_000;

/** `copies` may be negative in an adjustment. */
export async function noteMoves(tx: Tx, storeId: number, lines: StockLine[], { kind, reason }: Told): Promise<void> {
  const moved = lines.filter(({ copies }) => kind === 'count' || copies !== 0);
  if (moved.length === 0) return;
  const isbn13s = moved.map((line) => line.isbn13);
  const copies = moved.map((line) => line.copies);
  await tx.execute(sql`
    insert into stock_moves (store_id, isbn13, kind, copies, reason)
    select known.store_id, known.isbn13, ${kind}, line.copies, ${reason}
    from unnest(${sql.param(isbn13s)}::text[], ${sql.param(copies)}::int[]) as line (isbn13, copies)
    join square_variations known on known.store_id = ${storeId} and known.isbn13 = line.isbn13 and known.is_counted`);
}

/**
 * A sale through Square lowers both counts once: only lines that were sold there by name alone are told to it.
 * @param isAgain what the link sold was told back before: now all lines are
 */
export async function noteSale(tx: Tx, order: OrderRef, lines: StockLine[], isAgain: boolean): Promise<void> {
  const linked = await linkedBooks(tx, order);
  if (!linked) return lookLater(tx, order.storeId, lines);
  const untold = isAgain ? lines : lines.filter(({ isbn13 }) => !linked.has(isbn13));
  const sold = untold.map(({ isbn13, copies }) => ({ isbn13, copies: -copies }));
  await noteMoves(tx, order.storeId, sold, { kind: 'adjustment', reason: 'sold' });
}

/** Copies that a link sold and the shop never did: Square has counted them off, and only Square. */
export async function noteForgone(tx: Tx, order: OrderRef, lines: StockLine[]): Promise<void> {
  const linked = await linkedBooks(tx, order);
  const back = lines.filter(({ isbn13 }) => linked?.has(isbn13));
  await noteMoves(tx, order.storeId, back, { kind: 'adjustment', reason: 'returned' });
}

/** The books that Square itself counts off when the order's link is paid; null where there is no link. */
async function linkedBooks(tx: Tx, { storeId, orderId }: OrderRef): Promise<Set<string> | null> {
  const links = await tx
    .select({ request: tillIntents.request })
    .from(tillIntents)
    .where(
      and(
        eq(tillIntents.storeId, storeId),
        eq(tillIntents.orderId, orderId),
        eq(tillIntents.operation, 'link'),
        isNotNull(tillIntents.response),
      ),
    );
  return links.length === 0 ? null : new Set(links.flatMap(({ request }) => countedBySquare(request)));
}

function countedBySquare(request: unknown): string[] {
  const lines = LinkRequest.safeParse(request).data?.lines ?? [];
  return lines.flatMap(({ isbn13, catalogId }) => (catalogId === null ? [] : [isbn13]));
}

async function lookLater(tx: Tx, storeId: number, lines: StockLine[]): Promise<void> {
  const isbn13s = lines.map((line) => line.isbn13);
  await tx.execute(sql`
    insert into stock_checks (store_id, isbn13, due_at)
    select store_id, isbn13, now() + ${COUNTER_MS} * interval '1 millisecond' from square_variations
    where store_id = ${storeId} and isbn13 = any (${sql.param(isbn13s)}::text[]) and is_counted
    on conflict (store_id, isbn13) do update set calls = stock_checks.calls + 1`);
}
