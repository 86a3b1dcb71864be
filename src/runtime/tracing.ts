// Traces, by the OpenTelemetry API alone: where no SDK is registered, all of this does next to nothing.
// The context travels as a W3C traceparent in the rows, so that a trace goes on in whatever process takes them up.
import { isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as traces } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';

// Asked for anew each time: who ends an SDK and registers another is heard.
const tracer = () => traces.getTracer('durable-xstate');
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A turn that is being drafted. `trace`: the traceparent that goes with what it asks for; null while tracing is off. */
export type TurnSpan = { trace: string | null; end: () => void };

export type TracedTurn = {
  storeId: number;
  actorKey: string;
  machine: string;
  seq: number;
  type: string;
  source: string;
  correlationId: string;
  /** When it was stepped (ms since 1970). */
  at: number;
};

export type TracedCommand = {
  storeId: number;
  id: string;
  actorKey: string;
  kind: string;
  name: string;
  attempt: number;
  correlationId: string;
  trace: string | null;
};

/** The traceparent of the span under which this code runs, as a field of what is sent on; empty outside of any. */
export function tracedNow(): { trace?: string } {
  const trace = traceparentOf(traces.getActiveSpan());
  return trace === null ? {} : { trace };
}

/** Begins the span of a turn under that of its cause. A turn that is not committed is never told of. */
export function startTurn({ at, ...turn }: TracedTurn, cause: string | undefined): TurnSpan {
  const span = tracer().startSpan(`turn ${turn.machine}`, { kind: SpanKind.CONSUMER, startTime: at }, contextOf(cause));
  if (span.isRecording()) span.setAttributes(attributesOf(turn));
  return { trace: traceparentOf(span), end: () => span.end() };
}

/** Runs an attempt at a command in a span of its own, under that of the turn that asked for it. */
export function inCommand<T>(command: TracedCommand, work: () => Promise<T>): Promise<T> {
  const { trace, storeId, id, actorKey, kind, name, attempt, correlationId } = command;
  const carriedBy = traces.getActiveSpan()?.spanContext(); // the queue's own span: of a parcel, so of several traces
  const options = {
    kind: SpanKind.CONSUMER,
    links: carriedBy && isSpanContextValid(carriedBy) ? [{ context: carriedBy }] : [],
  };
  return tracer().startActiveSpan(`command ${name}`, options, contextOf(trace ?? undefined), (span) => {
    // Field by field: what else a command carries is the customer's.
    const told = { storeId, id, actorKey, kind, name, attempt, correlationId };
    if (span.isRecording()) span.setAttributes(attributesOf(told));
    return work().finally(() => span.end());
  });
}

/** Notes on the span of the command under way what became of it; codes only. */
export function noteOutcome(status: string, code: string | null): void {
  const span = traces.getActiveSpan();
  span?.setAttributes({ 'marty.outcome': status, ...(code === null ? {} : { 'marty.code': code }) });
  if (status === 'failed' || status === 'again') span?.setStatus({ code: SpanStatusCode.ERROR });
}

function attributesOf(fields: Readonly<Record<string, string | number>>) {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`marty.${name}`, value]));
}

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return traces.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOf(span: Span | undefined): string | null {
  const context = span?.spanContext();
  if (!context || !isSpanContextValid(context)) return null;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}
