// Stock, orders and the till. Money is integer cents, copies are never negative, and what is promised
// (`reserved`) never exceeds what stands in the shop (`on_hand`): the database itself refuses it.
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import type { Fulfillment, OrderConcern, OrderState } from './order.ts';
import { storeId } from './stores.ts';

/** Copies of one book in one shop. */
export const inventory = pgTable(
  'inventory',
  {
    storeId: storeId(),
    isbn13: text().notNull(),
    onHand: integer('on_hand').notNull(),
    reserved: integer().notNull().default(0),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.isbn13] }),
    index('inventory_reserved')
      .on(table.storeId, table.isbn13)
      .where(sql`${table.reserved} > 0`),
    check('inventory_isbn13', sql`${table.isbn13} ~ '^97[89][0-9]{10}$'`),
    check('inventory_reserved', sql`0 <= ${table.reserved} and ${table.reserved} <= ${table.onHand}`),
  ],
);

/** What one order takes of one book. */
export type StockLine = { isbn13: string; copies: number };
/**
 * `held` counts in `inventory.reserved`; a late payment may still turn `released` into `sold`. `returned` was paid for and given
 * up, and its copies are on the shelf: only an order that is taken on again is sold them.
 */
export type ReservationState = 'held' | 'sold' | 'released' | 'returned';

/** Copies promised to an order; at most one is held per order at a time, and each key makes at most one. */
export const reservations = pgTable(
  'reservations',
  {
    storeId: storeId(),
    id: uuid().notNull(),
    orderId: uuid('order_id').notNull(),
    /** The intent: the same key never reserves twice, nor after it was released. */
    key: text().notNull(),
    lines: jsonb().$type<StockLine[]>().notNull(),
    state: text().$type<ReservationState>().notNull(),
    expiresAt: instant('expires_at').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    uniqueIndex('reservations_key').on(table.storeId, table.key),
    uniqueIndex('reservations_held')
      .on(table.storeId, table.orderId)
      .where(sql`${table.state} = 'held'`),
    index('reservations_order').on(table.storeId, table.orderId),
    index('reservations_expiry')
      .on(table.expiresAt)
      .where(sql`${table.state} = 'held'`),
    check('reservations_state', sql`${table.state} in ('held', 'sold', 'released', 'returned')`),
  ],
);

/** Who a customer's actor is to the shop. */
export const customers = pgTable(
  'customers',
  {
    storeId: storeId(),
    actorKey: uuid('actor_key').notNull(),
    nameSealed: bytes('name_sealed'),
    /** Square's id of them, and when it was last looked for; null and a time: Square knew nobody by that number. */
    squareIdSealed: bytes('square_id_sealed'),
    squareLookedAt: instant('square_looked_at'),
    /** What they bought by other ways than ours, as JSON, and as of when. */
    pastOrdersSealed: bytes('past_orders_sealed'),
    pastOrdersAt: instant('past_orders_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.actorKey] })],
);

/** Checked postal addresses, unreadable without the key of the actor that gave them. */
export const addresses = pgTable(
  'addresses',
  {
    storeId: storeId(),
    id: uuid().notNull(),
    actorKey: uuid('actor_key').notNull(),
    addressSealed: bytes('address_sealed').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('addresses_actor').on(table.storeId, table.actorKey),
  ],
);

/** Orders as staff and customers read them: a projection of order actors, written in the turn's own commit. */
export const orders = pgTable(
  'orders',
  {
    storeId: storeId(),
    /** Also the key of the order's own actor. */
    id: uuid().notNull(),
    /** The customer's actor. */
    customerKey: uuid('customer_key').notNull(),
    state: text().$type<OrderState>().notNull(),
    fulfillment: text().$type<Fulfillment>().notNull(),
    currency: text().notNull(),
    /** Before a payment link exists: the lines' sum, and neither tax nor shipping. */
    totalCents: integer('total_cents').notNull(),
    taxCents: integer('tax_cents').notNull(),
    shippingCents: integer('shipping_cents').notNull(),
    addressId: uuid('address_id'),
    /** The provider's payment id, and before there is one its link id. */
    paymentReference: text('payment_reference'),
    paymentStatus: text('payment_status').notNull(),
    paymentUrl: text('payment_url'),
    /** When a held book goes back on the shelf. */
    heldUntil: instant('held_until'),
    tracking: text(),
    /** Why a person in the shop should look at it. */
    concern: text().$type<OrderConcern>(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    // Read backwards, newest first; `.desc()` here would mean NULLS LAST, which no query of ours asks for.
    index('orders_newest').on(table.storeId, table.createdAt, table.id),
    index('orders_state').on(table.storeId, table.state, table.createdAt, table.id),
    index('orders_concern')
      .on(table.storeId, table.customerKey)
      .where(sql`${table.concern} is not null`),
    index('orders_customer').on(table.storeId, table.customerKey, table.createdAt, table.id),
  ],
);

/** The books of an order, at the price that the customer agreed to. */
export const orderLines = pgTable(
  'order_lines',
  {
    storeId: storeId(),
    orderId: uuid('order_id').notNull(),
    position: integer().notNull(),
    isbn13: text().notNull(),
    title: text().notNull(),
    copies: integer().notNull(),
    priceCents: integer('price_cents').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.orderId, table.position] }),
    foreignKey({ columns: [table.storeId, table.orderId], foreignColumns: [orders.storeId, orders.id] }).onDelete(
      'cascade',
    ),
    index('order_lines_book').on(table.storeId, table.isbn13),
    check('order_lines_copies', sql`${table.copies} > 0`),
    check('order_lines_price', sql`${table.priceCents} >= 0`),
  ],
);

/** What was asked of a payment provider, frozen before the first attempt, and what it answered. One row per intent. */
export const tillIntents = pgTable(
  'till_intents',
  {
    storeId: storeId(),
    /** The idempotency key that the provider sees, at most 45 characters. */
    key: text().notNull(),
    operation: text().$type<'link' | 'refund'>().notNull(),
    provider: text().$type<'local' | 'square'>().notNull(),
    orderId: uuid('order_id').notNull(),
    /** Null when the intent was given up before it was asked for. */
    request: jsonb().$type<unknown>(),
    response: jsonb().$type<unknown>(),
    /** The provider's own name of the order, by which its events find ours. */
    reference: text(),
    /** Set when the intent was given up: an answer that comes later is cancelled at once. */
    cancelledAt: instant('cancelled_at'),
    /** When the provider was last asked whether the link is paid, and since when there is nothing more to ask. */
    checkedAt: instant('checked_at'),
    settledAt: instant('settled_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.key] }),
    index('till_intents_order').on(table.storeId, table.orderId),
    index('till_intents_reference').on(table.reference),
    index('till_intents_unsettled')
      .on(table.createdAt)
      .where(sql`${table.settledAt} is null`),
    check('till_intents_key', sql`length(${table.key}) <= 45`),
  ],
);

/** The local till's payment links: the provider's side of the counter. */
export const tillLinks = pgTable(
  'till_links',
  {
    storeId: storeId(),
    /** Unguessable: whoever has it may look at the basket and pay it. */
    id: uuid().notNull().unique(),
    intentKey: text('intent_key').notNull(),
    orderId: uuid('order_id').notNull(),
    request: jsonb().$type<unknown>().notNull(),
    totalCents: integer('total_cents').notNull(),
    currency: text().notNull(),
    state: text().$type<'open' | 'cancelled' | 'paid'>().notNull(),
    paymentId: text('payment_id').unique(),
    refundedCents: integer('refunded_cents').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    paidAt: instant('paid_at'),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    uniqueIndex('till_links_intent').on(table.storeId, table.intentKey),
    check('till_links_paid', sql`(${table.state} = 'paid') = (${table.paymentId} is not null)`),
    check('till_links_refunded', sql`${table.refundedCents} between 0 and ${table.totalCents}`),
  ],
);

/** Refunds that the local till has made; the key makes each of them once. */
export const tillRefunds = pgTable(
  'till_refunds',
  {
    storeId: storeId(),
    intentKey: text('intent_key').notNull(),
    paymentId: text('payment_id').notNull(),
    amountCents: integer('amount_cents').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.intentKey] })],
);

/** Callbacks that the local till owes the shop; a row is called in until a 2xx came as often as `copies` says. */
export const tillEvents = pgTable(
  'till_events',
  {
    storeId: storeId(),
    id: uuid().notNull(),
    /** Exactly the bytes that are signed and sent. */
    body: text().notNull(),
    dueAt: instant('due_at').notNull(),
    copies: integer().notNull(),
    attempts: integer().notNull().default(0),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.storeId, table.id] }),
    index('till_events_due')
      .on(table.dueAt)
      .where(sql`${table.deliveredAt} is null`),
  ],
);

/** Which provider events came in: for people who ask whether a webhook arrived, and how often. */
export const webhookReceipts = pgTable(
  'webhook_receipts',
  {
    storeId: storeId(),
    provider: text().notNull(),
    eventId: text('event_id').notNull(),
    type: text().notNull(),
    times: bigint({ mode: 'number' }).notNull().default(1),
    firstAt: instant('first_at').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.provider, table.eventId] })],
);
