// Square's customers, and the orders that they have had.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { absent, found, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Order } from './books.ts';
import type { Place, Route } from './route.ts';

const PhoneNumber = z.string().regex(/^\+?\d{9,16}$/);
const SearchCustomers = z.strictObject({
  limit: z.int(),
  query: z.strictObject({
    filter: z.strictObject({ phone_number: z.strictObject({ exact: PhoneNumber }) }),
    sort: z.strictObject({ field: z.literal('CREATED_AT'), order: z.literal('ASC') }),
  }),
});
const CreateCustomer = z.strictObject({
  idempotency_key: z.string().min(1).max(45),
  phone_number: PhoneNumber,
  reference_id: z.string().max(100),
});
const SearchTouched = z.strictObject({
  location_ids: z.tuple([z.string()]),
  limit: z.int(),
  cursor: z.string().optional(),
  query: z.strictObject({
    filter: z.strictObject({
      date_time_filter: z.strictObject({ updated_at: z.strictObject({ start_at: z.iso.datetime() }) }),
      state_filter: z.strictObject({ states: z.array(z.enum(['OPEN', 'COMPLETED', 'DRAFT'])) }),
    }),
    sort: z.strictObject({ sort_field: z.literal('UPDATED_AT'), sort_order: z.literal('DESC') }),
  }),
});
const SearchOrders = z.strictObject({
  location_ids: z.tuple([z.string()]),
  limit: z.int(),
  query: z.strictObject({
    filter: z.strictObject({
      customer_filter: z.strictObject({ customer_ids: z.tuple([z.string()]) }),
      state_filter: z.strictObject({ states: z.array(z.enum(['OPEN', 'COMPLETED'])) }),
    }),
    sort: z.strictObject({ sort_field: z.literal('CREATED_AT'), sort_order: z.literal('DESC') }),
  }),
});

export const customerRoutes: Route[] = [
  { on: /^POST \/v2\/customers\/search$/, answer: searchCustomers },
  { on: /^POST \/v2\/customers$/, answer: createCustomer },
  {
    on: /^GET \/v2\/customers\/([^/]+)$/,
    answer: ({ books }, [id = '']) => found('customer', books.customers.get(id)),
  },
  { on: /^DELETE \/v2\/customers\/([^/]+)$/, answer: deleteCustomer },
  { on: /^POST \/v2\/orders\/search$/, answer: searchOrders },
];

function searchCustomers({ books }: Place, _params: string[], body: unknown): Answer {
  const { limit, query } = SearchCustomers.parse(body);
  const { exact } = query.filter.phone_number;
  const hits = [...books.customers.values()].filter(({ phone_number }) => phone_number === exact);
  return ok(hits.length === 0 ? {} : { customers: hits.slice(0, limit) });
}

function createCustomer({ books }: Place, _params: string[], body: unknown): Answer {
  const { phone_number, reference_id } = CreateCustomer.parse(body);
  const customer = { id: `customer-${randomUUID()}`, phone_number, reference_id };
  books.customers.set(customer.id, customer);
  return ok({ customer });
}

function deleteCustomer({ books }: Place, [id = '']: string[]): Answer {
  return books.customers.delete(id) ? ok({}) : absent;
}

/** One order a page: whoever asks has to turn them. */
function searchTouched(books: Place['books'], { query, cursor = '0' }: z.infer<typeof SearchTouched>): Answer {
  const { date_time_filter, state_filter } = query.filter;
  const states: string[] = state_filter.states;
  const from = date_time_filter.updated_at.start_at;
  const hits = [...books.orders.values()].filter(
    (order) => touchedAt(books, order) >= from && states.includes(order.state),
  );
  const next = Number(cursor) + 1;
  return ok({ orders: hits.slice(next - 1, next), ...(next < hits.length ? { cursor: String(next) } : {}) });
}

/** As far as a payment or a closing tells. */
function touchedAt({ paidAt }: Place['books'], order: Order): string {
  return order.closed_at ?? paidAt.get(order.id) ?? order.created_at;
}

function searchOrders({ books }: Place, _params: string[], body: unknown): Answer {
  const touched = SearchTouched.safeParse(body);
  if (touched.success) return searchTouched(books, touched.data);
  const { limit, query } = SearchOrders.parse(body);
  const { customer_filter, state_filter } = query.filter;
  const states: string[] = state_filter.states;
  const hits = [...books.orders.values()]
    .filter((order) => isOf(order, customer_filter.customer_ids[0]) && states.includes(order.state))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))
    .slice(0, limit);
  return ok(hits.length === 0 ? {} : { orders: hits });
}

function isOf(order: Order, customerId: string): boolean {
  return order.customer_id === customerId;
}
