// Wire formats of books, stock and orders. Money is integer cents.
import { z } from '@hono/zod-openapi';
import { linkless } from '../../../schema/links-and-amounts.ts';
import { Fulfillment, OrderConcern, OrderState } from '../../../schema/order.ts';
import { Cursor, IsbnInPath, limit, pageOf, PriceCents, StoreSlug, text, Timestamp } from './common.ts';

const Words = (max: number) => text({ min: 1, max }).openapi({ type: 'string', minLength: 1, maxLength: max });

export const BookItem = z
  .object({
    isbn13: z.string(),
    title: z.string(),
    authors: z.array(z.string()),
    year: z.int().nullable(),
    priceCents: z.int(),
    onHand: z.int().openapi({ description: 'copies that stand in the shop' }),
    reserved: z.int().openapi({ description: 'what of them is promised' }),
  })
  .openapi('Book');
export type BookItem = z.infer<typeof BookItem>;
export const BookPage = pageOf(BookItem);

export const MatchList = z
  .object({ matches: z.array(z.object({ isbn13: z.string(), title: z.string(), score: z.number() })) })
  .openapi('Matches');

/** `PUT /api/books/{isbn13}`. */
export const BookDraft = z
  .object({
    title: linkless(Words(500)),
    authors: z
      .array(linkless(Words(200)))
      .min(1)
      .max(50),
    year: z.int().min(-3000).max(2200).optional(),
    priceCents: PriceCents,
    subjects: z.array(Words(100)).max(100).optional(),
    description: Words(10_000).optional(),
  })
  .openapi('BookDraft');
export type BookDraft = z.infer<typeof BookDraft>;

const Reason = Words(200).optional();

/** `PATCH /api/inventory/{isbn13}`: so many more or fewer, or so many; the reason is kept. */
export const StockChange = z
  .union([
    z.strictObject({ delta: z.int().min(-100_000).max(100_000), reason: Reason }),
    z.strictObject({ onHand: z.int().min(0).max(1_000_000), reason: Reason }),
  ])
  .openapi('StockChange');
export type StockChange = z.infer<typeof StockChange>;

export const StockCount = z.object({ isbn13: z.string(), onHand: z.int(), reserved: z.int() }).openapi('StockCount');
export type StockCount = z.infer<typeof StockCount>;

export const BooksQuery = z.object({
  q: text({ min: 0, max: 200 }).openapi({ type: 'string' }).default(''),
  limit: limit({ default: 20, max: 100 }),
  store: StoreSlug,
});
export const MatchQuery = z.object({ text: text({ min: 0, max: 1600 }).openapi({ type: 'string' }), store: StoreSlug });
export const IsbnPath = z.object({ isbn13: IsbnInPath });

/** What staff can do with an order; each is `POST /api/orders/{id}/<action>`. */
export const OrderAction = z
  .enum(['prepare', 'ready', 'picked-up', 'shipped', 'delivered', 'ordered', 'arrived', 'cancel', 'refund', 'settle'])
  .openapi('OrderAction');
export type OrderAction = z.infer<typeof OrderAction>;

export const OrderItem = z
  .object({
    id: z.uuid(),
    state: OrderState,
    customer: z.string(),
    customerKey: z.uuid(),
    customerName: z.string().nullable(),
    fulfillment: Fulfillment,
    lines: z.array(z.object({ isbn13: z.string(), title: z.string(), copies: z.int(), priceCents: z.int() })),
    totalCents: z.int(),
    currency: z.string(),
    payment: z
      .object({
        provider: z.string().nullable(),
        reference: z.string().nullable(),
        status: z.string().nullable(),
        url: z.string().nullable(),
      })
      .nullable(),
    /** Why a person should look at it. */
    concern: OrderConcern.nullable(),
    /** When a held book goes back on the shelf. */
    heldUntil: Timestamp.nullable(),
    tracking: z.string().nullable(),
    /** What the order's statechart takes from staff as it stands now; buttons for these and no others. */
    actions: z.array(OrderAction),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi('Order');
export type OrderItem = z.infer<typeof OrderItem>;
export const OrderPage = pageOf(OrderItem);

export const OrdersQuery = z.object({
  state: OrderState.optional(),
  q: Words(200).optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});

/** `POST /api/orders/{id}/shipped` may name a tracking number. */
export const ShippedBody = z.object({ tracking: Words(80).optional() }).openapi('Shipped');

/** What the order showed to who acts on it now: where it shows something else by now, they are to look again. */
export const SeenQuery = z.object({
  store: StoreSlug,
  seen: OrderConcern.or(z.literal('none'))
    .optional()
    .openapi({ description: 'the `concern` that was looked at; 409 where the order shows another by now' }),
});

/** `POST /api/orders/{id}/refund` may say whether the copies are on the shelf again. */
export const RefundQuery = SeenQuery.extend({
  restock: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'left out: the copies come back if they had not left the shop' }),
});
