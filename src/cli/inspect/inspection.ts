// Turns of durable actors, told to Stately's inspector by hand: no running actor is needed, and nothing personal is told.
import { createWebSocketInspector } from '@statelyai/inspect';
import type { AnyEventObject } from 'xstate';
import type { StoredSnapshot } from '../../runtime/snapshot.ts';
import { masked } from './mask.ts';

/** One turn, and the actor as it stood after it. `definition` is the machine's config. */
export type InspectedTurn = {
  key: string;
  machine: string;
  definition: object;
  event: AnyEventObject;
  snapshot: Pick<StoredSnapshot, 'status' | 'value' | 'context'>;
};

export type Inspection = {
  /** Makes an actor known as it stands. */
  introduce: (actor: Omit<InspectedTurn, 'event'>) => void;
  tell: (turn: InspectedTurn) => void;
  stop: () => void;
};

/** The inspector's server shows a page that comes late its last 200 messages; each turn is two. */
const INTRODUCED_FOR_TURNS = 60;
const DEFERRED_MAX = 5_000;

/** @param url where Stately's inspector server listens, `ws://…` */
export function startInspection(url: string): Inspection {
  const known = new Map<string, { name: string; definition: string; since: number }>();
  let turns = 0;
  const inspector = createWebSocketInspector({
    url,
    maxDeferredEvents: DEFERRED_MAX,
    // The package takes a definition from running actors only, and cuts it at ten levels.
    serialize: (message) => {
      const actor = message.type === '@xstate.actor' ? known.get(message.sessionId) : undefined;
      return actor && message.type === '@xstate.actor'
        ? { ...message, name: actor.name, definition: actor.definition }
        : message;
    },
  });

  function introduce({ key, machine, definition, snapshot }: Omit<InspectedTurn, 'event'>): void {
    known.set(key, {
      name: `${machine} …${key.slice(-6)}`,
      definition: known.get(key)?.definition ?? JSON.stringify(definition),
      since: turns,
    });
    inspector.actor(key, shown(snapshot));
  }

  return {
    introduce,
    tell(turn) {
      const actor = known.get(turn.key);
      if (actor === undefined || turns - actor.since >= INTRODUCED_FOR_TURNS) introduce(turn);
      turns += 1;
      const event = { ...Object(masked(turn.event)), type: turn.event.type };
      inspector.event(turn.key, event);
      inspector.snapshot(turn.key, shown(turn.snapshot), { event });
    },
    stop: () => inspector.stop(),
  };
}

function shown({ status, value, context }: InspectedTurn['snapshot']) {
  return { status, value, context: masked(context) };
}
