// A collector that speaks OTLP/HTTP with JSON bodies, as OpenTelemetry's exporters send them, and keeps what it was sent.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
});
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .default([])
  .transform((list): Record<string, string> => Object.fromEntries(list.map(({ key, value }) => [key, textOf(value)])));

const Span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
});
const Resource = z.object({ attributes: Attributes });
const Traces = z.object({
  resourceSpans: z.array(
    z.object({ resource: Resource, scopeSpans: z.array(z.object({ spans: z.array(Span).default([]) })) }),
  ),
});
const Point = z.object({ attributes: Attributes, asDouble: z.number().optional(), count: z.unknown().optional() });
const Points = z.object({ dataPoints: z.array(Point) }).optional();
const Metric = z.object({ name: z.string(), sum: Points, gauge: Points, histogram: Points });
const Metrics = z.object({
  resourceMetrics: z.array(z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(Metric) })) })),
});

export type KeptSpan = z.infer<typeof Span> & { instance: string };
export type KeptMetric = z.infer<typeof Metric>;

export type FakeCollector = {
  url: string;
  spans: KeptSpan[];
  metrics: KeptMetric[];
  /** Every body as it came. */
  bodies: string[];
  close: () => Promise<void>;
};

/** Starts on a free port of the loopback interface. A body that is not OTLP is answered with 400. */
export async function startFakeCollector(): Promise<FakeCollector> {
  const kept = { spans: [] as KeptSpan[], metrics: [] as KeptMetric[], bodies: [] as string[] };
  const server: Server = createServer((request, response) => {
    void take(request, kept).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    ...kept,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function take(request: IncomingMessage, kept: Pick<FakeCollector, 'spans' | 'metrics' | 'bodies'>) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString('utf8');
  kept.bodies.push(body);
  if (request.url === '/v1/traces') kept.spans.push(...spansOf(Traces.parse(JSON.parse(body))));
  else if (request.url === '/v1/metrics') {
    const { resourceMetrics } = Metrics.parse(JSON.parse(body));
    kept.metrics.push(...resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)));
  } else throw new Error('no such path');
}

function spansOf({ resourceSpans }: z.infer<typeof Traces>): KeptSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const instance = resource.attributes['service.instance.id'] ?? '';
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, instance })));
  });
}

function textOf({ stringValue, intValue, doubleValue }: z.infer<typeof Value>): string {
  return stringValue ?? String(intValue ?? doubleValue ?? '');
}
