// The synthetic customer asks how it was served, and to be forgotten. Signed as Smobi signs, by the same guard; it can ask
// for nobody but itself.
import { createRoute } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { storeByNumber } from '../stores.ts';
import { ProbeRequest, ProbeState } from '../wire/probe.ts';
import { body, json, refusals, unsigned } from './answers.ts';
import { signedBySmobi } from './smobi.ts';

export function probeRoutes(deps: WebDeps) {
  const app = routes();
  app.use('/webhook/probe', signedBySmobi(deps));
  app.openapi(
    createRoute({
      method: 'post',
      path: '/webhook/probe',
      summary: 'How the synthetic customer of `marty probe` was served; and forget it',
      request: { body: body(ProbeRequest) },
      responses: { 200: json('So far', ProbeState), ...refusals, ...unsigned },
    }),
    async (c) => {
      const { act, to } = c.req.valid('json');
      const { id } = await storeByNumber(deps, to, c.get('signedFor'));
      return c.json(await deps.probe[act](id), 200);
    },
  );
  return app;
}
