// Orders and holds, and what staff do with them. The order's statechart disposes: it says which acts it would take.
import { createRoute, z } from '@hono/zod-openapi';
import type { OrderConcern } from '../../../schema/order.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { ORDER_EVENTS } from '../order-actions.ts';
import { Problem } from '../problem.ts';
import { isRepeat, sendAsStaff } from '../staff-events.ts';
import { storeForStaff } from '../stores.ts';
import { StoreSlug } from '../wire/common.ts';
import { OrderItem, OrderPage, OrdersQuery, RefundQuery, SeenQuery, ShippedBody } from '../wire/shop.ts';
import type { OrderAction } from '../wire/shop.ts';
import { accepted, bearer, conflict, json, staffRefusals } from './answers.ts';

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
const stepRoute = <Extra extends object>(verb: OrderAction, summary: string, extra: Extra) =>
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

const settleOrder = stepRoute(
  'settle',
  'Somebody has looked at what the order raised a concern about, and there is nothing left to do; of a refund that failed (`seen=refund_failed`): the money went back by hand',
  { query: SeenQuery },
);
const refundOrder = stepRoute('refund', 'The money is to go back', { query: RefundQuery });

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
  const step = (verb: Exclude<OrderAction, 'shipped' | 'refund' | 'settle'>, summary: string) =>
    app.openapi(stepRoute(verb, summary, {}), async (c) => {
      const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
      const { id } = c.req.valid('param');
      return c.json(await takeStep(deps, c, { storeId, id, verb, details: {} }), 202);
    });
  step('prepare', 'Somebody packs it, or accepts its money after a review');
  step('ready', 'The books wait behind the counter');
  step('picked-up', 'The customer has them');
  step('delivered', 'The parcel has arrived');
  step('ordered', 'A special order was sent to the distributor');
  step('arrived', 'A special order has come in');
  step('cancel', 'Give the order up');
  app.openapi(settleOrder, async (c) => {
    const { store: slug, seen } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    const { id } = c.req.valid('param');
    return c.json(await takeStep(deps, c, { storeId, id, verb: 'settle', details: {}, seen }), 202);
  });
  app.openapi(refundOrder, async (c) => {
    const { store: slug, restock, seen } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    const { id } = c.req.valid('param');
    const details = restock === undefined ? {} : { restock: restock === 'true' };
    return c.json(await takeStep(deps, c, { storeId, id, verb: 'refund', details, seen }), 202);
  });
  app.openapi(shipOrder, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const { id } = c.req.valid('param');
    return c.json(await takeStep(deps, c, { storeId, id, verb: 'shipped', details: c.req.valid('json') }), 202);
  });
  return app;
}

type StepRequest = {
  storeId: number;
  id: string;
  verb: OrderAction;
  details: object;
  seen?: OrderConcern | 'none' | undefined;
};

async function takeStep(deps: WebDeps, c: EdgeContext, { storeId, id, verb, details, seen }: StepRequest) {
  const item = await orderOrThrow(deps, storeId, id);
  const order = { storeId, machine: 'order', id };
  const refusal = whyNot(item, verb, seen);
  if (refusal !== null) {
    if (await isRepeat(deps, c, order)) return { status: 'accepted' as const, duplicate: true };
    throw new Problem('conflict', refusal);
  }
  const looked = seen === undefined ? {} : { seen: item.concern };
  return sendAsStaff(deps, c, order, { ...details, ...looked, type: ORDER_EVENTS[verb] });
}

function whyNot({ state, fulfillment, actions, concern }: OrderItem, verb: OrderAction, seen: StepRequest['seen']) {
  const shown = concern ?? 'none';
  if (seen !== undefined && seen !== shown)
    return `the order has changed since it was looked at: its concern is "${shown}" now, not "${seen}"`;
  if (actions.includes(verb)) {
    const isOfMoneyBack = verb === 'settle' && state === 'refundPending';
    if (!isOfMoneyBack || seen !== undefined) return null;
    return `that its money went back by hand is said of what was looked at: seen=${shown}`;
  }
  const allowed = actions.length > 0 ? `it takes ${actions.join(', ')}` : 'it takes nothing from staff';
  return `an order that is ${state}, for ${fulfillment}, does not take "${verb}"; ${allowed}`;
}

async function orderOrThrow({ orders }: WebDeps, storeId: number, id: string) {
  const order = await orders.show(storeId, id);
  if (order === null) throw new Problem('not-found', 'there is no such order');
  return order;
}
