// The outbox and its dead letters: what Marty asked the outside to do, and a second chance for what failed.
import { createRoute, z } from '@hono/zod-openapi';
import type { CommandAnswer, WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { CommandPage, CommandsQuery } from '../wire/actors.ts';
import { StoreSlug } from '../wire/common.ts';
import { bearer, conflict, json, staffRefusals } from './answers.ts';

const CommandPath = z.object({ id: z.uuid() });
const OneStore = z.object({ store: StoreSlug });
const Done = z.object({ status: z.literal('done') });

const listCommands = createRoute({
  method: 'get',
  path: '/api/commands',
  summary: 'Commands, newest first',
  ...bearer,
  request: { query: CommandsQuery },
  responses: { 200: json('A page', CommandPage), ...staffRefusals },
});

const change = <Verb extends 'retry' | 'cancel'>(verb: Verb, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/commands/{id}/${verb}`,
    summary,
    ...bearer,
    request: { params: CommandPath, query: OneStore },
    responses: { 200: json('Done', Done), ...staffRefusals, ...conflict },
  });

export function commandRoutes(deps: WebDeps) {
  const { commands } = deps;
  const app = routes();
  app.openapi(listCommands, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await commands.list({ storeId, ...query }), 200);
  });
  app.openapi(change('retry', 'Try a failed command again'), async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json(done(await commands.retry(storeId, c.req.valid('param').id), 'retried'), 200);
  });
  app.openapi(change('cancel', 'Give a command up'), async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json(done(await commands.cancel(storeId, c.req.valid('param').id), 'cancelled'), 200);
  });
  return app;
}

function done(answer: CommandAnswer, verb: string) {
  if (answer === 'unknown') throw new Problem('not-found', 'there is no such command');
  if (answer === 'wrong_status') throw new Problem('conflict', `in its present status it cannot be ${verb}`);
  return { status: answer };
}
