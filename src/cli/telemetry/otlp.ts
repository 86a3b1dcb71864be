// Traces and metrics out over OTLP/HTTP, loaded only where an endpoint is configured. OpenTelemetry reads its own OTEL_*
// variables: this is the one place that puts what `.env` said of them where it looks.
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { BullMQOtel } from 'bullmq-otel';
import type { Registry } from 'prom-client';
import type { Watch } from '../../runtime/carrier.ts';
import type { Config } from '../config/config.ts';
import { producerOf } from './otlp-metrics.ts';

const EXPORT_INTERVAL_MS = 60_000;

/**
 * Registers traces for this process and sends what the registry counts. The returned function sends what is left and ends it.
 * An endpoint that does not answer loses spans and stops nothing.
 */
export function startExport({ variables }: NonNullable<Config['otlp']>, registry: Registry): () => Promise<void> {
  for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
  const own = resourceFromAttributes({ 'service.name': 'marty', 'service.instance.id': crypto.randomUUID() });
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
  const tracer = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  tracer.register();
  const exportIntervalMillis = Number(variables['OTEL_METRIC_EXPORT_INTERVAL'] ?? EXPORT_INTERVAL_MS);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(exportIntervalMillis, 30_000),
    metricProducers: [producerOf(registry, Date.now)],
  });
  const meter = new MeterProvider({ resource, readers: [reader] });
  return async () => {
    await Promise.allSettled([tracer.shutdown(), meter.shutdown()]);
  };
}

/** BullMQ's own spans: one a parcel, to which each command's span is linked. */
export function watchedQueue(): Watch {
  return { telemetry: new BullMQOtel({ tracerName: 'bullmq' }) };
}
