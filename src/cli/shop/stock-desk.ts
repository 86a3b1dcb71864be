// Stock as the API shows it: counts, to whom the reserved copies are promised, changes by hand, and what to pick.
import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { stockAdjustments } from '../../../schema/desk.ts';
import { BadCursor } from '../../web/deps.ts';
import type { StockDesk } from '../../web/deps.ts';
import type { InventoryItem } from '../../web/wire/stock.ts';
import { staffNames } from './inbox/keepers.ts';
import { importLines } from './import-lines.ts';
import type { Shop } from './open-shop.ts';
import { pickList } from './pick-list.ts';
import { parseCursor } from './place.ts';

export function stockDesk(shop: Shop): StockDesk {
  const { catalogue, stock } = shop.services;
  let isImporting = false;
  return {
    async change(storeId, isbn13, { reason = null, ...change }, staffId) {
      const [book] = await catalogue.get(storeId, [isbn13]);
      if (!book) return 'unknown_book';
      const answer = await stock.adjust({ storeId, isbn13, ...change, by: { staffId, reason } });
      return 'refused' in answer ? 'too_few' : answer;
    },
    list: (query) => (query.q.trim() === '' ? listAll(shop, query) : search(shop, query)),
    adjustments: (query) => adjustments(shop, query),
    pickList: (storeId) => pickList(shop, storeId),
    importCsv(storeId, csv) {
      if (isImporting) return null;
      isImporting = true;
      return importLines(shop, storeId, csv, () => (isImporting = false));
    },
  };
}

type ListQuery = Parameters<StockDesk['list']>[0];
const Place = z.tuple([z.string(), z.string()]);
const Row = z.object({
  isbn13: z.string(),
  title: z.string(),
  authors: z.array(z.string()),
  year: z.number().nullable(),
  price_cents: z.number(),
  currency: z.string(),
  shelf: z.string().nullable(),
  on_hand: z.number(),
  reserved: z.number(),
});

const BOOKS = `
  SELECT b.isbn13, b.title, b.authors, b.year, b.price_cents, b.currency, b.shelf, coalesce(i.on_hand, 0) AS on_hand, coalesce(i.reserved, 0) AS reserved
  FROM books b LEFT JOIN inventory i ON i.store_id = b.store_id AND i.isbn13 = b.isbn13 WHERE b.store_id = $1`;

/** By title. */
async function listAll(shop: Shop, { storeId, reservedOnly, cursor, limit }: ListQuery) {
  const after = cursor === undefined ? null : parseCursor(Place, Buffer.from(cursor, 'base64url').toString('utf8'));
  const only = reservedOnly ? 'AND i.reserved > 0' : '';
  const { rows } = await shop.database.pool.query(
    `${BOOKS} ${only} AND ($2::text IS NULL OR (b.title, b.isbn13) > ($2, $3)) ORDER BY b.title, b.isbn13 LIMIT $4`,
    [storeId, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  const items = await withPromises(shop, storeId, rows.slice(0, limit));
  const last = rows.length > limit ? items.at(-1) : undefined;
  const nextCursor = last ? Buffer.from(JSON.stringify([last.title, last.isbn13])).toString('base64url') : null;
  return { items, nextCursor };
}

/** Best first, on one page. */
async function search(shop: Shop, { storeId, q, reservedOnly, limit }: ListQuery) {
  const found = (await shop.services.catalogue.search(storeId, q, limit)).map(({ isbn13 }) => isbn13);
  const { rows } = await shop.database.pool.query(`${BOOKS} AND b.isbn13 = ANY ($2)`, [storeId, found]);
  const items = await withPromises(shop, storeId, rows);
  const ranked = items.sort((a, b) => found.indexOf(a.isbn13) - found.indexOf(b.isbn13));
  return { items: ranked.filter(({ reserved }) => !reservedOnly || reserved > 0), nextCursor: null };
}

type PromisedRow = { isbn13: string; order_id: string; copies: number; expires_at: Date };

async function withPromises({ database }: Shop, storeId: number, raw: unknown[]): Promise<InventoryItem[]> {
  const books = raw.map((row) => Row.parse(row));
  const promised = books.filter(({ reserved }) => reserved > 0).map(({ isbn13 }) => isbn13);
  const { rows } = await database.pool.query<PromisedRow>(
    `SELECT l.isbn13, r.order_id, l.copies, r.expires_at
     FROM reservations r, jsonb_to_recordset(r.lines) AS l (isbn13 text, copies int)
     WHERE r.store_id = $1 AND r.state = 'held' AND l.isbn13 = ANY ($2) ORDER BY r.created_at`,
    [storeId, promised],
  );
  return books.map(({ price_cents: priceCents, on_hand: onHand, ...book }) => {
    const mine = rows.filter(({ isbn13 }) => isbn13 === book.isbn13);
    const reservedBy = mine.map(({ order_id: orderId, copies, expires_at: until }) => {
      return { orderId, copies, until: until.toISOString() };
    });
    return { ...book, priceCents, onHand, reservedBy };
  });
}

async function adjustments(shop: Shop, { storeId, isbn13, cursor, limit }: Parameters<StockDesk['adjustments']>[0]) {
  if (cursor !== undefined && !z.uuid().safeParse(cursor).success) throw new BadCursor('not a cursor of this list');
  const mine = and(eq(stockAdjustments.storeId, storeId), eq(stockAdjustments.isbn13, isbn13));
  const rows = await shop.db
    .select()
    .from(stockAdjustments)
    .where(and(mine, cursor === undefined ? undefined : lt(stockAdjustments.id, cursor)))
    .orderBy(desc(stockAdjustments.id))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const names = await staffNames(
    shop.database.pool,
    page.map(({ staffId }) => staffId),
  );
  const items = page.map(({ id, at, staffId, onHandBefore: from, onHandAfter: to, reason }) => {
    return {
      id,
      at: at.toISOString(),
      isbn13,
      by: { id: staffId, name: names.get(staffId) ?? staffId },
      from,
      to,
      reason,
    };
  });
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
