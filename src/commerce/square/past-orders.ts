// What a customer has bought at Square, at the counter most of all: orders that are paid, and of which nothing came back.
import type { Square } from 'square';
import { z } from 'zod';
import type { SquarePlace } from './square-shop.ts';
import { zeroOrMore } from './wire.ts';

const id = z.string().min(1);
const Line = z.object({ name: z.string().nullish(), catalogObjectId: id.nullish(), note: z.string().nullish() });
const Order = z.object({
  id,
  state: z.enum(['OPEN', 'COMPLETED']),
  createdAt: z.iso.datetime({ offset: true }),
  closedAt: z.iso.datetime({ offset: true }).nullish(),
  lineItems: zeroOrMore(Line),
  tenders: zeroOrMore(z.unknown()),
  refunds: zeroOrMore(z.unknown()),
  returns: zeroOrMore(z.unknown()),
});
const Orders = z.object({ orders: zeroOrMore(Order) }).transform(({ orders }) => orders);

/** `catalogId`: the variation that was sold; `isHandedOver`: it is in the customer's hands. */
export type PastOrder = {
  orderId: string;
  atMs: number;
  isHandedOver: boolean;
  lines: Array<{ name: string | null; catalogId: string | null; note: string | null }>;
};

const ORDERS_MAX = 50;

/** Newest first, those of the last while. */
export async function pastOrdersOf(
  { square, locationId }: SquarePlace,
  customerId: string,
  signal?: AbortSignal,
): Promise<PastOrder[]> {
  const query: Square.SearchOrdersQuery = {
    filter: { customerFilter: { customerIds: [customerId] }, stateFilter: { states: ['OPEN', 'COMPLETED'] } },
    sort: { sortField: 'CREATED_AT', sortOrder: 'DESC' },
  };
  const wanted = { locationIds: [locationId], limit: ORDERS_MAX, query };
  const orders = await square.ask(Orders, (api, call) => api.orders.search(wanted, call), signal);
  return orders.filter(isKept).map(({ id: orderId, state, createdAt, closedAt, lineItems }) => ({
    orderId,
    atMs: Date.parse(closedAt ?? createdAt),
    isHandedOver: state === 'COMPLETED',
    lines: lineItems.map(({ name, catalogObjectId, note }) => ({
      name: name ?? null,
      catalogId: catalogObjectId ?? null,
      note: note ?? null,
    })),
  }));
}

function isKept({ tenders, refunds, returns }: z.infer<typeof Order>): boolean {
  return tenders.length > 0 && refunds.length + returns.length === 0;
}
