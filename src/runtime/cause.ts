// Why an actor takes a turn. A cause that cannot be stepped now is kept in the inbox in this very form.
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';

const AnyEvent = z.looseObject({ type: z.string() });

/** What running a command came to. `failed` carries a code, never the error's text. */
export const Outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), output: z.unknown().optional() }),
  z.object({ status: z.literal('refused'), code: z.string(), data: z.unknown().optional() }),
  z.object({ status: z.literal('failed'), code: z.string() }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** The code of work that its worker broke off: because it was cancelled, or because the worker lost its lease. */
export const ABORTED = 'aborted';

export const Cause = z.discriminatedUnion('kind', [
  /** Birth by the action `start`. */
  z.object({ kind: z.literal('init'), input: z.unknown().optional() }),
  z.object({ kind: z.literal('event'), event: AnyEvent }),
  /** `attempt` is the delivery that it comes from: a failure counts only if it is the newest one's. */
  z.object({ kind: z.literal('result'), command: z.string(), outcome: Outcome, attempt: z.number().optional() }),
  /** What invoked work tells its actor while it runs; of worth only from the attempt that is under way. */
  z.object({ kind: z.literal('told'), command: z.string(), attempt: z.number(), event: AnyEvent }),
  z.object({ kind: z.literal('timer'), id: z.string(), token: z.string() }),
]);
export type Cause = z.infer<typeof Cause>;

/**
 * A cause on its way to an actor. `source` says for people where it came from: `smobi`, `actor:order`, `timer` …
 * `trace` is the W3C traceparent of whoever sent it, while tracing is on.
 */
export const Envelope = z.object({
  cause: Cause,
  source: z.string(),
  correlationId: z.string(),
  trace: z.string().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

/** A cause's event type as people and the journal name it, before the machine has seen it. */
export function typeOf(cause: Cause): string {
  switch (cause.kind) {
    case 'init':
      return 'xstate.init';
    case 'event':
    case 'told':
      return cause.event.type;
    case 'result':
      return cause.outcome.status === 'done' ? 'xstate.done.actor' : 'xstate.error.actor';
    case 'timer':
      return cause.id;
  }
}

/** The event by which XState itself tells a machine what became of its child. */
export function resultEvent(childId: string, outcome: Outcome): AnyEventObject {
  if (outcome.status === 'done')
    return { type: `xstate.done.actor.${childId}`, output: outcome.output, actorId: childId };
  const { code } = outcome;
  const error =
    outcome.status === 'refused' ? { name: 'Refusal', code, data: outcome.data } : { name: 'Failure', code };
  return { type: `xstate.error.actor.${childId}`, error, actorId: childId };
}
