// Checks stored actors against this build: can it read them, and does it still decide as it did?
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';
import { migrate } from './actor-turn.ts';
import type { TurnView } from './archive.ts';
import { turnIds } from './ids.ts';
import type { DurableMachine } from './machine.ts';
import { StoredSnapshot } from './snapshot.ts';
import type { LiveSnapshot } from './snapshot.ts';
import { persist, restore } from './persist.ts';
import { begin, step } from './stepper.ts';
import type { Stepped } from './stepper.ts';

/** Why this build cannot read a stored actor, in one sentence; null when it is at home here. */
export function misfit(definition: DurableMachine, stored: unknown, version: number): string | null {
  if (version > definition.version)
    return `version ${version} is newer than ${definition.version}, the newest that this build knows: it leaves it alone`;
  try {
    restore(definition, migrate(definition, StoredSnapshot.parse(stored), version));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

/** The first turn that this build would have taken differently. `was` and `is` are state values. */
export type Divergence = { seq: number; type: string; was: unknown; is: unknown; trouble: string | null };

const AnyEvent = z.looseObject({ type: z.string() });

/**
 * Steps a whole journal, from the actor's birth, through this build's machine. Nothing is performed.
 * Turns of an older version are held against the migrated machine too: their state values may rightly differ.
 */
export function replay(definition: DurableMachine, key: string, turns: readonly TurnView[]): Divergence | null {
  let live: LiveSnapshot | null = null;
  for (const turn of turns) {
    const { seq, type, value: was } = turn;
    try {
      live = take(definition, key, live, turn).live;
      const is = persist(definition, live).value;
      if (JSON.stringify(is) !== JSON.stringify(was)) return { seq, type, was, is, trouble: null };
    } catch (error) {
      return { seq, type, was, is: null, trouble: error instanceof Error ? error.message : 'unknown' };
    }
  }
  return null;
}

/** Steps one journaled turn through this build. @throws RuntimeError where it cannot */
export function take(definition: DurableMachine, key: string, live: LiveSnapshot | null, turn: TurnView): Stepped {
  const event: AnyEventObject = AnyEvent.parse(turn.event);
  const ids = turnIds(key, turn.seq, turn.at.getTime());
  if (turn.type === 'xstate.init') return begin(definition, event['input'], ids);
  if (!live) throw new Error('the journal does not begin with the birth of the actor');
  return step(definition, live, event, ids);
}
