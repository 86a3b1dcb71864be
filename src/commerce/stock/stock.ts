// Copies on the shelf and copies promised. Each change is one transaction that locks the order first and then its
// books in ISBN order, so two customers never deadlock and the last copy is promised once.
import type { StockLine } from '../../../schema/commerce.ts';
import type { Db } from '../db.ts';
import { adjust } from './adjust.ts';
import { readCounts } from './counts.ts';
import { receive } from './receive.ts';
import { covers, forgo, release, takeBack, undoArrival, undoSale, withdraw } from './release.ts';
import { reserve } from './reserve.ts';
import { sell } from './sell.ts';
import { sweepExpired } from './sweep.ts';

/** What stands in the shop, and what of it is promised. */
export type Counts = { isbn13: string; onHand: number; reserved: number };

export type ReserveRequest = {
  storeId: number;
  /** The reservation's id, a UUID made by the caller. */
  id: string;
  orderId: string;
  /** 1…50 lines, copies ≥ 1; lines of the same book are added up. */
  lines: StockLine[];
  expiresAt: Date;
  /** The intent: reserving twice under one key answers the same. */
  key: string;
  /** Entries of the same customer in the waiting list: copies that are set aside for these are given back in the same transaction, and so may be used. */
  insteadOf?: string[];
};
/** `withdrawn`: the key was given up before the reservation was made, and never reserves again. */
export type ReserveAnswer =
  { reservationId: string } | { refused: 'sold_out'; short: Counts[] } | { refused: 'withdrawn' };

/** `by` is who counted and why: kept with the change. */
export type AdjustRequest = { storeId: number; isbn13: string; by?: { staffId: string; reason: string | null } } & (
  { delta: number } | { onHand: number }
);
export type AdjustAnswer = Counts | { refused: 'under_reserved'; counts: Counts };

export type SweepRequest = {
  now: Date;
  /** How long past its expiry an ended or unknown order may keep copies. */
  graceMs: number;
  /** The same for an order that still waits: its own timer should have ended it long before. */
  stuckMs: number;
  /** At most this many reservations in one call. */
  limit: number;
  /** One that cannot be given back does not stop the others. */
  onError: (error: unknown) => void;
};

export type Stock = {
  /** All lines or none. Another held reservation of the same order is replaced in the same transaction. */
  reserve(request: ReserveRequest): Promise<ReserveAnswer>;
  /** Copies that come into the shop for one order: counted and promised to it at once. */
  receive(request: ReserveRequest): Promise<Exclude<ReserveAnswer, { refused: 'sold_out' }>>;
  /** Gives back what came in for an order of which nobody heard, unless it still waits for it or was sold. */
  undoArrival(order: { storeId: number; orderId: string }): Promise<void>;
  /** Gives back what the order holds; nothing when it holds nothing. */
  release(order: { storeId: number; orderId: string }): Promise<void>;
  /** Undoes one `reserve`, also one that has not happened yet. */
  withdraw(request: ReserveRequest): Promise<void>;
  /** Whether the order's lines are promised to it, or could be now. */
  covers(order: { storeId: number; orderId: string; lines: StockLine[] }): Promise<boolean>;
  /** Takes a paid order's copies out of the shop, once; a lapsed reservation is honoured while copies are free. */
  sell(order: { storeId: number; orderId: string }): Promise<'sold' | 'sold_out'>;
  /** Puts the sold copies of an order that was given up back on the shelf, once; it is not sold again but by a new reservation, or where the order is taken on again. */
  takeBack(order: { storeId: number; orderId: string }): Promise<void>;
  /** An order whose money goes back and whose copies never left the shop: they are not sold any more, and Square, whose link sold them, hears so once. */
  forgo(order: { storeId: number; orderId: string }): Promise<void>;
  /** Takes back a sale of which nobody heard, unless the order stands as sold: then it was taken on again. */
  undoSale(order: { storeId: number; orderId: string }): Promise<void>;
  /** Gives back what nobody will pay for any more; answers how many reservations. */
  sweepExpired(request: SweepRequest): Promise<number>;
  /** Counts the shelf anew; never under what is promised. */
  adjust(request: AdjustRequest): Promise<AdjustAnswer>;
  /** Only books that the shop has ever counted. */
  counts(storeId: number, isbn13s: string[]): Promise<Counts[]>;
};

export function createStock(db: Db): Stock {
  return {
    reserve: (request) => reserve(db, request),
    receive: (request) => receive(db, request),
    undoArrival: (order) => undoArrival(db, order),
    release: (order) => release(db, order),
    withdraw: (request) => withdraw(db, request),
    covers: (order) => covers(db, order),
    sell: (order) => sell(db, order),
    takeBack: (order) => takeBack(db, order),
    forgo: (order) => forgo(db, order),
    undoSale: (order) => undoSale(db, order),
    sweepExpired: (request) => sweepExpired(db, request),
    adjust: (request) => adjust(db, request),
    counts: (storeId, isbn13s) => readCounts(db, storeId, isbn13s),
  };
}
