// What the runtime itself can refuse; each has a code from a closed union and carries ids, never content.

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
