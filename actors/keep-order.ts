/**
 * Writes an order's row for staff and API in the commit of the order's own turn, so that both always agree.
 * One statement each for rows and lines, over all turns of a batch; the newest turn of an order wins.
 */
import { OrderProjection } from '../schema/order.ts';
import type { Transactional, TransactionalEffect } from '../src/runtime/transactional.ts';

export const keepOrder: Transactional<OrderProjection> = {
  params: OrderProjection,
  write: async (tx, effects) => {
    const newest = [
      ...new Map(effects.map((effect) => [`${effect.storeId}:${effect.params.orderId}`, effect])).values(),
    ];
    await tx.query(KEEP_ORDERS, [JSON.stringify(newest.map(orderRow))]);
    await tx.query(KEEP_LINES, [JSON.stringify(newest.flatMap(lineRows))]);
  },
};

const KEEP_ORDERS = `
  insert into orders as kept (store_id, id, customer_key, state, fulfillment, currency, total_cents, tax_cents,
    shipping_cents, address_id, payment_reference, payment_status, payment_url, held_until, tracking, concern,
    created_at, updated_at)
  select store_id, id, customer_key, state, fulfillment, currency, total_cents, tax_cents,
    shipping_cents, address_id, payment_reference, payment_status, payment_url, held_until, tracking, concern, at, at
  from jsonb_to_recordset($1::jsonb) as row (store_id int, id uuid, customer_key uuid, state text, fulfillment text,
    currency text, total_cents int, tax_cents int, shipping_cents int, address_id uuid, payment_reference text,
    payment_status text, payment_url text, held_until timestamptz, tracking text, concern text, at timestamptz)
  on conflict (store_id, id) do update set
    state = excluded.state, fulfillment = excluded.fulfillment, total_cents = excluded.total_cents,
    tax_cents = excluded.tax_cents, shipping_cents = excluded.shipping_cents, address_id = excluded.address_id,
    payment_reference = excluded.payment_reference, payment_status = excluded.payment_status,
    payment_url = excluded.payment_url, held_until = excluded.held_until, tracking = excluded.tracking,
    concern = excluded.concern, updated_at = greatest(kept.updated_at, excluded.updated_at)`;

// An order is born with its lines and keeps them, so most turns change nothing here.
const KEEP_LINES = `
  insert into order_lines as kept (store_id, order_id, position, isbn13, title, copies, price_cents)
  select store_id, order_id, position, isbn13, title, copies, price_cents
  from jsonb_to_recordset($1::jsonb) as row (store_id int, order_id uuid, position int, isbn13 text, title text,
    copies int, price_cents int)
  on conflict (store_id, order_id, position) do update set
    isbn13 = excluded.isbn13, title = excluded.title, copies = excluded.copies, price_cents = excluded.price_cents
  where (kept.isbn13, kept.title, kept.copies, kept.price_cents)
    is distinct from (excluded.isbn13, excluded.title, excluded.copies, excluded.price_cents)`;

type Effect = TransactionalEffect<OrderProjection>;

function orderRow({ storeId, at, params }: Effect) {
  return {
    store_id: storeId,
    id: params.orderId,
    customer_key: params.customer,
    state: params.state,
    fulfillment: params.fulfillment,
    currency: params.currency,
    total_cents: params.totalCents,
    tax_cents: params.taxCents,
    shipping_cents: params.shippingCents,
    address_id: params.addressId,
    payment_reference: params.payment.reference,
    payment_status: params.payment.status,
    payment_url: params.payment.url,
    held_until: params.heldUntilMs === null ? null : new Date(params.heldUntilMs),
    tracking: params.tracking,
    concern: params.concern,
    at,
  };
}

function lineRows({ storeId, params }: Effect) {
  return params.lines.map(({ isbn13, title, copies, priceCents }, position) => ({
    store_id: storeId,
    order_id: params.orderId,
    position,
    isbn13,
    title,
    copies,
    price_cents: priceCents,
  }));
}
