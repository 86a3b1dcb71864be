// The rows of `inventory`: locked in ISBN order, changed together, and never assumed to exist.
import { and, asc, inArray, eq, sql } from 'drizzle-orm';
import { inventory } from '../../../schema/commerce.ts';
import type { StockLine } from '../../../schema/commerce.ts';
import type { Db, Tx } from '../db.ts';
import type { Counts } from './stock.ts';

const columns = { isbn13: inventory.isbn13, onHand: inventory.onHand, reserved: inventory.reserved };

export function readCounts(db: Db | Tx, storeId: number, isbn13s: string[]): Promise<Counts[]> {
  return select(db, storeId, isbn13s);
}

/** Locks the rows until the transaction ends; a waiter reads them as the one before it left them. */
export function lockCounts(tx: Tx, storeId: number, isbn13s: string[]): Promise<Counts[]> {
  return select(tx, storeId, isbn13s).for('no key update');
}

function select(db: Db | Tx, storeId: number, isbn13s: string[]) {
  return db.select(columns).from(inventory).where(among(storeId, isbn13s)).orderBy(asc(inventory.isbn13));
}

/** `version` changes with every change of the row, also with one to the figure that it had. */
export type Versioned = Counts & { version: string };
const versioned = { ...columns, version: sql<string>`${inventory}.xmin::text` };

export function readVersions(db: Db | Tx, storeId: number, isbn13s: string[]): Promise<Versioned[]> {
  return db.select(versioned).from(inventory).where(among(storeId, isbn13s));
}

/** Locks the row until the transaction ends. */
export async function lockVersion(tx: Tx, storeId: number, isbn13: string): Promise<Versioned | undefined> {
  const [row] = await tx
    .select(versioned)
    .from(inventory)
    .where(among(storeId, [isbn13]))
    .for('no key update');
  return row;
}

function among(storeId: number, isbn13s: string[]) {
  return and(eq(inventory.storeId, storeId), inArray(inventory.isbn13, isbn13s));
}

/** One line a book, in ISBN order. */
export function mergeLines(lines: StockLine[]): StockLine[] {
  const copies = new Map<string, number>();
  for (const line of lines) copies.set(line.isbn13, (copies.get(line.isbn13) ?? 0) + line.copies);
  return [...copies]
    .map(([isbn13, count]) => ({ isbn13, copies: count }))
    .sort((a, b) => (a.isbn13 < b.isbn13 ? -1 : 1));
}

/** The counts of the books of which fewer than `lines` asks for are free; a book never counted has none. */
export function shortOf(lines: StockLine[], counts: Counts[]): Counts[] {
  const known = new Map(counts.map((count) => [count.isbn13, count]));
  return lines.flatMap(({ isbn13, copies }) => {
    const count = known.get(isbn13) ?? { isbn13, onHand: 0, reserved: 0 };
    return count.onHand - count.reserved < copies ? [count] : [];
  });
}

/** How much each copy of a line moves the two counts. */
export type Move = { onHand: -1 | 0 | 1; reserved: -1 | 0 | 1 };
export const PROMISE: Move = { onHand: 0, reserved: 1 };
/** A copy that comes into the shop for somebody. */
export const COME_IN: Move = { onHand: 1, reserved: 1 };
export const GIVE_BACK: Move = { onHand: 0, reserved: -1 };
export const HAND_OVER: Move = { onHand: -1, reserved: -1 };
export const HAND_OVER_FREE: Move = { onHand: -1, reserved: 0 };
export const TAKE_BACK: Move = { onHand: 1, reserved: 0 };

/** Moves the counts of locked rows; throws, and so rolls back, when a row is missing or would break a bound. */
export async function moveCounts(tx: Tx, storeId: number, lines: StockLine[], move: Move): Promise<void> {
  const isbn13s = lines.map((line) => line.isbn13);
  const copies = lines.map((line) => line.copies);
  const moved = await tx.execute(sql`
    update inventory set
      on_hand = on_hand + ${move.onHand}::int * line.copies,
      reserved = reserved + ${move.reserved}::int * line.copies,
      updated_at = now()
    from unnest(${sql.param(isbn13s)}::text[], ${sql.param(copies)}::int[]) as line (isbn13, copies)
    where store_id = ${storeId} and inventory.isbn13 = line.isbn13`);
  if (moved.rowCount !== lines.length)
    throw new Error(`moved ${moved.rowCount} of ${lines.length} books of store ${storeId}`);
}
