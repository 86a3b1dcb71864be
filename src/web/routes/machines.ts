// The statecharts as JSON, with how many actors stand in each state.
import { createRoute, z } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { MachineDetail, MachineList, MachineStats, MachineStatsQuery } from '../wire/machines.ts';
import { StoreSlug } from '../wire/common.ts';
import { bearer, json, staffRefusals } from './answers.ts';

const MachinePath = z.object({ id: z.string().regex(/^[A-Za-z][\w-]{0,59}$/) });
const OneStore = z.object({ store: StoreSlug });

const listMachines = createRoute({
  method: 'get',
  path: '/api/machines',
  summary: 'Every statechart',
  ...bearer,
  request: { query: OneStore },
  responses: { 200: json('All of them', MachineList), ...staffRefusals },
});
const showMachine = createRoute({
  method: 'get',
  path: '/api/machines/{id}',
  summary: 'One statechart, as Stately Studio opens it',
  ...bearer,
  request: { params: MachinePath, query: OneStore },
  responses: { 200: json('The chart', MachineDetail), ...staffRefusals },
});

const showStats = createRoute({
  method: 'get',
  path: '/api/machines/{id}/stats',
  summary: 'How long actors stay in each state, where they go from there, and which version they run',
  ...bearer,
  request: { params: MachinePath, query: MachineStatsQuery },
  responses: { 200: json('From the journal, as it was less than a minute ago', MachineStats), ...staffRefusals },
});

export function machineRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(listMachines, async (c) => {
    const { id } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return c.json({ items: await deps.machines.list(id), nextCursor: null }, 200);
  });
  app.openapi(showMachine, async (c) => {
    const { id } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const machine = await deps.machines.show(id, c.req.valid('param').id);
    if (machine === null) throw new Problem('not-found', 'there is no such machine');
    return c.json(machine, 200);
  });
  app.openapi(showStats, async (c) => {
    const { store: slug, days } = c.req.valid('query');
    const { id } = await storeForStaff(deps, c.get('staff'), slug);
    const stats = await deps.machines.stats(id, c.req.valid('param').id, days);
    if (stats === null) throw new Problem('not-found', 'there is no such machine');
    return c.json(stats, 200);
  });
  return app;
}
