// Orders and holds, and what staff do with them. The order's statechart disposes; the table here only spares staff a
// step that it would ignore.
import { createRoute, z } from '@hono/zod-openapi';
import type { Fulfillment, OrderState } from '../../../schema/order.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { Problem } from '../problem.ts';
import { sendAsStaff } from '../staff-events.ts';
import { storeForStaff } from '../stores.ts';
import { StoreSlug } from '../wire/common.ts';
import { OrderItem, OrderPage, OrdersQuery, ShippedBody } from '../wire/shop.ts';
import { accepted, bearer, conflict, json, staffRefusals } from './answers.ts';

type Step = { event: string; from: readonly OrderState[]; ways: readonly Fulfillment[] };

const anyWay = ['pickup', 'shipping', 'hold'] as const;
const inShop = ['pickup', 'hold'] as const;

/** What staff may do in which states, and with which kinds of order. */
const steps = {
  ready: { event: 'staff.markedReady', from: ['paid', 'preparing', 'held'], ways: inShop },
  'picked-up': { event: 'staff.pickedUp', from: ['paid', 'preparing', 'ready', 'held'], ways: inShop },
  shipped: { event: 'staff.shipped', from: ['paid', 'preparing'], ways: ['shipping'] },
  cancel: {
    event: 'staff.cancelled',
    from: ['draft', 'awaitingPayment', 'held', 'paid', 'preparing', 'ready', 'underReview', 'refundPending'],
    ways: anyWay,
  },
  refund: {
    event: 'staff.refunded',
    from: [
      'paid',
      'preparing',
      'ready',
      'pickedUp',
      'shipped',
      'delivered',
      'underReview',
      'refundPending',
      'cancelled',
      'refunded',
    ],
    ways: anyWay,
  },
} as const satisfies Record<string, Step>;
type Verb = keyof typeof steps;

const OrderPath = z.object({ id: z.uuid().toLowerCase() });
const OneStore = z.object({ store: StoreSlug });

const listOrders = createRoute({
  method: 'get',
  path: '/api/orders',
  summary: 'Orders and holds, newest first',
  ...bearer,
  request: { query: OrdersQuery },
  responses: { 200: json('A page', OrderPage), ...staffRefusals },
});
const showOrder = createRoute({
  method: 'get',
  path: '/api/orders/{id}',
  summary: 'One order',
  ...bearer,
  request: { params: OrderPath, query: OneStore },
  responses: { 200: json('The order', OrderItem), ...staffRefusals },
});
const stepRoute = <Extra extends object>(verb: Verb, summary: string, extra: Extra) =>
  createRoute({
    method: 'post',
    path: `/api/orders/{id}/${verb}`,
    summary,
    ...bearer,
    request: { params: OrderPath, query: OneStore, ...extra },
    responses: { ...accepted, ...staffRefusals, ...conflict },
  });
const shipOrder = stepRoute('shipped', 'The parcel has left', {
  body: { required: false, content: { 'application/json': { schema: ShippedBody } } },
});

export function orderRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(listOrders, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await deps.orders.list({ storeId, ...query }), 200);
  });
  app.openapi(showOrder, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json(await orderOrThrow(deps, storeId, c.req.valid('param').id), 200);
  });
  const step = (verb: Exclude<Verb, 'shipped'>, summary: string) =>
    app.openapi(stepRoute(verb, summary, {}), async (c) => {
      const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
      const { id } = c.req.valid('param');
      return c.json(await takeStep(deps, c, { storeId, id, verb, details: {} }), 202);
    });
  step('ready', 'The books wait behind the counter');
  step('picked-up', 'The customer has them');
  step('cancel', 'Give the order up');
  step('refund', 'The money has gone back');
  app.openapi(shipOrder, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const { id } = c.req.valid('param');
    return c.json(await takeStep(deps, c, { storeId, id, verb: 'shipped', details: c.req.valid('json') }), 202);
  });
  return app;
}

type StepRequest = { storeId: number; id: string; verb: Verb; details: object };

async function takeStep(deps: WebDeps, c: EdgeContext, { storeId, id, verb, details }: StepRequest) {
  const { event, from, ways }: Step = steps[verb];
  const order = await orderOrThrow(deps, storeId, id);
  if (!from.includes(order.state) || !ways.includes(order.fulfillment)) {
    const needs = `${from.join(' or ')}, for ${ways.join(' or ')}`;
    throw new Problem('conflict', `"${verb}" needs ${needs}; this one is ${order.state}, for ${order.fulfillment}`);
  }
  return sendAsStaff(deps, c, { storeId, machine: 'order', id }, { ...details, type: event });
}

async function orderOrThrow({ orders }: WebDeps, storeId: number, id: string) {
  const order = await orders.show(storeId, id);
  if (order === null) throw new Problem('not-found', 'there is no such order');
  return order;
}
