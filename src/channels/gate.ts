// The last gate: asked about every bubble right before it leaves. Pure.
import type { Message } from '../../schema/messages.ts';

/** Talk that waited longer than this is about a moment that has passed, in milliseconds. */
export const TALK_MAX_AGE_MS = 2 * 60 * 1000;

export type GateThread = { optedOut: boolean; heardSeq: number };
export type GateBubble = Pick<Message, 'kind' | 'seq' | 'exempt' | 'at' | 'started' | 'status'>;

export type Verdict = 'send' | 'opted_out' | 'asleep' | 'stale';

/**
 * `opted_out`: the phone wants nothing, and this is neither the confirmation of STOP nor the answer to HELP.
 * `asleep`: we began this one, and its reader does not wake before `wakesMs`; what may be half sent already is finished.
 * `stale`: talk that was said before the customer's last text, or more than two minutes ago.
 */
export function gate(thread: GateThread, bubble: GateBubble, nowMs: number, wakesMs: number): Verdict {
  if (thread.optedOut && !bubble.exempt) return 'opted_out';
  if (bubble.started && bubble.status === 'queued' && wakesMs > nowMs) return 'asleep';
  if (bubble.kind === 'fact') return 'send';
  const overtaken = bubble.seq < thread.heardSeq;
  return overtaken || nowMs - bubble.at.getTime() > TALK_MAX_AGE_MS ? 'stale' : 'send';
}
