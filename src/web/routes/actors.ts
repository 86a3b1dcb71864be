// Durable actors as staff and tools see them: who there is, how they stand, how they got there, and a word to them.
import { createRoute, z } from '@hono/zod-openapi';
import { ActorPath } from '../actor-address.ts';
import type { ActorAddress, WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { Problem } from '../problem.ts';
import { sendAsStaff } from '../staff-events.ts';
import { storeForStaff } from '../stores.ts';
import {
  ActorDetail,
  ActorPage,
  ActorSnapshot,
  ActorsQuery,
  EventBody,
  HistoryQuery,
  TurnPage,
} from '../wire/actors.ts';
import { StoreSlug } from '../wire/common.ts';
import { accepted, bearer, body, json, staffRefusals } from './answers.ts';

const OneStore = z.object({ store: StoreSlug });
const SnapshotPath = ActorPath.extend({ seq: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

const listActors = createRoute({
  method: 'get',
  path: '/api/actors',
  summary: 'Actors, newest activity first',
  ...bearer,
  request: { query: ActorsQuery },
  responses: { 200: json('A page', ActorPage), ...staffRefusals },
});
const showActor = createRoute({
  method: 'get',
  path: '/api/actors/{id}',
  summary: 'One actor as it stands',
  ...bearer,
  request: { params: ActorPath, query: OneStore },
  responses: { 200: json('The actor', ActorDetail), ...staffRefusals },
});
const showHistory = createRoute({
  method: 'get',
  path: '/api/actors/{id}/history',
  summary: 'Its turns, oldest first',
  ...bearer,
  request: { params: ActorPath, query: HistoryQuery },
  responses: { 200: json('A page', TurnPage), ...staffRefusals },
});
const showSnapshot = createRoute({
  method: 'get',
  path: '/api/actors/{id}/snapshots/{seq}',
  summary: 'The actor as it stood after one turn',
  ...bearer,
  request: { params: SnapshotPath, query: OneStore },
  responses: { 200: json('The snapshot', ActorSnapshot), ...staffRefusals },
});
const sendEvent = createRoute({
  method: 'post',
  path: '/api/actors/{id}/events',
  summary: 'Say something to an actor that its machine takes from staff',
  ...bearer,
  request: { params: ActorPath, query: OneStore, body: body(EventBody) },
  responses: { ...accepted, ...staffRefusals },
});

export function actorRoutes(deps: WebDeps) {
  const { actors } = deps;
  const app = routes();
  app.openapi(listActors, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await actors.list({ storeId, ...query }), 200);
  });
  app.openapi(showActor, async (c) => {
    const address = await addressOf(deps, c, c.req.valid('param').id, c.req.valid('query').store);
    return c.json(present(await actors.show(address)), 200);
  });
  app.openapi(showHistory, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const address = await addressOf(deps, c, c.req.valid('param').id, slug);
    return c.json(present(await actors.history(address, query)), 200);
  });
  app.openapi(showSnapshot, async (c) => {
    const { id, seq } = c.req.valid('param');
    const address = await addressOf(deps, c, id, c.req.valid('query').store);
    return c.json(present(await actors.snapshotAt(address, seq)), 200);
  });
  app.openapi(sendEvent, async (c) => {
    const address = await addressOf(deps, c, c.req.valid('param').id, c.req.valid('query').store);
    return c.json(await sendAsStaff(deps, c, address, c.req.valid('json')), 202);
  });
  return app;
}

type Named = Omit<ActorAddress, 'storeId'>;
async function addressOf(deps: WebDeps, c: EdgeContext, named: Named, slug: string | undefined): Promise<ActorAddress> {
  const store = await storeForStaff(deps, c.get('staff'), slug);
  return { storeId: store.id, ...named };
}

function present<Found>(found: Found | null): Found {
  if (found === null) throw new Problem('not-found', 'there is no such actor, or it never took that turn');
  return found;
}
