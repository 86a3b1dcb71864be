// The whole HTTP surface, put together from its parts: what surrounds every request, then auth, then the routes.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { audited } from './audited.ts';
import { staffOnly } from './auth.ts';
import type { WebDeps } from './deps.ts';
import { routes } from './edge.ts';
import type { Edge } from './edge.ts';
import { answerError, boundedBody, correlate, measured, otherMethods, plainAddress, secure } from './middleware.ts';
import { Problem } from './problem.ts';
import { actorRoutes } from './routes/actors.ts';
import { auditRoutes } from './routes/audit.ts';
import { bookRoutes } from './routes/books.ts';
import { cannedRoutes } from './routes/canned.ts';
import { commandRoutes } from './routes/commands.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { liveRoutes } from './routes/live.ts';
import { machineRoutes } from './routes/machines.ts';
import { noteRoutes } from './routes/notes.ts';
import { numberRoutes } from './routes/numbers.ts';
import { orderRoutes } from './routes/orders.ts';
import { pageRoutes } from './routes/pages.ts';
import { probeRoutes } from './routes/probe.ts';
import { sessionRoutes } from './routes/session.ts';
import { simulatorRoutes } from './routes/simulator.ts';
import { smobiRoutes } from './routes/smobi.ts';
import { stockRoutes } from './routes/stock.ts';
import { troubleRoutes } from './routes/trouble.ts';
import { twilioRoutes } from './routes/twilio.ts';
import { markedAsDemo } from './demo.ts';
import { traced } from './traced.ts';

/** Parts of `/api` that prove who is asking in their own way, or need not. */
const isOpen = (path: string) => path === '/api/session' || path.startsWith('/api/simulator/');

/** Throws a RangeError when an address list in the config cannot be read. */
export function createApp(deps: WebDeps): OpenAPIHono<Edge> {
  const app = routes();
  surround(app, deps);
  for (const mount of deps.mounts) app.route('/', mount);
  const parts = [
    healthRoutes,
    smobiRoutes,
    probeRoutes,
    twilioRoutes,
    simulatorRoutes,
    sessionRoutes,
    bookRoutes,
    stockRoutes,
    orderRoutes,
    inboxRoutes,
    conversationRoutes,
    noteRoutes,
    cannedRoutes,
    actorRoutes,
    commandRoutes,
    machineRoutes,
    troubleRoutes,
    numberRoutes,
    liveRoutes,
    auditRoutes,
    pageRoutes,
  ];
  for (const part of parts) app.route('/', part(deps));
  app.route('/', docsRoutes(app, deps));
  return app;
}

function surround(app: OpenAPIHono<Edge>, deps: WebDeps): void {
  app.onError(answerError(deps.log));
  app.notFound((c) => new Problem('not-found', 'no such address').toResponse(c.get('correlationId')));
  app.use(
    correlate(deps.newId),
    traced,
    measured(deps),
    secure(deps.config.publicUrl),
    markedAsDemo(deps.config.isDemo),
    otherMethods(app),
    crossOrigin(deps),
  );
  app.use(plainAddress, ...boundedBody());
  for (const guard of [staffOnly(deps), audited(deps)]) {
    app.use('/api/*', (c, next) => (isOpen(c.req.path) ? next() : guard(c, next)));
  }
}

function crossOrigin({ config }: WebDeps) {
  return cors({
    origin: config.corsOrigins,
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-correlation-id'],
    exposeHeaders: ['x-correlation-id', 'retry-after'],
    maxAge: 600,
  });
}
