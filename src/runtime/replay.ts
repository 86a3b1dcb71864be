// Checks stored actors against this build: can it read them, and does it still decide as it did?
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';
import { migrate } from './actor-turn.ts';
import type { TurnView } from './archive.ts';
import type { Effect } from './effects.ts';
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

/** What a turn came to: the state value, and the commands that it asked for by name, in their order. */
export type Decided = { value: unknown; commands: string[] };
/** The first turn that this build would have taken differently. */
export type Divergence = { seq: number; type: string; was: Decided; is: Decided | null; trouble: string | null };
/** `end`: the actor as this build leaves it after its last turn; null where it diverged, or has no turns. */
export type Replayed = { divergence: Divergence | null; end: StoredSnapshot | null };

const AnyEvent = z.looseObject({ type: z.string() });

/**
 * Steps a whole journal, from the actor's birth, through this build's machine. Nothing is performed.
 * Turns of an older version are held against the migrated machine too: they may rightly differ.
 * @param transactional as in `TurnKnowledge`; what follows such actions once a batch is not compared
 */
export function replay(
  definition: DurableMachine,
  key: string,
  turns: readonly TurnView[],
  transactional: ReadonlyMap<string, string | null>,
): Replayed {
  const follows = new Set([...transactional.values()].filter((name) => name !== null));
  let live: LiveSnapshot | null = null;
  let end: StoredSnapshot | null = null;
  for (const turn of turns) {
    const { seq, type, value } = turn;
    const was: Decided = { value, commands: turn.commands.filter((name) => !follows.has(name)) };
    try {
      const stepped = take(definition, key, live, turn);
      live = stepped.live;
      end = persist(definition, live);
      const commands = commandsIn(stepped.effects, transactional).filter((name) => !follows.has(name));
      const is: Decided = { value: end.value, commands };
      if (JSON.stringify(is) !== JSON.stringify(was))
        return { divergence: { seq, type, was, is, trouble: null }, end: null };
    } catch (error) {
      const trouble = error instanceof Error ? error.message : 'unknown';
      return { divergence: { seq, type, was, is: null, trouble }, end: null };
    }
  }
  return { divergence: null, end };
}

function commandsIn(effects: readonly Effect[], transactional: ReadonlyMap<string, string | null>): string[] {
  const stopped = new Set(effects.flatMap((effect) => (effect.kind === 'stop' ? [effect.command] : [])));
  return effects.flatMap((effect) => {
    if (effect.kind === 'invoke') return stopped.has(effect.command) ? [] : [effect.src];
    return effect.kind === 'action' && !transactional.has(effect.name) ? [effect.name] : [];
  });
}

/** Steps one journaled turn through this build. @throws RuntimeError where it cannot */
export function take(definition: DurableMachine, key: string, live: LiveSnapshot | null, turn: TurnView): Stepped {
  const event: AnyEventObject = AnyEvent.parse(turn.event);
  const ids = turnIds(key, turn.seq, turn.at.getTime());
  if (turn.type === 'xstate.init') return begin(definition, event['input'], ids);
  if (!live) throw new Error('the journal does not begin with the birth of the actor');
  return step(definition, live, event, ids);
}
