// The stock room: what stands where and for whom, why a count was changed, a whole list at once, and what to pick.
import { createRoute, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { OneStore } from '../wire/conversation.ts';
import { IsbnPath } from '../wire/shop.ts';
import {
  AdjustmentPage,
  AdjustmentsQuery,
  ImportLine,
  InventoryPage,
  InventoryQuery,
  PickList,
} from '../wire/stock.ts';
import { bearer, conflict, json, staffRefusals } from './answers.ts';

const listInventory = createRoute({
  method: 'get',
  path: '/api/inventory',
  summary: 'Counts, and the orders that reserved copies are promised to',
  ...bearer,
  request: { query: InventoryQuery },
  responses: { 200: json('A page', InventoryPage), ...staffRefusals },
});
const listAdjustments = createRoute({
  method: 'get',
  path: '/api/inventory/{isbn13}/adjustments',
  summary: 'Who changed the count by hand, and why; newest first',
  ...bearer,
  request: { params: IsbnPath, query: AdjustmentsQuery },
  responses: { 200: json('A page', AdjustmentPage), ...staffRefusals },
});
const importBooks = createRoute({
  method: 'post',
  path: '/api/books/import',
  summary: 'Read a CSV (isbn13,title,authors,year,price,on_hand); twice changes nothing',
  ...bearer,
  request: {
    query: OneStore,
    body: { required: true, content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: {
    200: { description: 'A line of JSON at a time', content: { 'application/x-ndjson': { schema: ImportLine } } },
    ...staffRefusals,
    ...conflict,
  },
});
const showPickList = createRoute({
  method: 'get',
  path: '/api/orders/pick-list',
  summary: 'What to take off the shelves',
  ...bearer,
  request: { query: OneStore },
  responses: { 200: json('By shelf and title', PickList), ...staffRefusals },
});

export function stockRoutes(deps: WebDeps) {
  const { stock } = deps;
  const app = routes();
  app.openapi(listInventory, async (c) => {
    const { store: slug, reserved, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await stock.list({ storeId, reservedOnly: reserved === 'true', ...query }), 200);
  });
  app.openapi(listAdjustments, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await stock.adjustments({ storeId, ...c.req.valid('param'), ...query }), 200);
  });
  // Described and routed apart: the types of `openapi` know no answer that is many lines of JSON.
  app.openAPIRegistry.registerPath(importBooks);
  app.post(importBooks.getRoutingPath(), async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.query('store'));
    if (!/^text\/csv\b/i.test(c.req.header('content-type') ?? ''))
      throw new Problem('unsupported-media-type', 'send the CSV itself as text/csv');
    const lines = stock.importCsv(storeId, new Uint8Array(await c.req.arrayBuffer()));
    if (lines === null) throw new Problem('conflict', 'another list is being read; wait until it is done');
    c.header('content-type', 'application/x-ndjson');
    return stream(c, async (out) => {
      for await (const line of lines) await out.writeln(JSON.stringify(line));
    });
  });
  app.openapi(showPickList, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json(await stock.pickList(storeId), 200);
  });
  return app;
}
