// A span for every request, under the caller's own where it sent a traceparent. It names the route, never the path:
// paths may hold phone numbers.
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import type { Edge } from './edge.ts';
import { knownMethod, routeOf } from './middleware.ts';

const tracer = () => trace.getTracer('marty');

/** Costs next to nothing while no SDK is registered. */
export const traced: MiddlewareHandler<Edge> = (c, next) => {
  const method = knownMethod(c.req.method);
  const from = propagation.extract(context.active(), { traceparent: c.req.header('traceparent') });
  return tracer().startActiveSpan(method, { kind: SpanKind.SERVER }, from, async (span) => {
    try {
      await next();
    } finally {
      const route = routeOf(c);
      span.updateName(`${method} ${route}`).setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': c.res.status,
        'marty.correlationId': c.get('correlationId'),
      });
      if (c.res.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
  });
};
