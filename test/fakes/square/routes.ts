// Square's endpoints that we use, each a function from a parsed request to an answer.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Money, OrderDraft, usd } from './books.ts';
import type { Order, SquareBooks, Variation } from './books.ts';

export type Answer = { status: number; body: object };
export type Place = { books: SquareBooks; url: string; locationId: string };
type Route = { on: RegExp; answer: (place: Place, params: string[], body: unknown) => Answer };

const Key = z.string().min(1).max(45);
const CreateLink = z.strictObject({
  idempotency_key: Key,
  order: OrderDraft,
  checkout_options: z.strictObject({ allow_tipping: z.literal(false), ask_for_shipping_address: z.literal(false) }),
});
const UpdateOrder = z.strictObject({
  order: z.strictObject({
    location_id: z.string(),
    version: z.int(),
    state: z.literal('CANCELED'),
    fulfillments: z.array(z.strictObject({ uid: z.string(), type: z.string(), state: z.literal('CANCELED') })),
  }),
});
const RefundPayment = z.strictObject({
  idempotency_key: Key,
  payment_id: z.string(),
  amount_money: Money,
  reason: z.string().max(192),
});
const SearchCatalog = z.strictObject({
  object_types: z.tuple([z.literal('ITEM_VARIATION')]),
  query: z.strictObject({
    set_query: z.strictObject({
      attribute_name: z.enum(['upc', 'sku']),
      attribute_values: z.array(z.string()).min(1).max(250),
    }),
  }),
});
const ReadCounts = z.strictObject({
  catalog_object_ids: z.array(z.string()),
  location_ids: z.tuple([z.string()]),
  states: z.tuple([z.literal('IN_STOCK')]),
  cursor: z.string().optional(),
});

/** By method and path; the first that fits answers. */
export const routes: Route[] = [
  { on: /^POST \/v2\/online-checkout\/payment-links$/, answer: createLink },
  { on: /^DELETE \/v2\/online-checkout\/payment-links\/([^/]+)$/, answer: deleteLink },
  { on: /^GET \/v2\/orders\/([^/]+)$/, answer: ({ books }, [id = '']) => found('order', books.orders.get(id)) },
  { on: /^PUT \/v2\/orders\/([^/]+)$/, answer: updateOrder },
  { on: /^GET \/v2\/payments\/([^/]+)$/, answer: ({ books }, [id = '']) => found('payment', books.payments.get(id)) },
  { on: /^POST \/v2\/refunds$/, answer: refund },
  { on: /^POST \/v2\/catalog\/search$/, answer: searchCatalog },
  { on: /^POST \/v2\/inventory\/counts\/batch-retrieve$/, answer: readCounts },
  { on: /^GET \/v2\/locations\/([^/]+)$/, answer: readLocation },
];

export function refuse(status: number, category: string, code: string): Answer {
  return { status, body: { errors: [{ category, code, detail: 'as +12015550123 said' }] } };
}

const absent = refuse(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND');

function ok(body: object): Answer {
  return { status: 200, body };
}

function found(name: string, thing: object | undefined): Answer {
  return thing === undefined ? absent : ok({ [name]: thing });
}

function createLink({ books, url }: Place, _params: string[], body: unknown): Answer {
  const order = books.order(CreateLink.parse(body).order);
  if (!order) return absent;
  return ok({ payment_link: books.link(order, url), related_resources: { orders: [order] } });
}

function deleteLink({ books }: Place, [id = '']: string[]): Answer {
  const link = books.links.get(id);
  if (!link) return absent;
  const order = books.orders.get(link.order_id);
  if (order?.tenders) return badRequest();
  if (order) order.state = 'CANCELED';
  books.links.delete(id);
  return ok({ id, cancelled_order_id: link.order_id });
}

function updateOrder({ books }: Place, [id = '']: string[], body: unknown): Answer {
  const order = books.orders.get(id);
  const { version, fulfillments } = UpdateOrder.parse(body).order;
  if (!order) return absent;
  if (version !== order.version) return refuse(409, 'INVALID_REQUEST_ERROR', 'VERSION_MISMATCH');
  if (order.tenders || fulfillments.length !== order.fulfillments.length) return badRequest();
  const called = order.fulfillments.map((one) => ({ ...one, state: 'CANCELED' as const }));
  const cancelled: Order = { ...order, state: 'CANCELED', version: version + 1, fulfillments: called };
  books.orders.set(id, cancelled);
  return ok({ order: cancelled });
}

function refund({ books }: Place, _params: string[], body: unknown): Answer {
  const { payment_id, amount_money } = RefundPayment.parse(body);
  const payment = books.payments.get(payment_id);
  if (!payment) return absent;
  const refunded = (payment.refunded_money?.amount ?? 0) + amount_money.amount;
  if (refunded > payment.amount_money.amount) return refuse(400, 'REFUND_ERROR', 'REFUND_AMOUNT_INVALID');
  payment.refunded_money = usd(refunded);
  const made = { id: `refund-${randomUUID()}`, status: 'PENDING' as const, payment_id, amount_money };
  books.refunds.set(made.id, made);
  return ok({ refund: made });
}

function searchCatalog({ books }: Place, _params: string[], body: unknown): Answer {
  const { attribute_name, attribute_values } = SearchCatalog.parse(body).query.set_query;
  const hits = [...books.variations.values()].filter((one) => attribute_values.includes(one[attribute_name] ?? ''));
  return ok(hits.length === 0 ? {} : { objects: hits.map(describeVariation) });
}

function describeVariation({ id, upc, sku, priceCents, count }: Variation): object {
  const item_variation_data = { upc, sku, price_money: usd(priceCents), track_inventory: count !== null };
  return {
    type: 'ITEM_VARIATION',
    id,
    version: 1_700_000_000_000,
    present_at_all_locations: true,
    item_variation_data,
  };
}

function readCounts({ books, locationId }: Place, _params: string[], body: unknown): Answer {
  const { catalog_object_ids } = ReadCounts.parse(body);
  const counts = catalog_object_ids.flatMap((id) => {
    const count = books.variations.get(id)?.count ?? null;
    const row = {
      catalog_object_id: id,
      catalog_object_type: 'ITEM_VARIATION',
      state: 'IN_STOCK',
      location_id: locationId,
    };
    return count === null ? [] : [{ ...row, quantity: String(count), calculated_at: '2026-11-20T12:00:00.000Z' }];
  });
  return ok({ counts });
}

function readLocation({ locationId }: Place, [id = '']: string[]): Answer {
  return id === locationId ? ok({ location: { id, status: 'ACTIVE' } }) : absent;
}

function badRequest(): Answer {
  return refuse(400, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST');
}
