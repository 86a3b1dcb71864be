// Numbers for Prometheus. Other parts register theirs on the same registry. Labels are routes and codes, never ids or phones.
import { Counter, Histogram, Registry } from 'prom-client';

export type Metrics = {
  registry: Registry;
  /** @param route the pattern, such as `/api/actors/{id}` */
  request(method: string, route: string, status: number, seconds: number): void;
  /** A text came in. @param outcome what became of it */
  text(channel: string, outcome: 'accepted' | 'duplicate' | 'refused' | 'ignored'): void;
};

/** @param registry what else this process counts is told along with it */
export function createMetrics(registry = new Registry()): Metrics {
  const requests = new Histogram({
    name: 'marty_http_request_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const texts = new Counter({
    name: 'marty_texts_received_total',
    help: 'Texts from customers, by channel and by what became of them.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    request: (method, route, status, seconds) => requests.observe({ method, route, status: String(status) }, seconds),
    text: (channel, outcome) => texts.inc({ channel, outcome }),
  };
}
