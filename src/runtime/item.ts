// What waits in a lane: one cause for one actor, and who wants to hear what became of it.
import type { Envelope, Outcome } from './cause.ts';

/** What an item asks for. `wake` steps what waits in the actor's inbox: the first rows of it, or one alone, whose
 * position is noted when it is read. */
export type Work =
  | { kind: 'event'; envelope: Envelope }
  | { kind: 'result'; envelope: Envelope; command: string; outcome: Outcome }
  | { kind: 'told'; envelope: Envelope; command: string }
  | { kind: 'timer'; envelope: Envelope; id: string; token: string }
  | { kind: 'wake'; alone?: { position: number | null } };

/** What became of an item, after its commit. `missing`: there is no such actor, or it was forgotten. */
export type Settled = 'stepped' | 'ended' | 'dropped' | 'duplicate' | 'aside' | 'parked' | 'missing';

export type Item = {
  storeId: number;
  actorKey: string;
  work: Work;
  /** A repeated key changes nothing; null for what is bound to a row of its own (a result, a timer, the inbox). */
  dedupeKey: string | null;
  /** How often the actor was found locked by another process. */
  missed: number;
  /** How many deaths it seemed to have caused when it last waited for that; 0 when it never has; see probation.ts. */
  doubtedAt: number;
  /** When it came in (ms, by the clock's `elapsed`). */
  at: number;
  settle: (settled: Settled) => void;
  fail: (error: Error) => void;
};
