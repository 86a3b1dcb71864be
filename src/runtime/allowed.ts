// Which events an actor would take as it stands: the machine itself is asked, nothing is stepped.
import type { AnyEventObject } from 'xstate';
import { migrate } from './actor-turn.ts';
import { withTurn } from './authoring.ts';
import { RuntimeError } from './errors.ts';
import { turnIds } from './ids.ts';
import type { DurableMachine } from './machine.ts';
import type { StoredSnapshot } from './snapshot.ts';
import { restore } from './persist.ts';

/** An actor as it is stored. */
export type Standing = { key: string; seq: number; version: number; snapshot: StoredSnapshot };

/**
 * Those of `events` that the machine would act on now, guards included; an event that it would only swallow is not among
 * them. None for an actor that is over, or that this build cannot read.
 * @param nowMs what guards take for the present, in milliseconds since 1970 (UTC)
 */
export function allowedEvents<Event extends AnyEventObject>(
  definition: DurableMachine,
  { key, seq, version, snapshot: stored }: Standing,
  events: readonly Event[],
  nowMs: number,
): Event[] {
  if (version > definition.version) return [];
  try {
    const { snapshot } = restore(definition, migrate(definition, stored, version));
    if (snapshot.status !== 'active') return [];
    return withTurn(turnIds(key, seq + 1, nowMs), () => events.filter((event) => snapshot.can(event)));
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'unreadable') return [];
    throw error;
  }
}
