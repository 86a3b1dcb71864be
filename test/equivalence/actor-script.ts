// What is done to an actor in an equivalence test, and what is then seen of it: the same words for XState's own in-memory
// actor and for the durable one, so that two traces can be compared whole.
import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { DurableMachine } from '../../src/runtime/machine.ts';

/** Who either actor is, and when it is born, in milliseconds since 1970 (UTC): both are told the same by `turn`. */
export const KEY = '0190a000-0000-7000-8000-00000000beef';
export const BIRTH = Date.UTC(2026, 0, 1);

/** How work that a state invoked ends: as a worker's outcome. */
export type Answer =
  { status: 'done'; output: unknown } | { status: 'refused'; code: string } | { status: 'failed'; code: string };

/** One step of a script. A `work` counts modulo what there is; where there is none the step does nothing. */
export type Move =
  | { do: 'send'; event: AnyEventObject }
  /** The n-th piece of work that is under way ends. */
  | { do: 'answer'; work: number; answer: Answer }
  /** The n-th piece of work that was stopped ends all the same, or one that has ended does so once more. */
  | { do: 'answerLate'; work: number; answer: Answer }
  /** The n-th piece of work that is under way tells its actor something. */
  | { do: 'tell'; work: number; event: AnyEventObject }
  /** The n-th piece of work that was stopped or has ended tries to. */
  | { do: 'tellLate'; work: number; event: AnyEventObject }
  /** The timer that is due next fires. */
  | { do: 'wait' }
  /** So much time passes (ms), and every timer fires that is due in it. */
  | { do: 'waitFor'; ms: number };

/** What one step left behind. */
export type Seen = {
  value: unknown;
  context: unknown;
  /** `error`: the step failed. XState's own actor is over then; the durable one stands as before, its event set aside. */
  status: string;
  output: unknown;
  /** Ids of the nodes that each history state remembers. */
  history: Record<string, string[]>;
  /** Work under way, as `childId#n` (the n-th of that id). */
  running: string[];
  /** When the waiting timers are due (ms since birth). */
  timers: number[];
  /** Work that began in this step, in order. */
  began: Array<{ work: string; input: unknown }>;
  /** Commands, in order: the effects of named actions. */
  did: Array<{ name: string; params: unknown }>;
  /** Actors that were given birth to, in order. */
  started: unknown[];
  sent: AnyEventObject[];
  emitted: AnyEventObject[];
  looked: unknown;
};

/** An actor under test. */
export type Subject = {
  /** What its birth left behind. */
  born: () => Promise<Seen>;
  move: (move: Move) => Promise<Seen>;
};

/** Makes the machine anew, for either actor. `peer` is where it sends to: an address in the durable one, a recorder in memory. */
export type Build = (parts: { peer: () => AnyActorRef }) => AnyStateMachine;

export type Case = {
  build: Build;
  context: DurableMachine['context'];
  /** What else is asked of a snapshot, such as its tags. */
  look?: (snapshot: AnyMachineSnapshot) => unknown;
};

/** A result as XState's own child machinery would carry it in memory, and the durable runtime after a round through Postgres. */
export function errorOf(answer: Exclude<Answer, { status: 'done' }>): unknown {
  return answer.status === 'refused' ? { name: 'Refusal', code: answer.code } : { name: 'Failure', code: answer.code };
}

export function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** The n-th of a list, counted around it; undefined where it is empty. */
export function nth<T>(list: readonly T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length];
}
