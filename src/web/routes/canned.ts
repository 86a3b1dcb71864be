// Ready answers that the staff of a shop share.
import { createRoute } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { Canned, CannedBody, CannedPage, CannedPath, OneStore } from '../wire/conversation.ts';
import { bearer, body, conflict, json, staffRefusals } from './answers.ts';

const listCanned = createRoute({
  method: 'get',
  path: '/api/canned',
  summary: 'Ready answers, by title',
  ...bearer,
  request: { query: OneStore },
  responses: { 200: json('All of them', CannedPage), ...staffRefusals },
});
const putCanned = createRoute({
  method: 'put',
  path: '/api/canned/{id}',
  summary: 'Add a ready answer, or write it anew',
  ...bearer,
  request: { params: CannedPath, query: OneStore, body: body(CannedBody) },
  responses: { 200: json('As it is now', Canned), ...staffRefusals, ...conflict },
});
const removeCanned = createRoute({
  method: 'delete',
  path: '/api/canned/{id}',
  summary: 'Take a ready answer away',
  ...bearer,
  request: { params: CannedPath, query: OneStore },
  responses: { 204: { description: 'Gone' }, ...staffRefusals },
});

export function cannedRoutes(deps: WebDeps) {
  const { canned } = deps;
  const app = routes();
  app.openapi(listCanned, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json({ items: await canned.list(storeId), nextCursor: null }, 200);
  });
  app.openapi(putCanned, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const kept = await canned.put(storeId, c.req.valid('param').id, c.req.valid('json'), c.get('staff').id);
    if (kept === null) throw new Problem('conflict', 'the shop has as many ready answers as it can have');
    return c.json(kept, 200);
  });
  app.openapi(removeCanned, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    if (!(await canned.remove(storeId, c.req.valid('param').id)))
      throw new Problem('not-found', 'there is no such answer');
    return c.body(null, 204);
  });
  return app;
}
