// Every call to an outside service passes here: it is counted, timed, put into a span, and remembered as the last that
// is known of that service. What was asked and answered is not looked at.
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SourceName } from '../../catalogue/sources/source.ts';
import type { Instruments } from './instruments.ts';
import type { Standings } from './standings.ts';

/** `refused`: it answered, and the answer is no. `resting`: a breaker let nobody ask. `aborted`: we hung up ourselves. */
export type CallOutcome = 'ok' | 'refused' | 'failed' | 'resting' | 'aborted';
export type Provider = 'claude' | 'square' | 'smobi' | 'twilio' | 'till' | SourceName;

/** Runs a call; `judge` says what a throw means. */
export type Outside = <T>(
  provider: Provider,
  operation: string,
  call: () => Promise<T>,
  judge: (error: unknown) => Exclude<CallOutcome, 'ok'>,
) => Promise<T>;

/** Takes note of a call that a breaker kept from being made, where the breaker stands before the watch. */
export type Resting = (provider: Provider, operation: string) => void;

const tracer = () => trace.getTracer('marty');

/** @param now milliseconds since 1970 (UTC) */
export function createOutside(
  { providerCalls, providerSeconds, breakerOpen }: Instruments,
  standings: Pick<Standings, 'note'>,
  now: () => number,
): { outside: Outside; resting: Resting } {
  function note(provider: Provider, operation: string, outcome: CallOutcome, ms: number): void {
    providerCalls.inc({ provider, operation, outcome });
    if (outcome !== 'resting') providerSeconds.observe({ provider, operation }, ms / 1000);
    if (outcome === 'resting') breakerOpen.set({ provider }, 1);
    else if (outcome === 'failed' || outcome === 'aborted')
      breakerOpen.inc({ provider }, 0); // stays: a try that failed opens it anew
    else breakerOpen.set({ provider }, 0);
    standings.note(provider, outcome);
  }

  const outside: Outside = (provider, operation, call, judge) =>
    tracer().startActiveSpan(`${provider} ${operation}`, { kind: SpanKind.CLIENT }, async (span) => {
      const began = now();
      let outcome: CallOutcome = 'ok';
      try {
        return await call();
      } catch (error) {
        outcome = judge(error);
        if (outcome !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        note(provider, operation, outcome, now() - began);
        span.setAttributes({ 'marty.provider': provider, 'marty.outcome': outcome }).end();
      }
    });
  return { outside, resting: (provider, operation) => note(provider, operation, 'resting', 0) };
}
