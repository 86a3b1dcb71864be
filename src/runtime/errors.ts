// What the runtime itself can refuse, each with a code from a closed union and ids, never content; and how any error is named in a log.

/**
 * - `unsupported`: a machine uses something that has no durable form (the sentence names state and effect)
 * - `unreadable`: a stored snapshot does not fit this build's machine
 * - `too_new`: it was written by a newer version of the machine
 * - `step_failed`: the machine threw, or its status became `error`
 * - `not_born`: no such actor, and its machine is only born by `start`
 * - `forbidden_event`: an event that only the runtime may make
 * - `overloaded`: more is waiting than the bound allows; nothing was taken in
 * - `stopped`: the runtime is shutting down
 */
export type RuntimeErrorCode =
  'unsupported' | 'unreadable' | 'too_new' | 'step_failed' | 'not_born' | 'forbidden_event' | 'overloaded' | 'stopped';

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  constructor(
    readonly code: RuntimeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How Redis begins what it refuses; https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REDIS_REFUSAL =
  /^(?:CLUSTERDOWN|DENIED|LOADING|MASTERDOWN|MISCONF|NOAUTH|NOPERM|NOREPLICAS|OOM|READONLY|WRONGPASS)(?= )/;

/** The code of a system's, a database's or Redis' error, or else its name: never its message, which may quote what was sent. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[\w-]{1,40}$/.test(code)) return code;
  const [refusal] = REDIS_REFUSAL.exec(error.message) ?? [];
  return refusal ?? (error.cause instanceof Error ? errorName(error.cause) : error.name);
}
