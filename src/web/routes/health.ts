// Is it alive, can it take work, how does each part do; and the numbers for Prometheus.
import { createRoute, z } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { Checks } from '../wire/health.ts';
import { Health } from '../wire/health.ts';
import { json } from './answers.ts';

const Live = z.object({ status: z.literal('live') });
const Ready = z.object({ status: z.enum(['ready', 'unready']) });

const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  summary: 'How each part does',
  responses: {
    200: json('healthy, or degraded: texts are still committed', Health),
    503: json('The database is gone', Health),
  },
});
const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  summary: 'The process answers',
  responses: { 200: json('It does', Live) },
});
const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  summary: 'The process can commit texts',
  responses: { 200: json('It can', Ready), 503: json('It cannot', Ready) },
});

export function healthRoutes({ config, health, breakers, metrics, now }: WebDeps) {
  const app = routes();
  app.openapi(healthRoute, async (c) => {
    const [checks, open] = await Promise.all([health(), breakers()]);
    const status = overall(checks);
    const report = {
      status,
      version: config.version,
      timestamp: new Date(now()).toISOString(),
      checks,
      breakers: open,
    };
    return c.json(report, status === 'unhealthy' ? 503 : 200);
  });
  app.openapi(liveRoute, (c) => c.json({ status: 'live' as const }, 200));
  app.openapi(readyRoute, async (c) => {
    const { database } = await health();
    return database === 'down'
      ? c.json({ status: 'unready' as const }, 503)
      : c.json({ status: 'ready' as const }, 200);
  });
  app.get('/metrics', async (c) =>
    c.body(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );
  return app;
}

/** Without the database nothing can be committed; without anything else, only answers are late. */
function overall({ database, ...others }: Checks): 'healthy' | 'degraded' | 'unhealthy' {
  if (database === 'down') return 'unhealthy';
  return Object.values(others).includes('down') ? 'degraded' : 'healthy';
}
