// Square's endpoints that we use, each a function from a parsed request to an answer.
import { z } from 'zod';
import { Money, OrderDraft } from './books.ts';
import type { Order } from './books.ts';
import type { Place, Route } from './route.ts';
import { absent, found, ok, refuse } from './answers.ts';
import type { Answer } from './answers.ts';
import { catalogueRoutes } from './catalogue.ts';
import { customerRoutes } from './customers.ts';

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
    state: z.enum(['CANCELED', 'COMPLETED']).optional(),
    fulfillments: z.array(
      z.strictObject({
        uid: z.string(),
        type: z.string(),
        state: z.enum(['RESERVED', 'PREPARED', 'COMPLETED', 'CANCELED']),
        shipment_details: z.strictObject({ tracking_number: z.string().max(100) }).optional(),
      }),
    ),
  }),
});
const RefundPayment = z.strictObject({
  idempotency_key: Key,
  payment_id: z.string(),
  amount_money: Money,
  reason: z.string().max(192),
});
const ListRefunds = z.strictObject({
  location_id: z.string(),
  updated_at_begin_time: z.iso.datetime(),
  sort_field: z.literal('UPDATED_AT'),
  sort_order: z.literal('ASC'),
  cursor: z.string().optional(),
});
const REFUNDS_PAGE = 2;

/** By method and path; the first that fits answers. */
export const routes: Route[] = [
  { on: /^POST \/v2\/online-checkout\/payment-links$/, answer: createLink },
  { on: /^DELETE \/v2\/online-checkout\/payment-links\/([^/]+)$/, answer: deleteLink },
  { on: /^GET \/v2\/orders\/([^/]+)$/, answer: ({ books }, [id = '']) => found('order', books.orders.get(id)) },
  { on: /^PUT \/v2\/orders\/([^/]+)$/, answer: updateOrder },
  { on: /^GET \/v2\/payments\/([^/]+)$/, answer: ({ books }, [id = '']) => found('payment', books.payments.get(id)) },
  { on: /^POST \/v2\/refunds$/, answer: refund },
  { on: /^GET \/v2\/refunds\?(.+)$/, answer: listRefunds },
  { on: /^GET \/v2\/refunds\/([^/]+)$/, answer: ({ books }, [id = '']) => found('refund', books.refunds.get(id)) },
  ...catalogueRoutes,
  ...customerRoutes,
  { on: /^GET \/v2\/locations$/, answer: ({ books }) => ok({ locations: books.locations }) },
  { on: /^GET \/v2\/locations\/([^/]+)$/, answer: ({ books }, [id = '']) => found('location', books.location(id)) },
];

function createLink({ books, url }: Place, _params: string[], body: unknown): Answer {
  const draft = CreateLink.parse(body).order;
  const isUnknown = draft.customer_id !== undefined && !books.customers.has(draft.customer_id);
  const order = isUnknown ? null : books.order(draft);
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
  const { version, state, fulfillments } = UpdateOrder.parse(body).order;
  if (!order) return absent;
  if (version !== order.version) return refuse(409, 'INVALID_REQUEST_ERROR', 'VERSION_MISMATCH');
  if (order.state === 'COMPLETED' || order.state === 'CANCELED') return badRequest();
  if (state === 'CANCELED' && (order.tenders || fulfillments.length !== order.fulfillments.length)) return badRequest();
  if (state !== 'CANCELED' && !order.tenders) return badRequest();
  const changed = order.fulfillments.map((one) => ({
    ...one,
    ...sparse(fulfillments.find(({ uid }) => uid === one.uid)),
  }));
  if (state === 'COMPLETED' && changed.some((one) => !FINAL.includes(one.state))) return badRequest();
  const updated: Order = { ...order, state: state ?? order.state, version: version + 1, fulfillments: changed };
  books.orders.set(id, updated);
  return ok({ order: updated });
}

const FINAL = ['COMPLETED', 'CANCELED', 'FAILED'];

function sparse(update: z.infer<typeof UpdateOrder>['order']['fulfillments'][number] | undefined): object {
  if (!update) return {};
  const { state, shipment_details } = update;
  return { state, ...(shipment_details ? { shipment_details } : {}) };
}

function refund({ books }: Place, _params: string[], body: unknown): Answer {
  const { payment_id, amount_money, reason } = RefundPayment.parse(body);
  const payment = books.payments.get(payment_id);
  if (!payment) return absent;
  const made = books.refund(payment, amount_money, reason);
  return made ? ok({ refund: made }) : refuse(400, 'REFUND_ERROR', 'REFUND_AMOUNT_INVALID');
}

/** Those that were touched since then, a few at a time. */
function listRefunds({ books }: Place, [query = '']: string[]): Answer {
  const { location_id, updated_at_begin_time, cursor } = ListRefunds.parse(
    Object.fromEntries(new URLSearchParams(query)),
  );
  const from = Number(cursor ?? 0);
  const touched = [...books.refunds.values()]
    .filter((one) => one.location_id === location_id && one.updated_at >= updated_at_begin_time)
    .sort((a, b) => (a.updated_at < b.updated_at ? -1 : 1));
  const isLast = touched.length <= from + REFUNDS_PAGE;
  const refunds = touched.slice(from, from + REFUNDS_PAGE);
  return ok({ ...(refunds.length > 0 ? { refunds } : {}), ...(isLast ? {} : { cursor: String(from + REFUNDS_PAGE) }) });
}

function badRequest(): Answer {
  return refuse(400, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST');
}
