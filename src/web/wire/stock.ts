// Wire formats of the stock desk: what stands in the shop, to whom it is promised, who changed the count and why.
import { z } from '@hono/zod-openapi';
import { Cursor, limit, pageOf, StoreSlug, text, Timestamp } from './common.ts';
import { BookItem } from './shop.ts';

export const InventoryItem = BookItem.extend({
  currency: z.string(),
  shelf: z.string().nullable(),
  /** The orders that the reserved copies are promised to. */
  reservedBy: z.array(z.object({ orderId: z.string(), copies: z.int(), until: Timestamp })),
}).openapi('InventoryItem');
export type InventoryItem = z.infer<typeof InventoryItem>;
export const InventoryPage = pageOf(InventoryItem);

/** Without `q` all books by title; with it the best matches first, on one page. `reserved=true`: only what is promised. */
export const InventoryQuery = z.object({
  q: text({ min: 0, max: 200 }).openapi({ type: 'string' }).default(''),
  reserved: z.enum(['true', 'false']).default('false'),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 100 }),
  store: StoreSlug,
});

export const StockAdjustment = z
  .object({
    id: z.string(),
    at: Timestamp,
    isbn13: z.string(),
    by: z.object({ id: z.string(), name: z.string() }),
    from: z.int(),
    to: z.int(),
    reason: z.string().nullable(),
  })
  .openapi('StockAdjustment');
export type StockAdjustment = z.infer<typeof StockAdjustment>;
export const AdjustmentPage = pageOf(StockAdjustment);
export const AdjustmentsQuery = z.object({
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});

/**
 * `POST /api/books/import` with a CSV as `text/csv`, answered line by line as JSON: progress while it goes, each bad row
 * (the first 200 of them), and at the end what became of it. Every good row was taken, also where it ends in `failed`.
 */
export const ImportLine = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('progress'), rows: z.int(), bytes: z.int() }),
    z.object({ type: z.literal('bad'), line: z.int(), reason: z.string() }),
    z.object({
      type: z.literal('done'),
      rows: z.int(),
      added: z.int(),
      changed: z.int(),
      unchanged: z.int(),
      bad: z.int(),
    }),
    z.object({ type: z.literal('failed'), detail: z.string() }),
  ])
  .openapi('ImportLine');
export type ImportLine = z.infer<typeof ImportLine>;

/** `GET /api/orders/pick-list`: what to take off the shelves for the orders that are paid or held and not yet ready. */
export const PickList = z
  .object({
    books: z.array(
      z.object({
        isbn13: z.string(),
        title: z.string(),
        authors: z.array(z.string()),
        shelf: z.string().nullable(),
        copies: z.int(),
        orders: z.array(
          z.object({
            orderId: z.string(),
            copies: z.int(),
            fulfillment: z.string(),
            customer: z.string(),
            customerKey: z.uuid(),
            name: z.string().nullable(),
          }),
        ),
      }),
    ),
    truncated: z.boolean().openapi({ description: 'there are more than 500 orders to pick' }),
  })
  .openapi('PickList');
export type PickList = z.infer<typeof PickList>;
