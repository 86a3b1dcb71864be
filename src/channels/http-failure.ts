// What a failed call to a provider means for the bubble that it carried.
import { SendFailed } from './channel.ts';
import type { SendFate } from './channel.ts';

/** Errors of a connection that never was: nothing can have left. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A busy provider is asked again, a broken one may have taken the bubble, any other refusal is final. */
export function fateOfStatus(status: number): SendFate {
  if (status === 429) return 'later';
  return status >= 500 || status === 408 ? 'unknown' : 'final';
}

/** For a `fetch` that threw instead of answering. */
export function notAnswered(error: unknown, timedOut: boolean): SendFailed {
  if (timedOut) return new SendFailed('unknown', 'timeout');
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'network';
  return new SendFailed(NEVER_CONNECTED.has(code) ? 'later' : 'unknown', code);
}
