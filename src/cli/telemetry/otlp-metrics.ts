// The numbers of the Prometheus registry in OpenTelemetry's form, so that both tell the same: nothing is counted twice.
import { ValueType } from '@opentelemetry/api';
import type { Attributes, HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, Histogram, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { z } from 'zod';

type Series = MetricObjectWithValues<MetricValue<string>>;

/** Everything in the registry, cumulative since now. @param now milliseconds since 1970 (UTC) */
export function producerOf(registry: Registry, now: () => number): MetricProducer {
  const startTime = timeOf(now());
  return {
    async collect() {
      const series = await registry.getMetricsAsJSON();
      const endTime = timeOf(now());
      const metrics = series.flatMap((one) => metricOf(one, { startTime, endTime }));
      const scopeMetrics = [{ scope: { name: 'marty' }, metrics }];
      return { resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics }, errors: [] };
    },
  };
}

type Span = { startTime: HrTime; endTime: HrTime };
const KINDS = z.enum(['counter', 'gauge', 'histogram', 'summary']);

// A summary's quantiles have no form there and are left out; prom-client's own process metrics have none.
function metricOf(series: Series, span: Span): MetricData[] {
  const kind = KINDS.parse(String(series.type));
  const values = series.values.filter(({ value }) => Number.isFinite(value));
  if (kind === 'summary' || values.length === 0) return [];
  const descriptor = { name: series.name, description: series.help, unit: '', valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  if (kind === 'histogram') {
    return [{ ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(series, span) }];
  }
  const dataPoints = values.map(({ labels, value }) => ({ ...span, attributes: attributesOf(labels), value }));
  return kind === 'counter'
    ? [{ ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }]
    : [{ ...common, dataPointType: DataPointType.GAUGE, dataPoints }];
}

type Drawn = { attributes: Attributes; bounds: number[]; upTo: number[]; sum: number; count: number };

/** prom-client lists the running totals of the buckets one by one; OpenTelemetry wants what lies in each. */
function histograms({ values, name }: Series, span: Span): DataPoint<Histogram>[] {
  const drawn = new Map<string, Drawn>();
  for (const { labels, value, ...rest } of values) {
    const { le, ...others } = labels;
    const attributes = attributesOf(others);
    const key = JSON.stringify(attributes);
    const one = drawn.get(key) ?? { attributes, bounds: [], upTo: [], sum: 0, count: 0 };
    drawn.set(key, one);
    const metricName = 'metricName' in rest ? rest.metricName : name;
    if (metricName === `${name}_sum`) one.sum = value;
    else if (metricName === `${name}_count`) one.count = value;
    else if (le !== undefined && le !== '+Inf') {
      one.bounds.push(Number(le));
      one.upTo.push(value);
    }
  }
  return [...drawn.values()].map(({ attributes, bounds, upTo, sum, count }) => {
    const counts = [...upTo, count].map((total, n, all) => total - (all[n - 1] ?? 0));
    return { ...span, attributes, value: { buckets: { boundaries: bounds, counts }, sum, count } };
  });
}

function attributesOf(labels: Partial<Record<string, string | number>>): Attributes {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}

function timeOf(ms: number): HrTime {
  return [Math.trunc(ms / 1000), (ms % 1000) * 1_000_000];
}
