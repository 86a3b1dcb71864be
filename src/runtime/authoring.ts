// What a statechart imports to become durable: nothing here does I/O, and every machine that uses it
// still runs unchanged in memory under XState's own createActor.
import { fromPromise } from 'xstate';
import type { AnyActorRef, AnyEventObject, PromiseActorLogic } from 'xstate';

/** Names work that a BullMQ worker does: the logic registered under `src` runs, and its result comes back as an event. */
export function durable<Input, Output>(src: string): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new Error(`provide an implementation of "${src}" to run in memory`)),
  );
}

/** Names an effect whose body never runs in the machine: the runtime turns it into a row of the same commit. */
export function command<Params = undefined>(_name: string): (args: unknown, params: Params) => void {
  return () => undefined;
}

/** A target for XState's `sendTo`: an actor by its natural id, such as `order` and an order's uuid. */
export function actor(machine: string, id: string): AnyActorRef {
  return target({ id: `${machine}:${id}` });
}

/** A target for XState's `sendTo`: an actor by its key, as `turn.self` and every log line name it. */
export function actorByKey(key: string): AnyActorRef {
  return target({ id: `key:${key}` });
}

// XState types a target as a live ActorRef; a durable one is an address, and the adapter accepts nothing else.
function target(address: Pick<AnyActorRef, 'id'>): AnyActorRef {
  return address as AnyActorRef;
}

/** Params of the built-in action `start`: gives birth to another actor in the same commit. */
export type StartParams = { machine: string; id: string; input: unknown };

/** What the adapter sets around each step; a machine reads it instead of the clock and of random ids. */
export type Turn = {
  /** The turn's instant, in milliseconds since 1970 (UTC); replay gets the journaled one. */
  at: number;
  /** The stepped actor's key, a UUID. */
  self: string;
  /** A UUIDv7 made from actor, turn and n: the same turn replayed gives the same ids. */
  id: (n: number) => string;
};

const TURN = Symbol.for('durable-xstate.turn');
const ambient = globalThis as { [TURN]?: Turn | undefined };

/** Runs a synchronous step with `turn` set. */
export function withTurn<T>(current: Turn, step: () => T): T {
  const outer = ambient[TURN];
  ambient[TURN] = current;
  try {
    return step();
  } finally {
    ambient[TURN] = outer;
  }
}

/**
 * The turn under way. Outside the durable runtime (a machine run in memory, or opened in Stately) it is
 * the wall clock, and ids are random.
 */
export const turn: Turn = {
  get at() {
    return ambient[TURN]?.at ?? Date.now();
  },
  get self() {
    return ambient[TURN]?.self ?? '00000000-0000-7000-8000-000000000000';
  },
  id: (n) => ambient[TURN]?.id(n) ?? crypto.randomUUID(),
};

/** The code of an expected refusal (`sold_out`, `declined`) that an invoked actor answered with, or null for a breakdown. */
export function refusalOf(event: AnyEventObject): string | null {
  const error: unknown = event['error'];
  if (typeof error !== 'object' || error === null) return null;
  if (!('name' in error) || error.name !== 'Refusal' || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
