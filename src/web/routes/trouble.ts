// What could not be done or stepped: seen by everybody, tried again by everybody, thrown away by admins.
import { createRoute, z } from '@hono/zod-openapi';
import { adminOnly } from '../auth.ts';
import type { CommandAnswer, WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { OneStore } from '../wire/conversation.ts';
import { RetriedAll, TroubleKind, TroublePage, TroublePath, TroubleQuery } from '../wire/trouble.ts';
import { bearer, conflict, json, staffRefusals } from './answers.ts';

const Done = z.object({ status: z.literal('done') });

const listTrouble = createRoute({
  method: 'get',
  path: '/api/trouble',
  summary: 'Dead letters, events set aside, actors that this build cannot read; newest first',
  ...bearer,
  request: { query: TroubleQuery },
  responses: { 200: json('A page, and how many there are', TroublePage), ...staffRefusals },
});
const retryAll = createRoute({
  method: 'post',
  path: '/api/trouble/retry',
  summary: 'Try everything again, at most 1,000 at once',
  ...bearer,
  request: { query: OneStore },
  responses: { 200: json('How many, and how many are left', RetriedAll), ...staffRefusals },
});
const decide = (verb: 'retry' | 'dismiss', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/trouble/{id}/${verb}`,
    summary,
    ...bearer,
    request: { params: TroublePath, query: OneStore },
    responses: { 200: json('Done', Done), ...staffRefusals, ...conflict },
  });

export function troubleRoutes(deps: WebDeps) {
  const { trouble } = deps;
  const app = routes();
  app.openapi(listTrouble, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await trouble.list({ storeId, ...query }), 200);
  });
  app.openapi(retryAll, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json(await trouble.retryAll(storeId), 200);
  });
  app.openapi(decide('retry', 'Try it again'), async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const { kind, id } = split(c.req.valid('param').id);
    return c.json(done(await trouble.retry(storeId, kind, id), 'tried again'), 200);
  });
  app.openapi(decide('dismiss', 'Leave it at that (admins)'), async (c) => {
    adminOnly(c);
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const { kind, id } = split(c.req.valid('param').id);
    return c.json(done(await trouble.dismiss(storeId, kind, id), 'thrown away'), 200);
  });
  return app;
}

function split(named: string): { kind: TroubleKind; id: string } {
  const colon = named.indexOf(':');
  return { kind: TroubleKind.parse(named.slice(0, colon)), id: named.slice(colon + 1) };
}

function done(answer: CommandAnswer, verb: string) {
  if (answer === 'unknown') throw new Problem('not-found', 'there is no such trouble, any more');
  if (answer === 'wrong_status') throw new Problem('conflict', `it cannot be ${verb}`);
  return { status: answer };
}
